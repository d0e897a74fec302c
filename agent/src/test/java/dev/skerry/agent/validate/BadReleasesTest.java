package dev.skerry.agent.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.SmallModels;
import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.traffic.Lease;
import dev.skerry.agent.traffic.LiveTraffic;
import dev.skerry.agent.traffic.Running;
import dev.skerry.agent.traffic.Traffic;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.bundle.release.GoldenOutput;
import dev.skerry.bundle.release.Variant;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Ticker;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Three releases of ResNet-8 that are signed and load, and must not serve: each is stopped by one
 * of the checks, and passes the others as far as that is what it is about.
 */
@Tag("real-data")
class BadReleasesTest {
  private static final int GOLDEN = 32;
  private static final int LIVE = 400;
  private static final long PIXELS = 3072;
  private static final double LARGEST_RATIO = 2;

  private final Map<Digest, byte[]> store = new HashMap<>();
  private final Blobs blobs = digest -> new ByteArrayInputStream(store.get(digest));
  private final List<LoadedModel> loaded = new ArrayList<>();

  private final List<SequencedMap<String, Tensor>> pictures = new ArrayList<>();
  private Model resnet = SmallModels.two();

  @BeforeEach
  void read() {
    Path folder =
        Path.of(System.getProperty("skerry.data", "../../shared/data"), "models/resnet8-cifar10");
    if (!Files.isDirectory(folder)) {
      Assumptions.abort("skipped: no model in " + folder);
    }
    ModelDescription description = ModelDescription.read(folder.resolve("model.toml"));
    try (ModelFile file = ModelReader.read(folder.resolve("model.onnx"))) {
      resnet = mapped(file.model(), value -> value); // copies the weights out of the file
    }
    try (SampleSource source = SampleSource.validation(description, resnet)) {
      for (int i = 0; i < LIVE; i++) {
        pictures.add(source.read(i * 12 % source.size()).copy().inputs());
      }
    }
  }

  @AfterEach
  void close() {
    loaded.forEach(LoadedModel::close);
  }

  private LoadedModel load(Model model) {
    LoadedModel one = SmallModels.load(model);
    loaded.add(one);
    return one;
  }

