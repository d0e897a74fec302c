package dev.skerry.cli;

import static dev.skerry.cli.terminal.TextTable.Align.LEFT;
import static dev.skerry.cli.terminal.TextTable.Align.RIGHT;

import dev.skerry.cli.terminal.Figures;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;
import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizationReport.Latency;
import dev.skerry.optimize.OptimizationReport.Measured;
import dev.skerry.optimize.OptimizationReport.Outcome;
import dev.skerry.optimize.OptimizationReport.Variant;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What {@code skerry optimize} says when it is done: one line for each graph, then the files. */
final class OptimizationText {
  private final Terminal terminal;
  private final OptimizationReport report;

  private OptimizationText(Terminal terminal, OptimizationReport report) {
    this.terminal = terminal;
    this.report = report;
  }

  /** Several lines, the last ended by a line feed. */
  static String of(Terminal terminal, OptimizationReport report, Path out, boolean reported) {
    OptimizationText text = new OptimizationText(terminal, report);
    StringBuilder lines = new StringBuilder();
    lines.append(terminal.bold(Terminal.printable(report.model().name()))).append('\n');
    lines.append(text.table()).append('\n');
    OptimizationReport.Compression compression = report.compression();
    if (compression != null) {
      lines.append(text.ladders(compression)).append('\n');
    }
    for (Variant variant : report.variants()) {
      lines.append(text.outcome(variant, out));
    }
    report
        .warnings()
        .forEach(warning ->
            lines
                .append("  ")
                .append(terminal.yellow("! "))
                .append(Terminal.printable(warning))
                .append('\n'));
    if (reported) {
      lines.append("\n  ").append(out.resolve("report.html")).append(" has the reasons\n");
    }
    return lines.toString();
  }

  private String table() {
    TextTable table = TextTable.of(LEFT, RIGHT, RIGHT, RIGHT, RIGHT, LEFT);
    table.row(
        "",
        terminal.dim("bytes"),
        terminal.dim(report.goal().metric()),
        terminal.dim("p50"),
        terminal.dim("p99"),
        "");
    row(table, "original", report.original(), "");
    Measured simplified = report.simplified();
    if (simplified != null) {
      row(table, "simplified", simplified, "");
    }
    for (Variant variant : report.variants()) {
      row(table, variant.target(), variant.measured(), variant.technique());
    }
    return table.print("  ");
  }

  /** What goes over the air, for each rung that was written or came near. */
  private String ladders(OptimizationReport.Compression compression) {
    TextTable table = TextTable.of(LEFT, RIGHT, RIGHT, RIGHT, RIGHT, LEFT);
    table.row(
        "",
        terminal.dim("over the air"),
        terminal.dim("fewer bytes"),
        terminal.dim("lost"),
        terminal.dim("faster"),
        "");
    for (OptimizationReport.Point point : compression.points()) {
      Double drop = point.dropPp();
      Double ratio = point.latencyRatio();
      String file = point.file();
      table.row(
          Terminal.printable(point.target()),
          Figures.bytes(point.packedBytes()),
          Figures.factor(point.timesFewer()),
          drop == null
              ? ""
              : String.format(Locale.ROOT, report.goal().fraction() ? "%.2f pp" : "%.2f %%", drop),
          ratio == null ? "" : Figures.factor(1 / ratio),
          file == null
              ? terminal.dim("not written (%s)".formatted(point.trial()))
              : Terminal.printable(file));
    }
    return table.print("  ");
  }

  private void row(TextTable table, String name, Measured measured, String technique) {
    Latency latency = measured.latency();
    table.row(
        Terminal.printable(name),
        Figures.bytes(measured.bytes()),
        value(measured.value()),
        latency == null ? "" : Figures.micros(latency.p50Micros()),
        latency == null ? "" : Figures.micros(latency.p99Micros()),
        terminal.dim(technique));
  }

  private String value(@Nullable Double value) {
    if (value == null) {
      return "";
    }
    return report.goal().fraction()
        ? String.format(Locale.ROOT, "%.2f %%", 100 * value)
        : String.format(Locale.ROOT, "%.4g", value);
  }

  private String outcome(Variant variant, Path out) {
    if (variant.outcome() == Outcome.WRITTEN) {
      return "  %s %s\n"
          .formatted(terminal.green("✓"), out.resolve(String.valueOf(variant.file())));
    }
    return "  %s %s: nothing written; %s\n"
        .formatted(terminal.red("✗"), variant.target(), Terminal.printable(variant.reason()));
  }
}
