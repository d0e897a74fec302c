package dev.skerry.optimize.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.NpyBytes;
import dev.skerry.optimize.simplify.ModelSketch;
import dev.skerry.runtime.describe.DataSpec;
import dev.skerry.runtime.describe.Goal;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.Metric;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.Normalization;
import dev.skerry.runtime.describe.OutputSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two classes; the original says the first where the first value is the greater one. */
class HeldOutSamplesTest {
  private static final int SAMPLES = 400; // 40 of them held out

  @TempDir Path folder = Path.of("");

  private static Model saying(float... weights) {
    return ModelSketch.opset(17)
        .input("x", "N", 2)
        .constant("w", Tensor.ofFloats(new long[] {2, 2}, weights))
        .node("MatMul", "x w", "y")
        .output("y")
        .model();
  }

  private static final Model ORIGINAL = saying(1, 0, 0, 1);
  private static final Model OPPOSITE = saying(0, 1, 1, 0);

  /** Samples of which the original is right where {@code right} holds. */
  private Path data(String name, int count, IntPredicate right) throws IOException {
    float[] values = new float[2 * count];
    long[] labels = new long[count];
    for (int i = 0; i < count; i++) {
      int said = i / 10 % 2;
      values[2 * i + said] = 1;
      labels[i] = right.test(i) ? said : 1 - said;
    }
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      write(
          zip,
          "x",
          "<f4",
          "(%d, 2)".formatted(count),
          Tensor.ofFloats(new long[] {2L * count}, values));
      write(zip, "labels", "<i8", "(%d,)".formatted(count), Tensor.vector(labels));
    }
    return file;
  }

  private static void write(
      ZipOutputStream zip, String name, String type, String shape, Tensor tensor)
      throws IOException {
    zip.putNextEntry(new ZipEntry(name + ".npy"));
    zip.write(NpyBytes.of(type, shape, tensor.data().toArray(ValueLayout.JAVA_BYTE)));
    zip.closeEntry();
  }

  private HeldOutSamples opened(Path calibration, Path validation) {
    LinkedHashMap<String, InputSpec> inputs = new LinkedHashMap<>();
    inputs.put("x", new InputSpec.Array(Normalization.NONE));
    LinkedHashMap<String, OutputSpec> outputs = new LinkedHashMap<>();
    outputs.put("y", OutputSpec.of(OutputSpec.Kind.CLASSIFICATION, List.of("a", "b")));
    ModelDescription description =
        new ModelDescription(
            folder.resolve("model.toml"),
            "two",
            "1",
            folder.resolve("model.onnx"),
            inputs,
            outputs,
            new DataSpec(calibration, validation, null),
            new Goal(new Metric.Top1(), 1, List.of()));
    return HeldOutSamples.open(description, ORIGINAL, calibration, 1000, 1);
  }

  @Test
  void lostPp_originalThatIsBetterThanOnNewData_weighsWhereItIsRight() throws IOException {
    Path calibration = data("calibration.npz", SAMPLES, i -> i >= SAMPLES / 2);
    Path validation = data("validation.npz", 100, i -> i >= 25);
    try (HeldOutSamples heldOut = opened(calibration, validation)) {
      assertThat(heldOut.size()).isEqualTo(SAMPLES / 10);
      assertThat(heldOut.reference()).isEqualTo(0.75);
      assertThat(heldOut.originalLostPp()).isZero();
      assertThat(heldOut.lostPp(ORIGINAL, 0)).isZero();
      assertThat(heldOut.lostPp(OPPOSITE, 0)).isCloseTo(50, within(1e-9));
    }
  }

  @Test
  void lostPp_afterTraining_comesNearerToTheAccuracyHere() throws IOException {
    Path calibration = data("calibration.npz", SAMPLES, i -> i >= SAMPLES / 2);
    Path validation = data("validation.npz", 100, i -> i >= 25);
    try (HeldOutSamples heldOut = opened(calibration, validation)) {
      assertThat(heldOut.lostPp(OPPOSITE, 0.5)).isCloseTo(75 - (25 + 6.25), within(1e-9));
      assertThat(heldOut.lostPp(OPPOSITE, 1)).isCloseTo(75 - (25 + 12.5), within(1e-9));
      assertThat(heldOut.lostPp(OPPOSITE, 7)).isEqualTo(heldOut.lostPp(OPPOSITE, 1));
    }
  }

  @Test
  void lostPp_fewThatTheOriginalGetsWrong_countLess() throws IOException {
    Path calibration = data("calibration.npz", SAMPLES, i -> i >= 20); // two held out
    Path validation = data("validation.npz", 100, i -> i >= 40);
    try (HeldOutSamples heldOut = opened(calibration, validation)) {
      assertThat(heldOut.originalLostPp()).isZero();
      assertThat(heldOut.lostPp(OPPOSITE, 0)).isCloseTo(60 - 40 * 0.1, within(1e-9));
    }
  }
}