  /** The model with every float weight of its convolutions and layers changed. */
  private static Model mapped(Model model, DoubleUnaryOperator change) {
    SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
    model
        .graph()
        .initializers()
        .forEach((name, tensor) -> {
          if (tensor.type() != DataType.FLOAT || tensor.rank() < 2) {
            weights.put(name, tensor.copy());
            return;
          }
          float[] values = tensor.toFloats();
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) change.applyAsDouble(values[i]);
          }
          weights.put(name, Tensor.ofFloats(tensor.dims(), values));
        });
    return model.withGraph(model.graph().withInitializers(weights));
  }

  private GoldenInputs.Block block(String name, List<Tensor> samples) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    samples.forEach(sample -> bytes.writeBytes(sample.data().toArray(ValueLayout.JAVA_BYTE)));
    Digest digest = Digest.of(bytes.toByteArray());
    store.put(digest, bytes.toByteArray());
    List<Long> shape = new ArrayList<>();
    for (long size : samples.getFirst().dims()) {
      shape.add(size);
    }
    return new GoldenInputs.Block(name, "FP32", shape, digest, bytes.size());
  }

  private GoldenInputs goldenInputs() {
    List<Tensor> images =
        pictures.subList(0, GOLDEN).stream().map(inputs -> inputs.firstEntry().getValue()).toList();
    return new GoldenInputs(GOLDEN, List.of(block("image", images)));
  }

  /** What a builder of the release records: the variant's own answers. */
  private List<GoldenOutput> goldenOutputs(LoadedModel variant) {
    List<Tensor> answers =
        pictures.subList(0, GOLDEN).stream()
            .map(inputs -> variant.run(inputs).firstEntry().getValue())
            .toList();
    return List.of(new GoldenOutput(block("dense", answers), 1e-3));
  }

  private Verdict golden(LoadedModel device, LoadedModel builder) {
    return GoldenCheck.check(device, goldenInputs(), goldenOutputs(builder), blobs);
  }

  private Verdict probe(LoadedModel candidate, LoadedModel active) {
    return Probe.standard()
        .measure(
            candidate,
            Optional.of(active),
            GoldenSamples.first(8, goldenInputs(), blobs),
            Ticker.system())
        .against(
            new Variant.Budget(Optional.empty(), Optional.empty()),
            OptionalLong.empty(),
            LARGEST_RATIO);
  }

  private Traffic.Shadowed shadow(LoadedModel candidate, LoadedModel active) {
    LiveTraffic traffic = new LiveTraffic(Ticker.system(), 1);
    traffic.activate(running(1, active));
    traffic.shadow(running(2, candidate), 1);
    int requests = 0;
    while (traffic.shadowed().compared() < LIVE / 2) {
      try (Lease lease = traffic.lease().orElseThrow()) {
        lease.run(pictures.get(requests++ % LIVE));
      }
    }
    traffic.endShadow();
    return traffic.shadowed();
  }

  private static Running running(long counter, LoadedModel model) {
    return SmallModels.running(
        "resnet8", counter, model, SmallModels.specs(model.outputs(), "classification"));
  }

  private static double disagreement(Traffic.Shadowed found) {
    return 1 - (double) found.agreed() / found.compared();
  }

  @Test
  void damagedWeights_areStoppedByGoldenVectors() {
    LoadedModel good = load(resnet);
    long[] position = new long[1];
    LoadedModel damaged = load(mapped(resnet, value -> position[0]++ % 5 == 0 ? -value : value));

    assertThat(golden(good, good)).isInstanceOf(Verdict.Accepted.class);
    assertThat(golden(damaged, good))
        .isInstanceOfSatisfying(
            Verdict.Rejected.class,
            rejected -> assertThat(rejected.reason()).contains("of 32 samples differ", "'dense'"));
  }

  @Test
  void aDriftingVariant_isStoppedByShadow() {
    LoadedModel good = load(resnet);
    LoadedModel drifting = load(drifting(good));

    assertThat(golden(drifting, drifting))
        .as("its own golden vectors do not show it")
        .isInstanceOf(Verdict.Accepted.class);
    assertThat(probe(drifting, good)).as("it is as fast").isInstanceOf(Verdict.Accepted.class);
    assertThat(disagreement(shadow(drifting, good))).isBetween(0.1, 0.4);
    assertThat(disagreement(shadow(load(resnet), good))).as("of an equal one").isZero();
  }

  /** Weights rounded ever more coarsely, until about one picture in five is another class. */
  private Model drifting(LoadedModel good) {
    for (double step = 0.02; step < 1; step *= 1.25) {
      double size = step;
      Model coarse = mapped(resnet, value -> Math.rint(value / size) * size);
      LoadedModel candidate = load(coarse);
      long other =
          pictures.stream()
              .filter(picture -> best(good, picture) != best(candidate, picture))
              .count();
      if (other > 0.17 * LIVE) {
        return coarse;
      }
    }
    throw new AssertionError("no rounding changes the answers");
  }

  private static int best(LoadedModel model, Map<String, Tensor> picture) {
    float[] scores = model.run(picture).firstEntry().getValue().toFloats();
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }

  @Test
  void aSlowVariant_isStoppedByTheProbe() {
    LoadedModel good = load(resnet);
    LoadedModel slow = load(slow());

    assertThat(golden(slow, good)).as("its answers are right").isInstanceOf(Verdict.Accepted.class);
    assertThat(probe(slow, good))
        .isInstanceOfSatisfying(
            Verdict.Rejected.class,
            rejected ->
                assertThat(rejected.reason())
                    .contains("times that of what serves now", "at most 2.00 times is allowed"));
  }

  /** The same answers plus nothing, which is the product of large matrices. */
  private Model slow() {
    Graph graph = resnet.graph();
    SequencedMap<String, Tensor> weights = new LinkedHashMap<>(graph.initializers());
    weights.put(
        "wide", Tensor.ofFloats(new long[] {PIXELS, PIXELS}, new float[(int) (PIXELS * PIXELS)]));
    weights.put("narrow", Tensor.ofFloats(new long[] {PIXELS, 10}, new float[(int) PIXELS * 10]));
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      boolean last = node.outputs().contains("dense");
      nodes.add(last ? node.withOutputs(List.of("before")) : node);
    }
    nodes.add(Node.of("Flatten", "flat", List.of("image"), List.of("pixels")));
    nodes.add(Node.of("MatMul", "first", List.of("pixels", "wide"), List.of("much")));
    nodes.add(Node.of("MatMul", "second", List.of("much", "narrow"), List.of("nothing")));
    nodes.add(Node.of("Add", "sum", List.of("before", "nothing"), List.of("dense")));
    return resnet.withGraph(graph.withInitializers(weights).withNodes(nodes));
  }
}
