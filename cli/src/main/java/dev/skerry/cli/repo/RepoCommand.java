package dev.skerry.cli.repo;

import dev.skerry.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Repositories of signed releases; see the commands under it. */
@Command(
    name = "repo",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Make and keep a repository of signed releases, which any static server or folder can offer.",
      ""
    })
public final class RepoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  private RepoCommand() {}

  /** The command with those under it. */
  public static CommandLine line(Terminal terminal, BooleanSupplier json) {
    return new CommandLine(new RepoCommand())
        .addSubcommand(new RepoInitCommand(terminal, json))
        .addSubcommand(new RepoShowCommand(terminal, json))
        .addSubcommand(new RepoRefreshCommand(terminal, json))
        .addSubcommand(new RepoRotateCommand(terminal, json))
        .addSubcommand(new RepoSignCommand(terminal, json))
        .addSubcommand(new RepoKeyCommand(terminal, json));
  }

  /** Called when no command is named. */
  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Which command of repo?");
  }
}
