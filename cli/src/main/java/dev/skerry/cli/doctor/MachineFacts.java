package dev.skerry.cli.doctor;

import dev.skerry.cli.terminal.Figures;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;
import dev.skerry.runtime.Device;
import dev.skerry.runtime.Devices;
import dev.skerry.runtime.Engine;
import java.util.List;
import java.util.TreeSet;

/**
 * What {@code skerry doctor} says about this machine before it judges.
 *
 * @param features of the processor that matter for models
 * @param engine the runtime and its version
 * @param providers that the engine brings
 * @param devices that the engine found, one line each
 * @param telemetry whether the engine reports to its maker; Skerry switches that off
 */
public record MachineFacts(
    String cpu,
    String architecture,
    int cores,
    List<String> features,
    long memoryBytes,
    long freeMemoryBytes,
    String jdk,
    String engine,
    List<String> providers,
    List<String> devices,
    String telemetry) {

  /** Instruction sets that decide which target fits. */
  private static final List<String> TELLING =
      List.of(
          "avx2",
          "fma",
          "avx512f",
          "avx512_vnni",
          "avx_vnni",
          "avx512_bf16",
          "amx_int8",
          "asimd",
          "asimddp",
          "i8mm",
          "bf16",
          "sve");

  /** Loads the engine, to ask it for its providers and devices. */
  public static MachineFacts of(Machine machine) {
    return new MachineFacts(
        machine.cpu(),
        machine.architecture(),
        machine.cores(),
        TELLING.stream().filter(machine.features()::contains).toList(),
        machine.memoryBytes(),
        machine.freeMemoryBytes(),
        System.getProperty("java.vm.vendor") + " " + Runtime.version(),
        "ONNX Runtime " + Engine.version(),
        List.copyOf(new TreeSet<>(Engine.providers())),
        Devices.list().stream().map(MachineFacts::line).toList(),
        "off");
  }

  private static String line(Device device) {
    return "%s on %s (%s)".formatted(device.provider(), device.kind(), device.vendor());
  }

  /** Several lines, the last ended by a line feed. */
  public String text(Terminal terminal) {
    TextTable table = TextTable.of(TextTable.Align.LEFT, TextTable.Align.LEFT);
    table.row(terminal.dim("cpu"), "%s, %d cores, %s".formatted(cpu, cores, architecture));
    table.row(terminal.dim("instructions"), String.join(" ", features));
    table.row(
        terminal.dim("memory"),
        "%s, %s free".formatted(Figures.bytes(memoryBytes), Figures.bytes(freeMemoryBytes)));
    table.row(terminal.dim("jdk"), jdk);
    table.row(terminal.dim("engine"), engine + ", telemetry " + telemetry);
    table.row(terminal.dim("providers"), String.join(", ", providers));
    table.row(terminal.dim("devices"), String.join(", ", devices));
    return terminal.bold("this machine") + "\n" + table.print("  ");
  }
}
