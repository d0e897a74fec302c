package dev.skerry.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Memory of this process as Linux counts it ({@code proc_pid_status(5)}); unknown elsewhere. */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  private ProcessMemory() {}

  /** Bytes of main memory in use now: heap, native memory and touched pages of mapped files. */
  public static OptionalLong residentBytes() {
    return status("VmRSS:");
  }

  /** The most that {@link #residentBytes} has been since the process started. */
  public static OptionalLong peakResidentBytes() {
    return status("VmHWM:");
  }

  /**
   * Lets {@link #peakResidentBytes} count from now on ({@code proc_pid_clear_refs(5)}, value 5).
   */
  static void resetPeak() throws IOException {
    Files.writeString(CLEAR, "5");
  }

  /** A line such as {@code VmRSS: 41600 kB}. */
  private static OptionalLong status(String key) {
    if (!Files.isReadable(STATUS)) {
      return OptionalLong.empty();
    }
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(key))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
