package dev.skerry.cli.fleet;

import dev.skerry.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Rollouts of a running fleet; see the commands under it. */
@Command(
    name = "rollouts",
    synopsisSubcommandLabel = "COMMAND",
    description = {"Make, watch and steer rollouts of releases.", ""})
final class FleetRolloutsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  private FleetRolloutsCommand() {}

  static CommandLine line(Terminal terminal, BooleanSupplier json) {
    return new CommandLine(new FleetRolloutsCommand())
        .addSubcommand(new RolloutsListCommand(terminal, json))
        .addSubcommand(new RolloutsShowCommand(terminal, json))
        .addSubcommand(new RolloutsCreateCommand(terminal, json))
        .addSubcommand(new RolloutsApproveCommand(terminal, json))
        .addSubcommand(
            RolloutsOrderCommand.line(
                terminal, json, "pause", "Let nobody else join until it is resumed."))
        .addSubcommand(
            RolloutsOrderCommand.line(
                terminal,
                json,
                "resume",
                "Go on after a pause, or after a gate held it; figures from before do not count"
                    + " then."))
        .addSubcommand(
            RolloutsOrderCommand.line(
                terminal, json, "cancel", "End it; devices keep what they run."))
        .addSubcommand(
            RolloutsOrderCommand.line(
                terminal, json, "rollback", "Take its devices back to what they ran before."));
  }

  /** Called when no command is named. */
  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Which command of rollouts?");
  }
}
