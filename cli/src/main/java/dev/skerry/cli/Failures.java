package dev.skerry.cli;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.net.UnreachableException;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.fleet.problem.FleetException;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.Nearest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * How a command that fails says so, and the exit code that it ends with.
 *
 * <p>Bad input and a bad world give one message; a bug gives a hint how to report it.
 */
final class Failures {
  /** A bug in Skerry. */
  static final int INTERNAL = 1;

  private final Terminal terminal;
  private final BooleanSupplier stacktrace;

  Failures(Terminal terminal, BooleanSupplier stacktrace) {
    this.terminal = terminal;
    this.stacktrace = stacktrace;
  }

  /** The command line cannot be understood. */
  int usage(ParameterException problem, String... args) {
    CommandLine command = problem.getCommandLine();
    say(problem.getMessage());
    if (problem instanceof UnmatchedArgumentException unmatched) {
      suggest(unmatched);
    }
    terminal.err().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ErrorCode.USAGE.exitCode();
  }

  private void suggest(UnmatchedArgumentException unmatched) {
    String typed = unmatched.getUnmatched().getFirst().split("=", 2)[0];
    CommandSpec spec = unmatched.getCommandLine().getCommandSpec();
    Set<String> known =
        typed.startsWith("-") ? spec.optionsMap().keySet() : spec.subcommands().keySet();
    Nearest.to(typed, known)
        .ifPresent(near -> terminal.err().println("Did you mean '" + near + "'?"));
  }

  /** The command was understood and failed. */
  int execution(Exception failure, CommandLine command, ParseResult parsed) {
    return failure instanceof ParameterException problem ? usage(problem) : report(failure);
  }

  /** Says what went wrong and returns the exit code for it. */
  int report(Exception failure) {
    return switch (failure) {
      case SkerryException e -> report(e, e.code().exitCode(), e.getMessage());
      case TrustException e -> report(e, ErrorCode.TRUST.exitCode(), e.getMessage());
      case BundleException e -> report(e, ErrorCode.BAD_FILE.exitCode(), e.getMessage());
      case FleetException e -> report(e, exitCode(e.kind()), e.getMessage());
      case UnreachableException e -> report(e, ErrorCode.REMOTE.exitCode(), e.getMessage());
      case UncheckedIOException e -> report(e, ErrorCode.BAD_FILE.exitCode(), reason(e.getCause()));
      case IOException e -> report(e, ErrorCode.BAD_FILE.exitCode(), reason(e));
      case Exception e -> bug(e);
    };
  }

  private static int exitCode(FleetException.Kind kind) {
    return switch (kind) {
      case BAD_REQUEST, METHOD_NOT_ALLOWED, UNSUPPORTED_TYPE -> ErrorCode.USAGE.exitCode();
      case UNAUTHENTICATED, FORBIDDEN -> ErrorCode.TRUST.exitCode();
      case NOT_FOUND -> ErrorCode.NOT_FOUND.exitCode();
      case CONFLICT, TOO_LARGE -> ErrorCode.BAD_DATA.exitCode();
      case TIMEOUT, TOO_MANY, UNAVAILABLE -> ErrorCode.REMOTE.exitCode();
    };
  }

  private int bug(Exception failure) {
    report(failure, INTERNAL, "internal error: " + failure);
    terminal
        .err()
        .println(
            stacktrace.getAsBoolean()
                ? "This is a bug in Skerry. Please report it with the lines above."
                : "This is a bug in Skerry. Run it again with --stacktrace and report what it"
                    + " says.");
    return INTERNAL;
  }

  private int report(Exception failure, int exitCode, @Nullable String message) {
    say(message);
    if (stacktrace.getAsBoolean()) {
      failure.printStackTrace(terminal.err());
    }
    return exitCode;
  }

  private void say(@Nullable String message) {
    terminal.err().println(terminal.red("skerry:") + " " + message);
  }

  private static String reason(@Nullable Throwable failure) {
    return switch (failure) {
      case NoSuchFileException e -> "there is no file " + e.getFile();
      case AccessDeniedException e -> "no permission for " + e.getFile();
      case FileAlreadyExistsException e -> e.getFile() + " exists already";
      case FileSystemException e -> e.getFile() + ": " + e.getReason();
      case null -> "reading or writing failed";
      default -> "reading or writing failed: " + failure.getMessage();
    };
  }
}
