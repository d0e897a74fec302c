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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FactorizerTest {
  private static final int SAMPLES = 64;

  @TempDir Path folder = Path.of("");
  private Path data = Path.of("");
  private float[] pictures = new float[0];

  @BeforeEach
  void writeData() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    pictures = new float[SAMPLES * 3 * 64];
    for (int i = 0; i < pictures.length; i++) {
      pictures[i] = (float) random.nextGaussian();
    }
    data = folder.resolve("pictures.npy");
    Files.write(data, NpyBytes.of(Tensor.ofFloats(new long[] {SAMPLES, 3, 8, 8}, pictures)));
  }

  /**
   * One layer of each kind, and one with groups.
   *
   * @param rank of the weights of all of them
   */
  private static Model network(int rank) {
    return ModelSketch.opset(17)
        .input("x", "N", 3, 8, 8)
        .constant("a.w", lowRank(rank, 0, 32, 3, 3, 3))
        .weights("a.b", 32)
        .node("Conv", "x a.w a.b", "a")
        .ints("pads", 1, 1, 1, 1)
        .ints("strides", 2, 2)
        .batchNorm("a", "an", 32)
        .node("Relu", "an", "ar")
        .constant("t.w", lowRank(rank, 1, 32, 24, 2, 2))
        .node("ConvTranspose", "ar t.w", "t")
        .ints("strides", 2, 2)
        .weights("g.w", 24, 1, 3, 3)
        .node("Conv", "t g.w", "g")
        .with("group", 24L)
        .node("Relu", "g", "gr")
        .node("GlobalAveragePool", "gr", "p")
        .node("Flatten", "p", "f")
        .constant("m.w", lowRank(rank, 1, 24, 40))
        .node("MatMul", "f m.w", "m")
        .node("Tanh", "m", "mt")
        .constant("c.w", lowRank(rank, 0, 36, 40))
        .weights("c.b", 36)
        .node("Gemm", "mt c.w c.b", "y")
        .with("transB", 1L)
        .output("y")
        .model();
  }

  /** Random weights whose outputs are sums of {@code rank} patterns. */
  private static Tensor lowRank(int rank, int outAxis, long... dims) {
    SplittableRandom random = new SplittableRandom(dims[0]);
    int outputs = (int) dims[outAxis];
    int all = (int) Tensor.elementCount(dims);
    double[][] patterns = new double[rank][all / outputs];
    double[][] shares = new double[outputs][rank];
    for (double[][] numbers : List.of(patterns, shares)) {
      for (double[] row : numbers) {
        for (int i = 0; i < row.length; i++) {
          row[i] = random.nextGaussian() / 4;
        }
      }
    }
    int after = 1;
    for (int axis = outAxis + 1; axis < dims.length; axis++) {
      after *= (int) dims[axis];
    }
    float[] weights = new float[all];
    for (int i = 0; i < all; i++) {
      int output = i / after % outputs;
      int row = i / after / outputs * after + i % after;
      for (int r = 0; r < rank; r++) {
        weights[i] += (float) (shares[output][r] * patterns[r][row]);
      }
    }
    return Tensor.ofFloats(dims, weights);
  }

  private PruneResult factorize(Model model, @Nullable Path samples, PruneOptions options) {
    LinkedHashMap<String, InputSpec> inputs = new LinkedHashMap<>();
    inputs.put("x", new InputSpec.Array(Normalization.NONE));
    LinkedHashMap<String, OutputSpec> outputs = new LinkedHashMap<>();
    outputs.put("y", OutputSpec.of(OutputSpec.Kind.TENSOR, List.of()));
    ModelDescription description =
        new ModelDescription(
            folder.resolve("model.toml"),
            "noise",
            "1",
            folder.resolve("model.onnx"),
            inputs,
            outputs,
            DataSpec.NONE,
            new Goal(new Metric.Agreement(), 1, List.of()));
    return Factorizer.factorize(
        new PruneRequest(
            description, model, samples, null, SAMPLES, Importance.ACTIVATION, options, _ -> {}));
  }

  private static PruneOptions ratio(double ratio, PruneGoal goal, boolean repair) {
    return new PruneOptions(ratio, goal, 4, 0, repair, List.of());
  }

  private double distance(Model one, Model other) {
    Map<String, Tensor> x = Map.of("x", Tensor.ofFloats(new long[] {SAMPLES, 3, 8, 8}, pictures));
    double sum = 0;
    double energy = 0;
    try (Session a = Session.open(one, SessionConfig.standard());
        Session b = Session.open(other, SessionConfig.standard())) {
      Tensor ya = Objects.requireNonNull(a.run(x).get("y"));
      Tensor yb = Objects.requireNonNull(b.run(x).get("y"));
      for (int i = 0; i < ya.elementCount(); i++) {
        sum += Math.pow(ya.asDouble(i) - yb.asDouble(i), 2);
        energy += Math.pow(ya.asDouble(i), 2);
      }
    }
    return Math.sqrt(sum / energy);
  }

  @Test
  void factorize_weightsOfLowRank_givesTheSame() {
    Model model = network(4);

    PruneResult result = factorize(model, data, ratio(0.7, PruneGoal.SIZE, false));

    assertThat(result.kept()).containsValue("it has groups").hasSize(1);
    assertThat(result.layers())
        .hasSize(5)
        .filteredOn(layer -> !result.kept().containsKey(layer.name()))
        .allMatch(layer -> layer.after() <= 8);
    // moments are gathered in FLOAT: what does not vary is known to about the root of its precision
    assertThat(distance(model, result.model())).isLessThan(3e-4);
  }

  @ParameterizedTest
  @EnumSource(PruneGoal.class)
  void factorize_everyGoal_isMet(PruneGoal goal) {
    PruneResult result = factorize(network(24), data, ratio(0.4, goal, true));

    double size = (double) result.parametersAfter() / result.parametersBefore();
    double work = (double) result.multiplyAddsAfter() / result.multiplyAddsBefore();
    switch (goal) {
      case SIZE -> assertThat(size).isLessThanOrEqualTo(0.6);
      case LATENCY -> assertThat(work).isLessThanOrEqualTo(0.6);
      case BOTH -> assertThat((size + work) / 2).isLessThanOrEqualTo(0.6);
    }
    assertThat(result.layers()).allMatch(layer -> layer.after() % 4 == 0);
  }

  @Test
  void factorize_more_losesMore() {
    Model model = network(24);

    double little =
        distance(model, factorize(model, data, ratio(0.2, PruneGoal.SIZE, true)).model());
    double much = distance(model, factorize(model, data, ratio(0.7, PruneGoal.SIZE, true)).model());

    assertThat(little).isPositive().isLessThan(much);
    assertThat(much).isLessThan(1);
  }

  @Test
  void factorize_frozenLayer_staysWhole() {
    PruneResult result =
        factorize(
            network(4), data, new PruneOptions(0.5, PruneGoal.SIZE, 4, 0, true, List.of("m.")));

    assertThat(result.kept()).containsValue("it is frozen");
    assertThat(result.model().graph().initializers()).containsKey("m.w");
  }

  @Test
  void factorize_withoutSamples_saysWhatToGive() {
    PruneOptions options = ratio(0.5, PruneGoal.SIZE, true);

    assertThatThrownBy(() -> factorize(network(4), null, options))
        .isInstanceOf(SkerryException.class)
        .hasMessage(
            "splitting layers needs samples: add calibration = \"...\" under [data], or give"
                + " --data");
  }
}
