package dev.skerry.runtime.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.Metric;
import dev.skerry.runtime.describe.ModelDescription;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorTest {
  @TempDir Path folder;

  private static ValueInfo rows(String name, boolean open, long width) {
    Dimension batch = open ? new Dimension.Symbol("N") : new Dimension.Fixed(1);
    return ValueInfo.of(
        name, new Type.Tensor(DataType.FLOAT, List.of(batch, new Dimension.Fixed(width))));
  }

  /** y = x * weights for rows x of two values. */
  private static Model linear(boolean open, float... weights) {
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
    constants.put("w", Tensor.ofFloats(new long[] {2, 2}, weights));
    return model(open, constants, Node.of("MatMul", "m", List.of("x", "w"), List.of("y")));
  }

  private static Model model(boolean open, SequencedMap<String, Tensor> constants, Node node) {
    return Model.of(
        9,
        17,
        new Graph(
            "g",
            List.of(rows("x", open, 2)),
            List.of(rows("y", open, 2)),
            List.of(),
            constants,
            List.of(node),
            Bytes.EMPTY));
  }

  private ModelDescription described(String kind, String metric) throws IOException {
    return ModelDescription.read(
        Files.writeString(
            folder.resolve("model.toml"),
            """
            name = "m"
            model = "m.onnx"
            [input.x]
            kind = "tensor"
            [output.y]
            kind = "%s"
            [goal]
            metric = "%s"
            """
                .formatted(kind, metric)));
  }

  private Path array(String name, String descr, String shape, byte... data) throws IOException {
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }\n".formatted(descr, shape);
    byte[] text = header.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer file =
        ByteBuffer.allocate(10 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    file.putShort((short) text.length).put(text).put(data);
    return Files.write(folder.resolve(name), file.array());
  }

  /** 70 rows (i, 35): the first value is the greater one in the 34 rows after 35. */
  private Path seventyRows() throws IOException {
    byte[] data = new byte[140];
    for (int i = 0; i < 70; i++) {
      data[2 * i] = (byte) i;
      data[2 * i + 1] = 35;
    }
    return array("x.npy", "|i1", "70, 2", data);
  }

  /** Right for the identity in all rows but the last. */
  private Path labels() throws IOException {
    byte[] data = new byte[70];
    for (int i = 0; i < 69; i++) {
      data[i] = (byte) (i >= 35 ? 0 : 1);
    }
    data[69] = 1;
    return array("l.npy", "|u1", "70,", data);
  }

  @Test
  void score_accuracy_besideTheReference() throws IOException {
    ModelDescription description = described("classification", "top1");
    Model reference = linear(true, 1, 0, 0, 1);
    Model shifted = linear(false, 1, 0, 0, 2); // 70 is never reached: the second value wins

    try (SampleSource source = SampleSource.open(description, reference, seventyRows(), labels());
        Evaluator evaluator = Evaluator.of(description, reference, source, 1)) {
      Score same = evaluator.score(reference);
      Score other = evaluator.score(shifted);

      assertThat(evaluator.referenceValue()).isCloseTo(69 / 70.0, Offset.offset(1e-12));
      assertThat(evaluator.answeredRight()).isEqualTo(IntStream.range(0, 69).toArray());
      assertThat(same.dropPp()).isZero();
      assertThat(same.agreement()).isEqualTo(1);
      assertThat(same.snrDb()).containsEntry("y", 200.0);
      assertThat(other.value()).isCloseTo(36 / 70.0, Offset.offset(1e-12));
      assertThat(other.dropPp()).isCloseTo(100 * 33 / 70.0, Offset.offset(1e-9));
      assertThat(other.agreement()).isCloseTo(35 / 70.0, Offset.offset(1e-12));
      assertThat(other.samples()).isEqualTo(70);
      assertThat(other.snrDb().get("y")).isBetween(0.0, 10.0);
    }
  }

  @Test
  void of_noLabels_fallsBackToAgreementAndSaysSo() throws IOException {
    ModelDescription description = described("classification", "top1");
    Model reference = linear(true, 1, 0, 0, 1);

    try (SampleSource source = SampleSource.open(description, reference, seventyRows());
        Evaluator evaluator = Evaluator.of(description, reference, source, 1)) {
      assertThat(evaluator.metric()).isEqualTo(new Metric.Agreement());
      assertThat(evaluator.score(reference).notes()).singleElement().asString().contains("labels");
    }
  }

  @Test
  void of_randomData_isLabelledAsSuch() throws IOException {
    ModelDescription description = described("embedding", "cosine");
    Model reference = linear(true, 1, 0, 0, 1);

    try (SampleSource source = SampleSource.random(description, reference, 20, 3);
        Evaluator evaluator = Evaluator.of(description, reference, source, 1)) {
      Score score = evaluator.score(linear(true, -1, 0, 0, -1));

      assertThat(score.agreement()).isCloseTo(-1, Offset.offset(1e-6));
      assertThat(score.notes()).singleElement().asString().contains("random");
    }
  }

  @Test
  void score_reconstruction_growsInPercent() throws IOException {
    ModelDescription description = described("reconstruction", "mse");
    Model reference = linear(true, 0.9f, 0, 0, 0.9f);

    try (SampleSource source = SampleSource.open(description, reference, seventyRows());
        Evaluator evaluator = Evaluator.of(description, reference, source, 1)) {
      Score score = evaluator.score(linear(true, 0.8f, 0, 0, 0.8f));

      assertThat(score.dropPp()).isCloseTo(300, Offset.offset(0.1));
      assertThat(score.agreement()).isCloseTo(1, Offset.offset(1e-6));
    }
  }

  @Test
  void score_batchThatIsRefused_isRunOneByOne() throws IOException {
    ModelDescription description = described("tensor", "agreement");
    Model reference =
        model(true, new LinkedHashMap<>(), Node.of("Softmax", "s", List.of("x"), List.of("y")));
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
    constants.put("shape", Tensor.vector(1, 2));
    Model fixed =
        model(true, constants, Node.of("Reshape", "r", List.of("x", "shape"), List.of("y")));

    try (SampleSource source = SampleSource.open(description, reference, seventyRows());
        Evaluator evaluator = Evaluator.of(description, reference, source, 1)) {
      assertThat(evaluator.notes()).isEmpty();
      Score score = evaluator.score(fixed);
      assertThat(score.samples()).isEqualTo(70);
      assertThat(score.notes()).singleElement().asString().contains("one by one");
    }
  }

  @Test
  void of_metricThatNoOutputSuits_isAnError() throws IOException {
    ModelDescription description = described("embedding", "mse");
    Model reference = linear(true, 1, 0, 0, 1);

    try (SampleSource source = SampleSource.open(description, reference, seventyRows())) {
      assertThatThrownBy(() -> Evaluator.of(description, reference, source, 1))
          .hasMessageContaining("mse needs an output of kind reconstruction");
    }
  }

  private static Path realModel(String name) {
    Path model = Path.of(System.getProperty("skerry.data", "../../shared/data"), "models", name);
    if (!Files.isDirectory(model)) {
      Assumptions.abort("skipped: no folder " + model);
    }
    return model;
  }

  private static double referenceValue(String name) {
    ModelDescription description = ModelDescription.read(realModel(name).resolve("model.toml"));
    try (ModelFile file = ModelReader.read(description.model());
        SampleSource source = SampleSource.validation(description, file.model());
        Evaluator evaluator = Evaluator.of(description, file.model(), source, 2)) {
      return evaluator.referenceValue();
    }
  }

  @Test
  @Tag("real-data")
  void of_realModels_haveTheirPublishedAccuracy() {
    assertThat(referenceValue("resnet8-cifar10")).isCloseTo(0.752, Offset.offset(0.0006));
    assertThat(referenceValue("dscnn-kws")).isCloseTo(0.887, Offset.offset(0.0006));
  }

  @Test
  @Tag("real-data")
  void score_realDetector_agreesWithItself() {
    ModelDescription description =
        ModelDescription.read(realModel("ultraface-slim-320").resolve("model.toml"));
    try (ModelFile file = ModelReader.read(description.model());
        SampleSource source = SampleSource.validation(description, file.model());
        Evaluator evaluator = Evaluator.of(description, file.model(), source, 1)) {
      Score score = evaluator.score(file.model());

      assertThat(score.agreement()).isEqualTo(1);
      assertThat(score.notes()).isEmpty();
    }
  }
}
