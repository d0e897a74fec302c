package dev.skerry.cli.fleet;

import dev.skerry.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The control plane; see the commands under it. */
@Command(
    name = "fleet",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Run the control plane of many devices, or steer one that runs.",
      "",
      "Commands that talk to a running fleet take its address and an access token as options, or"
          + " from SKERRY_FLEET_URL and SKERRY_FLEET_TOKEN.",
      ""
    })
public final class FleetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  private FleetCommand() {}

  /**
   * The command with those under it.
   *
   * @param version of Skerry
   */
  public static CommandLine line(Terminal terminal, BooleanSupplier json, String version) {
    return new CommandLine(new FleetCommand())
        .addSubcommand(new FleetServeCommand(terminal, json, version))
        .addSubcommand(FleetTokenCommand.line(terminal, json))
        .addSubcommand(new FleetDevicesCommand(terminal, json))
        .addSubcommand(new FleetReleasesCommand(terminal, json))
        .addSubcommand(FleetRolloutsCommand.line(terminal, json))
        .addSubcommand(new FleetAuditCommand(terminal, json));
  }

  /** Called when no command is named. */
  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Which command of fleet?");
  }
}
