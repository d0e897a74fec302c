package dev.skerry.cli;

import dev.skerry.cli.bench.CompareFacts;
import dev.skerry.cli.terminal.Json;
import dev.skerry.cli.terminal.Progress;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.Difference;
import dev.skerry.graph.GraphDiff;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Binding;
import dev.skerry.runtime.Comparison;
import dev.skerry.runtime.PairedLatency;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.metric.Evaluator;
import dev.skerry.runtime.metric.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Holds two models against each other on the same data and the same machine. */
@Command(
    name = "compare",
    description = {
      "Compare two models: accuracy or agreement on data, noise of each output, latency, bytes and"
          + " structure.",
      "",
      "The first is the reference. Both take the same inputs. Without data, random inputs show"
          + " noise and latency and say nothing about accuracy.",
      ""
    })
final class CompareCommand implements Callable<Integer> {
  private static final int RANDOM_SAMPLES = 16;

  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(
      index = "0",
      paramLabel = "A",
      description = "The reference, an ONNX file or a model.toml.")
  private Path first = Path.of("");

  @Parameters(index = "1", paramLabel = "B", description = "What is compared with it.")
  private Path second = Path.of("");

  @Option(
      names = "--description",
      paramLabel = "FILE",
      description = "The model.toml of A; guessed from the graph when not given.")
  private @Nullable Path description;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "Samples to run; the description's validation data when not given.")
  private @Nullable Path data;

  @Option(
      names = "--samples",
      paramLabel = "COUNT",
      description = "Run at most this many, spread evenly (${DEFAULT-VALUE}).")
  private int samples = 1000;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      description = "Time for the comparison of latencies (${DEFAULT-VALUE}).")
  private double seconds = 2;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Of random inputs (${DEFAULT-VALUE}).")
  private long seed = 1;

  CompareCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() throws IOException {
    Limits.require("--samples", samples, 1);
    Limits.require("--seconds", seconds, 0);
    if (Descriptions.isDescription(first)) {
      description = description == null ? first : description;
      first = ModelDescription.read(first).model();
    }
    ModelDescription described =
        Descriptions.of(description == null ? first : description).description();
    CompareFacts facts;
    try (ModelFile a = ModelReader.read(first);
        ModelFile b = ModelReader.read(second);
        SampleSource source = source(described, a.model());
        SampleSource other = source(described, b.model())) {
      facts = compare(a, b, described, source.limit(samples), other.limit(1));
    }
    terminal.out().print(json.getAsBoolean() ? Json.print(facts) : facts.text(terminal));
    return 0;
  }

  private SampleSource source(ModelDescription described, Model model) {
    if (data != null) {
      return SampleSource.open(described, model, data);
    }
    return described.data().validation() == null
        ? SampleSource.random(described, model, RANDOM_SAMPLES, seed)
        : SampleSource.validation(described, model);
  }

  /**
   * @param other first sample as {@code b} takes it, which is not as {@code a} does when only one
   *     of them prepares its inputs itself
   */
  private CompareFacts compare(
      ModelFile a, ModelFile b, ModelDescription described, SampleSource source, SampleSource other)
      throws IOException {
    Score score;
    Comparison latency;
    try (Progress progress = terminal.progress()) {
      progress.step("running " + source.size() + " samples");
      try (Evaluator evaluator = Evaluator.of(described, a.model(), source, 1)) {
        score = evaluator.score(b.model());
      }
      progress.step("comparing latencies for " + seconds + " s");
      latency = latency(source.read(0).inputs(), other.read(0).inputs());
    }
    Comparison.Ratio ratio = latency.ratio(1, 0);
    List<Difference> differences = GraphDiff.between(a.model(), b.model());
    return new CompareFacts(
        side(first, a, score.referenceValue(), latency.medianNanos(0)),
        side(second, b, score.value(), latency.medianNanos(1)),
        source.place(),
        score.samples(),
        score.metric().text(),
        score.dropPp(),
        score.agreement(),
        score.snrDb(),
        new CompareFacts.LatencyRatio(ratio.median(), ratio.low(), ratio.high()),
        operators(a.model(), b.model()),
        new CompareFacts.Differences(
            count(differences, Difference.Change.ADDED),
            count(differences, Difference.Change.REMOVED),
            count(differences, Difference.Change.CHANGED)),
        score.notes());
  }

  private static CompareFacts.Side side(Path file, ModelFile model, double value, double nanos)
      throws IOException {
    long bytes = Files.size(file) + model.externalBytes();
    return new CompareFacts.Side(file.toString(), bytes, value, nanos / 1e3);
  }

  private Comparison latency(Map<String, Tensor> inputsA, Map<String, Tensor> inputsB) {
    SessionConfig config = SessionConfig.standard();
    PairedLatency paired =
        PairedLatency.standard().withBudget(Duration.ofMillis((long) (seconds * 1e3)));
    try (Session a = Session.open(first, config);
        Session b = Session.open(second, config);
        Binding runA = a.bind(inputsA, names(a));
        Binding runB = b.bind(inputsB, names(b))) {
      return paired.compare(List.<Runnable>of(runA::run, runB::run));
    }
  }

  private static List<String> names(Session session) {
    return session.outputs().stream().map(ValueInfo::name).toList();
  }

  private static SortedMap<String, Integer> operators(Model before, Model after) {
    SortedMap<String, Integer> more = new TreeMap<>();
    for (Node node : after.graph().nodes()) {
      more.merge(node.op(), 1, Integer::sum);
    }
    for (Node node : before.graph().nodes()) {
      more.merge(node.op(), -1, Integer::sum);
    }
    more.values().removeIf(count -> count == 0);
    return more;
  }

  private static int count(List<Difference> differences, Difference.Change change) {
    return (int) differences.stream().filter(d -> d.change() == change).count();
  }
}
