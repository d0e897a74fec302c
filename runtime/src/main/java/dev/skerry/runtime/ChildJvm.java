package dev.skerry.runtime;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs a main class in a process of its own, for what cannot be measured beside other work. */
final class ChildJvm {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final int MAX_OUTPUT_CHARS = 2000;
  private static final Pattern UNCAUGHT =
      Pattern.compile("^Exception in thread \"main\" [\\w.$]+: (.*)$", Pattern.MULTILINE);

  private ChildJvm() {}

  /**
   * Runs {@code main} on this process's Java and class path until it ends.
   *
   * @param environment changes the variables that the child sees
   * @throws SkerryException ENGINE if it fails, with what it printed
   */
  static void run(Class<?> main, Consumer<Map<String, String>> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx512m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    environment.accept(builder.environment());
    try {
      await(builder.start(), main);
    } catch (IOException e) {
      throw failure(main, "cannot start: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(main, "was interrupted");
    }
  }

  private static void await(Process child, Class<?> main) throws IOException, InterruptedException {
    try {
      child.getOutputStream().close();
      String printed = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!child.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw failure(main, "did not end within " + LIMIT);
      }
      if (child.exitValue() != 0) {
        throw failure(main, "ended with " + child.exitValue() + ": " + reason(printed));
      }
    } finally {
      child.destroyForcibly();
    }
  }

  /** The message of an uncaught exception, without its trace; else the beginning of it all. */
  private static String reason(String printed) {
    Matcher uncaught = UNCAUGHT.matcher(printed);
    return uncaught.find()
        ? uncaught.group(1)
        : printed.substring(0, Math.min(printed.length(), MAX_OUTPUT_CHARS));
  }

  private static SkerryException failure(Class<?> main, String what) {
    return new SkerryException(
        ErrorCode.ENGINE, "the process " + main.getSimpleName() + " " + what);
  }
}
