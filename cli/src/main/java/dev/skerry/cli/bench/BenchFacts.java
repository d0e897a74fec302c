package dev.skerry.cli.bench;

import static dev.skerry.cli.terminal.TextTable.Align.LEFT;
import static dev.skerry.cli.terminal.TextTable.Align.RIGHT;

import dev.skerry.cli.terminal.Figures;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;
import dev.skerry.optimize.OptimizationReport.Pipeline;
import dev.skerry.runtime.Latency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One measurement; the keys of {@code skerry bench --json}. Times in microseconds.
 *
 * @param inputs where they came from: {@code random} or a path
 * @param loadMicros from opening the file until the session is ready
 * @param firstMicros the first inference, which plans memory
 * @param p90Micros the figure that LoadGen reports for SingleStream
 * @param p90BoundMicros with 99 % confidence not exceeded by the true 90th percentile; null when
 *     there were too few queries
 * @param cpuMicrosPerQuery processor time of the whole process
 * @param memoryBytes that the process grew by from before loading to after measuring; null where
 *     the system does not say
 * @param pipeline medians of the parts of an answer over some samples; null without data
 */
public record BenchFacts(
    String file,
    String inputs,
    int threads,
    List<String> providers,
    List<String> warnings,
    double loadMicros,
    double firstMicros,
    double minMicros,
    double meanMicros,
    double p50Micros,
    double p90Micros,
    @Nullable Double p90BoundMicros,
    double p99Micros,
    double maxMicros,
    double queriesPerSecond,
    double cpuMicrosPerQuery,
    int queries,
    double seconds,
    @Nullable Long memoryBytes,
    @Nullable Pipeline pipeline) {

  /** What belongs to the session rather than to the latencies. */
  public record Setting(
      String file, String inputs, int threads, List<String> providers, List<String> warnings) {}

  /** A measurement with its times in microseconds. */
  public static BenchFacts of(
      Setting setting,
      long loadNanos,
      long firstNanos,
      Latency latency,
      @Nullable Long memoryBytes,
      @Nullable Pipeline pipeline) {
    return new BenchFacts(
        setting.file(),
        setting.inputs(),
        setting.threads(),
        setting.providers(),
        setting.warnings(),
        loadNanos / 1e3,
        firstNanos / 1e3,
        latency.minNanos() / 1e3,
        latency.meanNanos() / 1e3,
        latency.p50Nanos() / 1e3,
        latency.p90Nanos() / 1e3,
        latency.earlyStoppingNanos().isPresent()
            ? latency.earlyStoppingNanos().getAsLong() / 1e3
            : null,
        latency.p99Nanos() / 1e3,
        latency.maxNanos() / 1e3,
        latency.throughput(),
        latency.cpuNanosPerQuery() / 1e3,
        latency.queries(),
        latency.wallNanos() / 1e9,
        memoryBytes,
        pipeline);
  }

  /** Several lines, the last ended by a line feed. */
  public String text(Terminal terminal) {
    TextTable table = TextTable.of(LEFT, RIGHT, LEFT);
    table.row("p50", Figures.micros(p50Micros), "");
    table.row(
        "p90",
        terminal.bold(Figures.micros(p90Micros)),
        terminal.dim("SingleStream's result" + bound()));
    table.row("p99", Figures.micros(p99Micros), "");
    table.row("min", Figures.micros(minMicros), "");
    table.row("mean", Figures.micros(meanMicros), "");
    table.row("max", Figures.micros(maxMicros), "");
    table.row("first", Figures.micros(firstMicros), terminal.dim("plans memory"));
    table.row("load", Figures.micros(loadMicros), "");
    table.row("cpu time", Figures.micros(cpuMicrosPerQuery), terminal.dim("per inference"));
    table.row("throughput", Figures.whole(Math.round(queriesPerSecond)) + " /s", "");
    table.row("queries", Figures.whole(queries), terminal.dim("in %.1f s".formatted(seconds)));
    Long grown = memoryBytes;
    if (grown != null) {
      table.row("memory", Figures.bytes(grown), terminal.dim("that the process grew by"));
    }
    Pipeline parts = pipeline;
    if (parts != null) {
      table.row(
          "preprocess",
          Figures.micros(parts.preprocessMicros()),
          terminal.dim("from a file to the inputs"));
      table.row(
          "predict", Figures.micros(parts.predictMicros()), terminal.dim("on various samples"));
      table.row(
          "postprocess",
          Figures.micros(parts.postprocessMicros()),
          terminal.dim("from the outputs to classes or boxes"));
    }
    StringBuilder text = new StringBuilder();
    text.append(terminal.bold(Terminal.printable(file))).append('\n');
    text.append(
        "  %s, %s, inputs: %s\n".formatted(threadText(), String.join(", ", providers), inputs));
    warnings.forEach(warning -> text.append("  ").append(terminal.yellow(warning)).append('\n'));
    return text.append('\n').append(table.print("  ")).toString();
  }

  private String threadText() {
    return threads == 1 ? "1 thread" : threads + " threads";
  }

  private String bound() {
    Double limit = p90BoundMicros;
    return limit == null ? "" : ", at most " + Figures.micros(limit) + " with 99 % confidence";
  }
}
