package dev.skerry.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The machine that models run on, as Linux describes it; elsewhere only what the JVM knows.
 *
 * @param architecture {@code x86-64}, {@code arm64} or what the JVM calls it
 * @param features instruction sets, as {@code /proc/cpuinfo} spells them
 * @param cores that the system has
 * @param quota processors' worth of time that the control group allows; empty without a limit
 * @param governor of the first core's frequency; empty when it cannot be read
 * @param load processes that ran or waited during the last minute, on average
 */
public record Machine(
    String cpu,
    String architecture,
    Set<String> features,
    int cores,
    OptionalDouble quota,
    Optional<String> governor,
    long memoryBytes,
    long freeMemoryBytes,
    OptionalDouble load) {

  public Machine {
    features = Set.copyOf(features);
  }

  /** This machine. */
  public static Machine here() {
    return read(
        Path.of("/"),
        System.getProperty("os.arch", "unknown"),
        Runtime.getRuntime().availableProcessors());
  }

  /**
   * The machine whose {@code proc} and {@code sys} lie under {@code root}.
   *
   * @param usableCores what the JVM counts, for when the files do not say
   */
  static Machine read(Path root, String jvmArchitecture, int usableCores) {
    List<String> cpu = lines(root.resolve("proc/cpuinfo"));
    List<String> memory = lines(root.resolve("proc/meminfo"));
    long cores = cpu.stream().filter(line -> line.startsWith("processor")).count();
    return new Machine(
        field(cpu, "model name").or(() -> field(cpu, "Model")).orElse("unknown"),
        architecture(jvmArchitecture),
        field(cpu, "flags")
            .or(() -> field(cpu, "Features"))
            .map(flags -> Arrays.stream(flags.split(" ", -1)).collect(Collectors.toSet()))
            .orElse(Set.of()),
        cores == 0 ? usableCores : Math.toIntExact(cores),
        quota(root),
        lines(root.resolve("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")).stream()
            .findFirst(),
        kibibytes(memory, "MemTotal"),
        kibibytes(memory, "MemAvailable"),
        lines(root.resolve("proc/loadavg")).stream()
            .mapToDouble(line -> Double.parseDouble(line.split(" ", 2)[0]))
            .findFirst());
  }

  /** Whether integer products of 8 bits have an instruction of their own. */
  public boolean hasIntegerProducts() {
    return features.contains("avx512_vnni")
        || features.contains("avx_vnni")
        || features.contains("asimddp");
  }

  private static String architecture(String jvmName) {
    return switch (jvmName.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> "x86-64";
      case "aarch64" -> "arm64";
      default -> jvmName;
    };
  }

  /** Control groups version 2, then 1. */
  private static OptionalDouble quota(Path root) {
    List<String> unified = lines(root.resolve("sys/fs/cgroup/cpu.max"));
    if (!unified.isEmpty()) {
      String[] parts = unified.getFirst().split(" ", -1);
      return parts.length < 2 || parts[0].equals("max")
          ? OptionalDouble.empty()
          : OptionalDouble.of(Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]));
    }
    double allowed = number(root.resolve("sys/fs/cgroup/cpu/cpu.cfs_quota_us"));
    double period = number(root.resolve("sys/fs/cgroup/cpu/cpu.cfs_period_us"));
    return allowed > 0 && period > 0 ? OptionalDouble.of(allowed / period) : OptionalDouble.empty();
  }

  private static double number(Path file) {
    return lines(file).stream().mapToDouble(Double::parseDouble).findFirst().orElse(-1);
  }

  private static Optional<String> field(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name) && line.indexOf(':') > 0)
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }

  private static long kibibytes(List<String> lines, String name) {
    return field(lines, name).map(text -> Long.parseLong(text.split(" ", 2)[0]) * 1024).orElse(0L);
  }

  /** The lines of a file of the kernel; none where the kernel has no such file. */
  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException _) {
      return List.of(); // not Linux, or a kernel without this feature
    }
  }
}
