package dev.skerry.cli.bench;

import static dev.skerry.cli.terminal.TextTable.Align.LEFT;
import static dev.skerry.cli.terminal.TextTable.Align.RIGHT;

import dev.skerry.cli.terminal.Figures;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.SortedMap;

/**
 * Two models held against each other; the keys of {@code skerry compare --json}.
 *
 * @param metric what was measured on the data
 * @param dropPp percentage points that the second loses against the first; negative when it gains
 * @param agreement share of the first's answers that the second gives too, 0 to 1
 * @param snrDb signal-to-noise ratio of each output of the second against the first, in decibels
 * @param latencyRatio the second's median time over the first's, with its 95 % interval
 * @param operators how many more nodes of each operator the second has; operators that did not
 *     change are left out
 * @param differences how many parts were added, removed or changed
 */
public record CompareFacts(
    Side first,
    Side second,
    String data,
    int samples,
    String metric,
    double dropPp,
    double agreement,
    SequencedMap<String, Double> snrDb,
    LatencyRatio latencyRatio,
    SortedMap<String, Integer> operators,
    Differences differences,
    List<String> notes) {

  private static final double EQUAL_DB = 200;

  /** One of the models: {@code bytes} with external weights, {@code value} of the metric. */
  public record Side(String file, long bytes, double value, double p50Micros) {}

  /** Below 1 the second model is faster. */
  public record LatencyRatio(double median, double low, double high) {}

  /** Counts of structural differences. */
  public record Differences(int added, int removed, int changed) {}

  /** Several lines, the last ended by a line feed. */
  public String text(Terminal terminal) {
    StringBuilder text = new StringBuilder();
    text.append("A  ").append(terminal.bold(Terminal.printable(first.file()))).append('\n');
    text.append("B  ").append(terminal.bold(Terminal.printable(second.file()))).append('\n');
    text.append("\n  %d samples of %s, 1 thread\n\n".formatted(samples, Terminal.printable(data)));
    TextTable table = TextTable.of(LEFT, RIGHT, RIGHT, RIGHT);
    table.row("", terminal.dim("A"), terminal.dim("B"), terminal.dim("B against A"));
    table.row(
        "bytes",
        Figures.bytes(first.bytes()),
        Figures.bytes(second.bytes()),
        Figures.factor((double) second.bytes() / first.bytes()));
    table.row(
        "latency",
        Figures.micros(first.p50Micros()),
        Figures.micros(second.p50Micros()),
        factor(terminal));
    if (!metric.equals("agreement")) {
      table.row(metric, decimal(first.value()), decimal(second.value()), drop(terminal));
    }
    table.row("agreement", "", "", percent(agreement));
    snrDb.forEach((output, decibels) ->
        table.row("signal to noise, " + Terminal.printable(output), "", "", noise(decibels)));
    text.append(table.print("  "));
    text.append('\n').append("  graph  ").append(structure()).append('\n');
    notes.forEach(
        note -> text.append("  ").append(terminal.yellow(Terminal.printable(note))).append('\n'));
    return text.toString();
  }

  private String factor(Terminal terminal) {
    String factor =
        "%s (%.2f to %.2f)"
            .formatted(
                Figures.factor(latencyRatio.median()), latencyRatio.low(), latencyRatio.high());
    if (latencyRatio.high() < 1) {
      return terminal.green(factor);
    }
    return latencyRatio.low() > 1 ? terminal.red(factor) : factor;
  }

  private String drop(Terminal terminal) {
    String points = String.format(Locale.ROOT, "%+.2f pp", -dropPp + 0.0);
    return dropPp > 0 ? terminal.yellow(points) : points;
  }

  /** Ratios are held within {@value #EQUAL_DB} dB, which outputs that are equal reach. */
  private static String noise(double decibels) {
    return decibels >= EQUAL_DB ? "equal" : String.format(Locale.ROOT, "%.1f dB", decibels);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private String structure() {
    if (differences.added() + differences.removed() + differences.changed() == 0) {
      return "no difference";
    }
    StringBuilder text = new StringBuilder();
    text.append(
        "%d parts added, %d removed, %d changed"
            .formatted(differences.added(), differences.removed(), differences.changed()));
    operators.forEach((op, more) -> text.append(", %s %+d".formatted(op, more)));
    return text.toString();
  }
}
