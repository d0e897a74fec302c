package dev.skerry.cli;

import dev.skerry.cli.terminal.Terminal;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The page {@code docs/reference/cli.md}, made from the commands themselves. */
public final class CommandReference {
  private final StringBuilder page = new StringBuilder();

  private CommandReference() {}

  public static String markdown() {
    Terminal nobody =
        Terminal.plain(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
    CommandLine skerry = Skerry.commandLine(nobody);
    CommandReference reference = new CommandReference();
    reference.head(skerry);
    skerry.getSubcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(command -> !command.usageMessage().hidden())
        .forEach(reference::command);
    return reference.page.toString();
  }

  private void head(CommandLine skerry) {
    page.append(
        """
        # Commands

        This page is made from the commands themselves; `skerry COMMAND --help` says the same.

        Every command takes these options:

        | option | what it does |
        |---|---|
        """);
    skerry.getCommandSpec().options().stream().filter(o -> !o.hidden()).forEach(this::row);
    page.append(
        """

        | exit code | meaning |
        |---|---|
        | 0 | ok |
        | 1 | an internal error: a bug in Skerry |
        | 2 | the command line or a configuration cannot be understood |
        | 3 | the input is not acceptable: a model, data or description with a problem |
        | 4 | a gate or an accuracy budget was not met |
        | 5 | a signature, a digest or a counter says that something must not be used |
        | 6 | a repository, an agent or a fleet cannot be reached |

        [Errors](errors.md) lists what leads to each.

        | variable of the environment | what it does |
        |---|---|
        | `JAVA_HOME` | the JDK to use, when it is version 25 or later |
        | `SKERRY_JAVA_OPTS` | more options for the JVM, such as `-Xmx8g` |
        | `NO_COLOR` | no colour when it is set |
        """);
  }

  private void command(CommandSpec command) {
    section(command);
    command.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(under -> !under.usageMessage().hidden())
        .forEach(this::command);
  }

  private void section(CommandSpec command) {
    String name = command.qualifiedName().substring("skerry ".length());
    page.append("\n## ").append(name).append("\n\n");
    for (String line : command.usageMessage().description()) {
      page.append(line.isEmpty() ? "\n" : line + "\n");
    }
    page.append("\n```\n").append(synopsis(command)).append("\n```\n");
    List<OptionSpec> options =
        command.options().stream()
            .filter(option -> !option.hidden() && !option.inherited())
            .toList();
    if (options.isEmpty() && command.positionalParameters().isEmpty()) {
      return;
    }
    page.append("\n| argument | what it is |\n|---|---|\n");
    command.positionalParameters().forEach(this::row);
    options.forEach(this::row);
  }

  private static String synopsis(CommandSpec command) {
    StringBuilder line = new StringBuilder(command.qualifiedName());
    if (!command.subcommands().isEmpty()) {
      return line + " COMMAND";
    }
    for (PositionalParamSpec position : command.positionalParameters()) {
      boolean optional = position.arity().min() == 0;
      String label = position.paramLabel();
      line.append(optional ? " [" + label + "]" : " " + label);
    }
    return line + " [OPTION...]";
  }

  private void row(ArgSpec argument) {
    String name =
        switch (argument) {
          case OptionSpec option when option.arity().max() > 0 ->
              String.join("`, `", option.names()) + " " + option.paramLabel();
          case OptionSpec option -> String.join("`, `", option.names());
          case PositionalParamSpec position -> position.paramLabel();
          default -> throw new IllegalStateException(argument.toString());
        };
    String description =
        String.join(" ", argument.description())
            .replace("${DEFAULT-VALUE}", Objects.toString(argument.initialValue()))
            .replace("|", "\\|");
    page.append("| `")
        .append(name)
        .append("` | ")
        .append(Ansi.OFF.string(description))
        .append(" |\n");
  }
}
