package dev.skerry.cli;

import dev.skerry.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is done with releases: the commands below it. */
@Command(
    name = "release",
    description = "Build releases of variants, look into them, prove them and publish them.",
    synopsisSubcommandLabel = "COMMAND")
final class ReleaseCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** The command with those below it, in the order in which help lists them. */
  static CommandLine line(Terminal terminal, BooleanSupplier json) {
    return new CommandLine(new ReleaseCommand())
        .addSubcommand(new ReleaseBuildCommand(terminal, json))
        .addSubcommand(new ReleaseShowCommand(terminal, json))
        .addSubcommand(new ReleaseVerifyCommand(terminal, json))
        .addSubcommand(new ReleasePublishCommand(terminal, json))
        .addSubcommand(new ReleaseRollbackCommand(terminal, json));
  }

  /** Called when no command is named. */
  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Which command of 'release'?");
  }
}
