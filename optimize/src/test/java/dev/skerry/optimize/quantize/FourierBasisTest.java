package dev.skerry.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Model;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.simplify.ModelSketch;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FourierBasisTest {
  private static final int SIZE = 64;
  private static final int FREQUENCIES = 33;

  @TempDir Path scratch = Path.of("");

  private static float[] basis(boolean negative) {
    float[] basis = new float[2 * FREQUENCIES * SIZE];
    for (int k = 0; k < FREQUENCIES; k++) {
      for (int n = 0; n < SIZE; n++) {
        double angle = 2 * Math.PI * k * n / SIZE;
        double window = Math.pow(Math.sin(Math.PI * n / SIZE), 2);
        basis[k * SIZE + n] = (float) (window * Math.cos(angle));
        basis[(FREQUENCIES + k) * SIZE + n] =
            (float) (window * Math.sin(negative ? -angle : angle));
      }
    }
    return basis;
  }

  private static Model model(float[] basis) {
    return ModelSketch.opset(17)
        .input("x", 1, 1, 640)
        .constant("basis", Tensor.ofFloats(new long[] {2 * FREQUENCIES, 1, SIZE}, basis))
        .node("Conv", "x basis", "y")
        .ints("strides", 32)
        .output("y")
        .model();
  }

  @Test
  void compact_windowedCosinesAndSines_areStoredAsTheirWindow() {
    for (boolean negative : new boolean[] {true, false}) {
      Model model = model(basis(negative));

      Model compact = model.withGraph(WeightStorage.compact(model.graph()));

      Verifier.require(compact);
      assertThat(ModelWriter.toBytes(compact).length)
          .isLessThan(ModelWriter.toBytes(model).length / 4);
      assertThat(Noise.decibels(model, compact, QuantizerTest.inputs(model, 4))).isGreaterThan(120);
    }
  }

  @Test
  void compact_windowedCosinesAndSines_areThereBeforeTheFirstRun() throws IOException {
    Model model = model(basis(true));
    Path file = scratch.resolve("loaded.onnx");

    Session.saveOptimized(
        model.withGraph(WeightStorage.compact(model.graph())), SessionConfig.standard(), file);

    try (var loaded = ModelReader.read(file)) {
      assertThat(loaded.model().graph().nodes()).extracting("op").containsExactly("Conv");
    }
  }

  @Test
  void compact_trainedBasis_stays() {
    float[] basis = basis(true);
    basis[1234] += 1e-4f;
    Model model = model(basis);

    assertThat(WeightStorage.compact(model.graph())).isSameAs(model.graph());
  }
}
