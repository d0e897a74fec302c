package dev.skerry.optimize;

import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.OptimizationReport.Latency;
import dev.skerry.optimize.OptimizationReport.Measured;
import dev.skerry.optimize.OptimizationReport.NodeTime;
import dev.skerry.optimize.search.LatencySearch;
import dev.skerry.runtime.Binding;
import dev.skerry.runtime.Comparison;
import dev.skerry.runtime.Profile;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.SessionMemory;
import dev.skerry.runtime.SingleStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Times, bytes and memory of graphs, all on the same inputs and the same session settings. */
final class Measurements {
  private static final SingleStream STREAM =
      SingleStream.standard().withMinDuration(Duration.ofSeconds(1));
  private static final Duration PAIRED = Duration.ofSeconds(2);
  private static final int PROFILE_RUNS = 50;
  private static final int MEMORY_RUNS = 3;
  private static final int SLOWEST_NODES = 12;

  private final Map<String, Tensor> inputs;
  private final SessionConfig config;

  Measurements(Map<String, Tensor> inputs, SessionConfig config) {
    this.inputs = inputs;
    this.config = config;
  }

  Map<String, Tensor> inputs() {
    return inputs;
  }

  /**
   * Figures of {@code model}.
   *
   * @param value of the metric, or null
   * @param timed whether times on this machine mean anything for it
   */
  Measured measured(Model model, long bytes, @Nullable Double value, boolean timed) {
    return new Measured(bytes, value, timed ? latency(model) : null, peakMemory(model));
  }

  /** Bytes by which a process with nothing but {@code model} grows; null where none are counted. */
  private @Nullable Long peakMemory(Model model) {
    return SessionMemory.measure(model, inputs, config, MEMORY_RUNS)
        .map(SessionMemory::peakBytes)
        .orElse(null);
  }

  /** Bytes of {@code model} as a file. */
  static long bytes(Model model) {
    return ModelWriter.toBytes(model).length;
  }

  private Latency latency(Model model) {
    try (Session session = Session.open(model, config);
        Binding binding =
            session.bind(inputs, session.outputs().stream().map(ValueInfo::name).toList())) {
      dev.skerry.runtime.Latency measured = STREAM.measure(binding::run);
      return new Latency(
          measured.p50Nanos() / 1e3,
          measured.p90Nanos() / 1e3,
          measured.p99Nanos() / 1e3,
          measured.queries());
    }
  }

  /** Median ratio of the time of {@code variant} to those of the others, measured in turns. */
  double[] ratios(Model variant, Model original, Model simplified) {
    Comparison times =
        LatencySearch.compare(List.of(variant, original, simplified), inputs, config, PAIRED);
    return new double[] {times.ratio(0, 1).median(), times.ratio(0, 2).median()};
  }

  /** The nodes of {@code model} that take most of its time, slowest first. */
  List<NodeTime> slowest(Model model) {
    Profile profile = Profile.of(model, inputs, config, PROFILE_RUNS);
    double total = profile.nodes().stream().mapToDouble(n -> n.selfMicros()).sum();
    return profile.nodes().stream()
        .sorted(Comparator.comparingDouble((dev.skerry.runtime.NodeTime n) -> -n.selfMicros()))
        .limit(SLOWEST_NODES)
        .map(n -> new NodeTime(n.node(), n.op(), n.selfMicros(), n.selfMicros() / total))
        .toList();
  }

  static String fileName(@Nullable Path file) {
    return file == null ? "" : String.valueOf(file.getFileName());
  }
}
