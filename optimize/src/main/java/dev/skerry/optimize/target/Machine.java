package dev.skerry.optimize.target;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The machine that Skerry runs on, as far as it decides which targets it can measure.
 *
 * @param cpu the processor's name; {@code unknown} where the system does not say
 * @param architecture {@code x86-64}, {@code arm64}, or what {@code os.arch} says
 * @param features CPU features as {@code /proc/cpuinfo} names them; empty on other systems
 * @param cores that this process may use
 */
public record Machine(String cpu, String architecture, Set<String> features, int cores) {
  public Machine {
    features = Set.copyOf(features);
  }

  /** This machine. */
  public static Machine here() {
    List<String> lines = cpuInfo();
    return new Machine(
        field(lines, List.of("model name", "Model", "Hardware"), "unknown"),
        architecture(System.getProperty("os.arch", "unknown")),
        new TreeSet<>(Arrays.asList(field(lines, List.of("flags", "Features"), "").split("\\s+"))),
        Runtime.getRuntime().availableProcessors());
  }

  private static List<String> cpuInfo() {
    Path file = Path.of("/proc/cpuinfo");
    try {
      return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of(); // the system does not say: nothing is claimed to be measured
    }
  }

  private static String field(List<String> lines, List<String> names, String otherwise) {
    for (String name : names) {
      for (String line : lines) {
        int colon = line.indexOf(':');
        if (colon > 0 && line.substring(0, colon).strip().equals(name)) {
          return line.substring(colon + 1).strip();
        }
      }
    }
    return otherwise;
  }

  private static String architecture(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> "x86-64";
      case "aarch64" -> "arm64";
      default -> name;
    };
  }
}
