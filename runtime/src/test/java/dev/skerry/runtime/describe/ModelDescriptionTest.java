package dev.skerry.runtime.describe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDescriptionTest {
  private static final String FULL =
      """
      name    = "shop camera"
      version = "2.1.0"
      model   = "nets/model.onnx"

      [input.image]
      kind     = "image"
      size     = [240, 320]
      channels = "bgr"
      layout   = "nhwc"
      scale    = 0.5
      mean     = [1.0, 2.0, 3.0]
      std      = 4

      [input."a b.c"]
      kind        = "audio"
      sample-rate = 8000
      length      = 4000
      [input."a b.c".features]
      kind         = "mfcc"
      window       = 240
      hop          = 120
      mels         = 20
      coefficients = 10

      [output.scores]
      kind   = "detection"
      boxes  = "boxes"
      labels = ["background", "face"]
      score-threshold = 0.7

      [data]
      calibration = "../train.zip"
      validation  = "test.npy"
      labels      = "labels.npy"

      [goal]
      metric      = "topk(5)"
      max-drop-pp = 0.5
      targets     = ["x86-64-v3"]
      """;

  @TempDir Path folder;

  private Path written(String toml) throws IOException {
    return Files.writeString(folder.resolve("model.toml"), toml);
  }

  private ModelDescription read(String toml) throws IOException {
    return ModelDescription.read(written(toml));
  }

  @Test
  void read_everySection() throws IOException {
    ModelDescription read = read(FULL);

    assertThat(read.name()).isEqualTo("shop camera");
    assertThat(read.model()).isEqualTo(folder.resolve("nets/model.onnx"));
    assertThat(read.inputs().get("image"))
        .isEqualTo(
            new InputSpec.Image(
                240,
                320,
                InputSpec.Channels.BGR,
                InputSpec.Layout.NHWC,
                InputSpec.Fit.STRETCH,
                new Normalization(List.of(0.5), List.of(1.0, 2.0, 3.0), List.of(4.0)),
                false));
    assertThat(read.inputs().get("a b.c"))
        .isEqualTo(
            new InputSpec.Audio(
                8000,
                4000,
                Normalization.NONE,
                new AudioFeatures(AudioFeatures.Kind.MFCC, 240, 120, 256, 20, 10, 20, 4000, 1e-6),
                false));
    assertThat(read.outputs().get("scores"))
        .isEqualTo(
            new OutputSpec(
                OutputSpec.Kind.DETECTION, List.of("background", "face"), "boxes", 0.7, 0.5));
    assertThat(read.data().calibration()).isEqualTo(folder.resolveSibling("train.zip"));
    assertThat(read.goal()).isEqualTo(new Goal(new Metric.TopK(5), 0.5, List.of("x86-64-v3")));
  }

  @Test
  void toToml_readsBackEqual() throws IOException {
    ModelDescription first = read(FULL);

    assertThat(read(first.toToml())).isEqualTo(first);
  }

  @Test
  void read_minimal_fillsInDefaults() throws IOException {
    ModelDescription read =
        read("name = \"m\"\nmodel = \"m.onnx\"\n[input.x]\nkind = \"tensor\"\n");

    assertThat(read.version()).isEqualTo("0.0.0");
    assertThat(read.inputs()).containsEntry("x", new InputSpec.Array(Normalization.NONE));
    assertThat(read.data()).isEqualTo(DataSpec.NONE);
    assertThat(read.goal()).isEqualTo(Goal.STANDARD);
  }

  @Test
  void read_problems_reportsAllWithKeysAndNearestNames() throws IOException {
    Path file =
        written(
            """
            name  = 3
            modle = "model.onnx"
            [input.image]
            kind = "image"
            sise = [32, 32]
            size = [32, "x"]
            channels = "rbg"
            mean = [1.0, 2.0]
            std = 0
            [output.y]
            kind = "clasification"
            [goal]
            metric = "accuracy"
            max-drop-pp = -1
            """);

    assertThatThrownBy(() -> ModelDescription.read(file))
        .isInstanceOfSatisfying(
            SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_DESCRIPTION))
        .hasMessageContaining("model.toml has 11 problems")
        .hasMessageContaining("name: expected text in quotes, got 3")
        .hasMessageContaining("modle: unknown key; did you mean 'model'?")
        .hasMessageContaining("model: is missing")
        .hasMessageContaining("input.image.sise: unknown key; did you mean 'size'?")
        .hasMessageContaining("input.image.size: expected [height, width]")
        .hasMessageContaining("unknown channels \"rbg\", expected one of rgb, bgr, gray")
        .hasMessageContaining("input.image.mean: has 2 numbers")
        .hasMessageContaining("input.image.std: must not be 0")
        .hasMessageContaining("output.y.kind: unknown kind \"clasification\"")
        .hasMessageContaining("goal.metric: unknown metric \"accuracy\", expected one of top1")
        .hasMessageContaining("goal.max-drop-pp: expected a number from 0 to 100, got -1");
  }

  @Test
  void read_brokenSyntax_namesTheLine() throws IOException {
    Path file = written("name = \"m\"\nmodel = = 3\n");

    assertThatThrownBy(() -> ModelDescription.read(file)).hasMessageContaining("line 2");
  }

  @Test
  void read_emptyFile_namesWhatIsMissing() {
    assertThatThrownBy(() -> read("")).hasMessageContaining("2 problems");
  }

  @Test
  void read_missingFile_saysSo() {
    assertThatThrownBy(() -> ModelDescription.read(folder.resolve("none.toml")))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("none.toml");
  }

  @Test
  void read_badFeatures_areProblems() throws IOException {
    String toml = FULL.replace("hop          = 120", "fft = 200\nhop = 120\nlow-hz = 4000");

    assertThatThrownBy(() -> read(toml))
        .hasMessageContaining("features.fft: expected a power of two")
        .hasMessageContaining("features.low-hz: must lie below");
  }

  @Test
  void normalization_appliesPerChannel() {
    Normalization line = new Normalization(List.of(0.5), List.of(1.0, 2.0), List.of(4.0));

    assertThat(line.line(0).apply(10)).isEqualTo(1.0);
    assertThat(line.line(1).apply(10)).isEqualTo(0.75);
    assertThat(line.channels()).isEqualTo(2);
  }

  @Test
  void metric_parse_readsWhatTextWrites() {
    for (String text : List.of("top1", "topk(3)", "auc", "mse", "cosine", "agreement")) {
      assertThat(Metric.parse(text).orElseThrow().text()).isEqualTo(text);
    }
    assertThat(Metric.parse("topk(0)")).isEmpty();
  }

  private static Model model(List<ValueInfo> inputs, List<ValueInfo> outputs) {
    Node softmax = Node.of("Softmax", "", List.of("x"), List.of("probabilities"));
    return Model.of(
        9,
        17,
        new Graph(
            "g", inputs, outputs, List.of(), new LinkedHashMap<>(), List.of(softmax), Bytes.EMPTY));
  }

  private static ValueInfo batched(String name, long... rest) {
    Stream<Dimension> axes =
        Stream.concat(
            Stream.of(new Dimension.Symbol("N")),
            Arrays.stream(rest).mapToObj(Dimension.Fixed::new));
    return ValueInfo.of(name, new Type.Tensor(DataType.FLOAT, axes.toList()));
  }

  @Test
  void check_contradictions_areReportedAtOnce() throws IOException {
    ModelDescription description =
        read(
            """
            name = "m"
            model = "m.onnx"
            [input.imaeg]
            kind = "tensor"
            [input.image]
            kind = "image"
            size = [32, 32]
            [output.logits]
            kind = "classification"
            labels = ["a", "b"]
            [output.scores]
            kind = "detection"
            boxes = "boxs"
            """);
    Model model =
        model(
            List.of(batched("image", 32, 32, 3), batched("state", 8)),
            List.of(batched("logits", 10), batched("scores", 99, 2), batched("boxes", 99, 4)));

    assertThatThrownBy(() -> description.check(model))
        .hasMessageContaining("5 problems")
        .hasMessageContaining("input.imaeg: the model has no input of this name; did you mean")
        .hasMessageContaining("give [N, 3, 32, 32], but the model takes [N, 32, 32, 3]")
        .hasMessageContaining("input.state: the model takes this input")
        .hasMessageContaining("output.logits.labels: has 2 labels")
        .hasMessageContaining("no output \"boxs\"; did you mean 'boxes'?");
  }

  @Test
  void check_fitting_passes() throws IOException {
    ModelDescription description = read(FULL);
    Model model =
        model(
            List.of(batched("image", 240, 320, 3), batched("a b.c", 32, 10)),
            List.of(batched("scores", 4420, 2), batched("boxes", 4420, 4)));

    description.check(model);
  }

  @Test
  void guess_pictures_saysWhatItAssumed() throws IOException {
    Model model = model(List.of(batched("x", 3, 96, 128)), List.of(batched("y", 10)));

    ModelDescription.Guess guess = ModelDescription.guess(folder.resolve("cam.onnx"), model);

    assertThat(guess.description().name()).isEqualTo("cam");
    assertThat(guess.description().inputs().get("x"))
        .isEqualTo(
            new InputSpec.Image(
                96,
                128,
                InputSpec.Channels.RGB,
                InputSpec.Layout.NCHW,
                InputSpec.Fit.STRETCH,
                Normalization.of(1 / 255.0, 0, 1),
                false));
    assertThat(guess.description().outputs().get("y"))
        .extracting(OutputSpec::kind)
        .isEqualTo(OutputSpec.Kind.CLASSIFICATION);
    assertThat(guess.guesses()).hasSize(2).first().asString().contains("scale = 1/255");
    guess.description().check(model);
    assertThat(read(guess.description().toToml()).inputs()).isEqualTo(guess.description().inputs());
  }

  @Test
  void guess_spectrogramAndDetector() {
    Model sound = model(List.of(batched("x", 49, 10, 1)), List.of(batched("probabilities", 12)));
    Model detector =
        model(
            List.of(batched("x", 240, 320, 3)),
            List.of(batched("boxes", 100, 4), batched("scores", 100, 2)));

    ModelDescription first = ModelDescription.guess(folder.resolve("a.onnx"), sound).description();
    ModelDescription second =
        ModelDescription.guess(folder.resolve("b.onnx"), detector).description();

    assertThat(first.inputs().get("x")).isInstanceOf(InputSpec.Array.class);
    assertThat(first.outputs().get("probabilities"))
        .extracting(OutputSpec::kind)
        .isEqualTo(OutputSpec.Kind.CLASSIFICATION);
    assertThat(second.outputs()).containsOnlyKeys("scores");
    assertThat(second.outputs().get("scores")).extracting(OutputSpec::boxes).isEqualTo("boxes");
  }

  @Test
  @Tag("real-data")
  void read_realDescriptions_areAccepted() throws IOException {
    Path models = Path.of(System.getProperty("skerry.data", "../../shared/data"), "models");
    if (!Files.isDirectory(models)) {
      Assumptions.abort("skipped: no folder " + models);
    }
    try (Stream<Path> folders = Files.list(models)) {
      for (Path file : folders.map(f -> f.resolve("model.toml")).filter(Files::exists).toList()) {
        ModelDescription first = ModelDescription.read(file);
        assertThat(first.model()).exists();
        Path copy = Files.writeString(folder.resolve("copy.toml"), first.toToml());
        assertThat(ModelDescription.read(copy).inputs()).isEqualTo(first.inputs());
      }
    }
  }
}
