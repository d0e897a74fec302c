package dev.skerry.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Memory that this process holds, engine included, as Linux counts it. */
public final class ProcessMemory {
  private ProcessMemory() {}

  /** Bytes resident now; empty where the system does not say. */
  public static OptionalLong residentBytes() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst();
    } catch (IOException _) {
      return OptionalLong.empty(); // not Linux
    }
  }
}
