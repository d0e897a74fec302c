package dev.skerry.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.NpyBytes;
import dev.skerry.optimize.simplify.ModelSketch;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.describe.DataSpec;
import dev.skerry.runtime.describe.Goal;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.Metric;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.Normalization;
import dev.skerry.runtime.describe.OutputSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrunerTest {
  private static final int SAMPLES = 128;

  @TempDir Path folder = Path.of("");
  private Path data = Path.of("");
  private float[] pictures = new float[0];

  @BeforeEach
  void writeData() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    pictures = new float[SAMPLES * 2 * 36];
    long[] labels = new long[SAMPLES];
    for (int i = 0; i < pictures.length; i++) {
      pictures[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < SAMPLES; i++) {
      labels[i] = random.nextInt(4);
    }
    data = folder.resolve("pictures.npy");
    Files.write(data, NpyBytes.of(Tensor.ofFloats(new long[] {SAMPLES, 2, 6, 6}, pictures)));
    Files.write(folder.resolve("labels.npy"), NpyBytes.of(Tensor.vector(labels)));
  }

  /** Two convolutions, the second of which sees the 24 channels of the first, and a classifier. */
  private static Model network() {
    return ModelSketch.opset(17)
        .input("x", "N", 2, 6, 6)
        .weights("a.w", 24, 2, 3, 3)
        .weights("a.b", 24)
        .node("Conv", "x a.w a.b", "a")
        .ints("pads", 1, 1, 1, 1)
        .batchNorm("a", "an", 24)
        .node("Relu", "an", "ar")
        .weights("b.w", 16, 24, 3, 3)
        .weights("b.b", 16)
        .node("Conv", "ar b.w b.b", "b")
        .batchNorm("b", "bn", 16)
        .node("Relu", "bn", "br")
        .node("Flatten", "br", "f")
        .weights("c.w", 256, 4)
        .weights("c.b", 4)
        .node("Gemm", "f c.w c.b", "z")
        .node("Softmax", "z", "y")
        .output("y")
        .model();
  }

  private ModelDescription description(OutputSpec.Kind kind) {
    LinkedHashMap<String, InputSpec> inputs = new LinkedHashMap<>();
    inputs.put("x", new InputSpec.Array(Normalization.NONE));
    LinkedHashMap<String, OutputSpec> outputs = new LinkedHashMap<>();
    outputs.put("y", OutputSpec.of(kind, List.of()));
    return new ModelDescription(
        folder.resolve("model.toml"),
        "noise",
        "1",
        folder.resolve("model.onnx"),
        inputs,
        outputs,
        DataSpec.NONE,
        new Goal(new Metric.Agreement(), 1, List.of()));
  }

  private PruneResult prune(Importance importance, PruneOptions options) {
    return Pruner.prune(
        new PruneRequest(
            description(OutputSpec.Kind.CLASSIFICATION),
            network(),
            data,
            folder.resolve("labels.npy"),
            SAMPLES,
            importance,
            options,
            _ -> {}));
  }

  @ParameterizedTest
  @EnumSource(Importance.class)
  void prune_everyImportance_meetsTheRatioInMultiples(Importance importance) {
    for (PruneGoal goal : PruneGoal.values()) {
      PruneResult result = prune(importance, PruneOptions.of(0.4, goal));
      double parameters = (double) result.parametersAfter() / result.parametersBefore();
      double work = (double) result.multiplyAddsAfter() / result.multiplyAddsBefore();
      switch (goal) {
        case SIZE -> assertThat(parameters).isLessThanOrEqualTo(0.6);
        case LATENCY -> assertThat(work).isLessThanOrEqualTo(0.6);
        case BOTH -> assertThat((parameters + work) / 2).isLessThanOrEqualTo(0.6);
      }
      assertThat(result.layers()).hasSize(3);
      for (PruneResult.Layer layer : result.layers().subList(0, 2)) {
        assertThat(layer.after() % 8).isZero();
        assertThat(layer.after()).isPositive();
      }
      assertThat(result.layers().getLast().after()).isEqualTo(4);
    }
  }

  private double distance(Model one, Model other) {
    Tensor x = Tensor.ofFloats(new long[] {SAMPLES, 2, 6, 6}, pictures);
    double sum = 0;
    try (Session a = Session.open(one, SessionConfig.standard());
        Session b = Session.open(other, SessionConfig.standard())) {
      Tensor first = a.run(Map.of("x", x)).firstEntry().getValue();
      Tensor second = b.run(Map.of("x", x)).firstEntry().getValue();
      for (int i = 0; i < first.elementCount(); i++) {
        sum += Math.abs(first.asDouble(i) - second.asDouble(i));
      }
    }
    return sum;
  }

  /** Channels that repeat another one leave without a trace when the layer behind is repaired. */
  @Test
  void prune_channelThatRepeatsAnother_leavesWithoutATrace() {
    Model doubled =
        ModelSketch.opset(17)
            .input("x", "N", 2, 6, 6)
            .weights("a.w", 8, 2, 3, 3)
            .node("Conv", "x a.w", "a")
            .node("Concat", "a a", "aa")
            .with("axis", 1)
            .weights("b.w", 8, 16, 1, 1)
            .node("Conv", "aa b.w", "b")
            .node("GlobalAveragePool", "b", "g")
            .node("Flatten", "g", "y")
            .output("y")
            .model();
    Tensor w = Objects.requireNonNull(doubled.graph().initializers().get("a.w"));
    float[] twice = w.toFloats();
    System.arraycopy(twice, 0, twice, twice.length / 2, twice.length / 2);
    var constants = new LinkedHashMap<>(doubled.graph().initializers());
    constants.put("a.w", Tensor.ofFloats(w.dims(), twice));
    Model model = doubled.withGraph(doubled.graph().withInitializers(constants));
    PruneResult result =
        Pruner.prune(
            new PruneRequest(
                description(OutputSpec.Kind.TENSOR),
                model,
                data,
                null,
                SAMPLES,
                Importance.ACTIVATION,
                new PruneOptions(0.01, PruneGoal.SIZE, 1, 0, true, List.of()),
                _ -> {}));
    assertThat(result.layers().getFirst().after()).isLessThan(8);
    assertThat(distance(model, result.model()))
        .isLessThan(0.02 * distance(model, result.unrepaired()));
  }

  @Test
  void prune_badInput_saysWhatToDo() {
    assertThatThrownBy(() -> PruneOptions.of(1, PruneGoal.SIZE))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("ratio must be above 0 and below 1, not 1.0");
    assertThatThrownBy(() ->
            Pruner.prune(
                new PruneRequest(
                    description(OutputSpec.Kind.CLASSIFICATION),
                    network(),
                    data,
                    null,
                    SAMPLES,
                    Importance.TAYLOR,
                    PruneOptions.of(0.5, PruneGoal.SIZE),
                    _ -> {})))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("--importance activation");
    Model single =
        ModelSketch.opset(17)
            .input("x", "N", 2, 6, 6)
            .weights("w", 4, 2, 1, 1)
            .node("Conv", "x w", "y")
            .output("y")
            .model();
    assertThatThrownBy(() ->
            Pruner.prune(
                new PruneRequest(
                    description(OutputSpec.Kind.TENSOR),
                    single,
                    data,
                    null,
                    SAMPLES,
                    Importance.ACTIVATION,
                    PruneOptions.of(0.5, PruneGoal.SIZE),
                    _ -> {})))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("no channel of noise can leave")
        .hasMessageContaining("it is an output of the model");
  }
}
