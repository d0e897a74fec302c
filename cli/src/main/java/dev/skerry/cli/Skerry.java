package dev.skerry.cli;

import dev.skerry.cli.demo.DemoCommand;
import dev.skerry.cli.fleet.FleetCommand;
import dev.skerry.cli.repo.RepoCommand;
import dev.skerry.cli.repo.TufClientCommand;
import dev.skerry.cli.sample.SampleCommand;
import dev.skerry.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code skerry} command: options that every command has, and the list of commands. */
@Command(
    name = "skerry",
    version = "skerry " + Skerry.VERSION,
    description = {
      "Makes trained ONNX models small and fast for edge devices, and proves that they still work.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "'skerry COMMAND --help' says more about a command.",
      "Exit codes: 0 ok, 1 internal error, 2 usage, 3 input not acceptable,"
          + " 4 a gate or budget failed, 5 not to be trusted, 6 remote unavailable."
    })
public final class Skerry implements Callable<Integer> {
  public static final String VERSION = "0.1.0";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print results as JSON, for programs.")
  private boolean json;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      hidden = true,
      description = "Print where in the code a failure came from.")
  private boolean stacktrace;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Say what a command does and takes.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      scope = ScopeType.INHERIT,
      description = "Print the version.")
  private boolean version;

  private Skerry() {}

  /** Runs one command line and returns the exit code that it ends with. */
  public static int run(Terminal terminal, String... args) {
    return commandLine(terminal).execute(args);
  }

  /** The parser with every command, in the order in which help lists them. */
  static CommandLine commandLine(Terminal terminal) {
    Skerry skerry = new Skerry();
    Failures failures = new Failures(terminal, () -> skerry.stacktrace);
    CommandLine line = new CommandLine(skerry);
    line.addSubcommand(new InspectCommand(terminal, skerry::json))
        .addSubcommand(new DoctorCommand(terminal, skerry::json))
        .addSubcommand(new BenchCommand(terminal, skerry::json))
        .addSubcommand(new CompareCommand(terminal, skerry::json))
        .addSubcommand(new OptimizeCommand(terminal, skerry::json))
        .addSubcommand(new TrainCommand(terminal, skerry::json))
        .addSubcommand(new DistilCommand(terminal, skerry::json))
        .addSubcommand(new PruneCommand(terminal, skerry::json))
        .addSubcommand(new SampleCommand(terminal, skerry::json))
        .addSubcommand(ReleaseCommand.line(terminal, skerry::json))
        .addSubcommand(RepoCommand.line(terminal, skerry::json))
        .addSubcommand(new TufClientCommand(terminal))
        .addSubcommand(
            new CommandLine(new AgentCommand(terminal, skerry::json))
                .addSubcommand(new AgentEnrollCommand(terminal, skerry::json)))
        .addSubcommand(FleetCommand.line(terminal, skerry::json, VERSION))
        .addSubcommand(new DemoCommand(terminal, skerry::json))
        .addSubcommand(new WarmUpCommand());
    return line.setOut(terminal.writer(terminal.out()))
        .setErr(terminal.writer(terminal.err()))
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(terminal.coloured() ? Ansi.ON : Ansi.OFF))
        .setUsageHelpWidth(Math.clamp(terminal.columns(), 60, 100))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(failures::usage)
        .setExecutionExceptionHandler(failures::execution);
  }

  private boolean json() {
    return json;
  }

  /** Called when no command is named. */
  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }
}
