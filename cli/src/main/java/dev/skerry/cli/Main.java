package dev.skerry.cli;

import dev.skerry.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The process: runs one command line and ends with its exit code. What a device starts with is done
 * here, everything else is {@link Skerry}'s.
 */
final class Main {
  private Main() {}

  public static void main(String... args) {
    Terminal terminal = Terminal.system();
    int exitCode = run(terminal, args);
    terminal.flush();
    System.exit(exitCode);
  }

  private static int run(Terminal terminal, String... args) {
    List<String> words = List.of(args);
    Optional<Path> device = AgentRun.file(words);
    try {
      if (device.isPresent()) {
        new AgentRun(terminal, false).run(device.get());
        return 0;
      }
      if (words.equals(List.of("warm-up", "agent"))) {
        AgentWarmUp.run();
        return 0;
      }
    } catch (Exception e) {
      return new Failures(terminal, () -> false).report(e);
    }
    return Skerry.run(terminal, args);
  }
}
