package dev.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whole command lines: what they print, and the code that they end with. */
class SkerryTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path model = Path.of("");

  @BeforeEach
  void writeModel() {
    model = folder.resolve("tiny.onnx");
    SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("w", Tensor.ofFloats(new long[] {2, 3, 3, 3}, new float[54]));
    Graph graph =
        new Graph(
            "tiny",
            List.of(ValueInfo.of("image\u001b[31m", DataType.FLOAT, 1, 3, 8, 8)),
            List.of(ValueInfo.of("y", DataType.FLOAT, 1, 2, 6, 6)),
            List.of(),
            weights,
            List.of(
                Node.of("Conv", "conv", List.of("image\u001b[31m", "w"), List.of("a")),
                Node.of("Relu", "relu", List.of("a"), List.of("y"))),
            Bytes.EMPTY);
    ModelWriter.write(Model.of(8, 17, graph), model);
  }

  private int run(String... args) {
    out.reset();
    err.reset();
    Terminal terminal = Terminal.plain(out, err);
    int exitCode = Skerry.run(terminal, args);
    terminal.flush();
    return exitCode;
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private JsonNode json() {
    return JsonMapper.shared().readTree(out());
  }

  @Test
  void noCommand_isUsage() {
    assertThat(run()).isEqualTo(2);
    assertThat(err()).startsWith("skerry: ").contains("--help");
  }

  @Test
  void unknownOption_namesTheNearest() {
    assertThat(run("inspect", "--jsno", model.toString())).isEqualTo(2);
    assertThat(err()).contains("--jsno").contains("Did you mean '--json'?");
  }

  @Test
  void unknownCommand_namesTheNearest() {
    assertThat(run("inspekt")).isEqualTo(2);
    assertThat(err()).contains("Did you mean 'inspect'?");
  }

  @Test
  void missingFile_isRefusedWithoutStackTrace() {
    assertThat(run("inspect", folder.resolve("none.onnx").toString())).isEqualTo(3);
    assertThat(err()).startsWith("skerry: ").contains("none.onnx").doesNotContain("at dev.skerry");
    assertThat(out()).isEmpty();
  }

  @Test
  void stacktrace_isPrintedWhenAskedFor() {
    run("inspect", "--stacktrace", folder.resolve("none.onnx").toString());

    assertThat(err()).contains("at dev.skerry");
  }

  @Test
  void otherFile_isRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "these are notes, and no model");

    assertThat(run("inspect", text.toString())).isEqualTo(3);
  }

  @Test
  void inspect_tellsWhatIsInTheModel() {
    assertThat(run("inspect", model.toString())).isZero();
    assertThat(out())
        .contains("opset 17", "54 parameters", "1.94 k multiply-adds", "[1, 3, 8, 8]", "Conv")
        .doesNotContain("\u001b");
  }

  @Test
  void inspect_asJsonHoldsTheSame() {
    assertThat(run("inspect", "--json", model.toString())).isZero();
    assertThat(json().at("/parameters").asInt()).isEqualTo(54);
    assertThat(json().at("/multiplyAdds/total").asInt()).isEqualTo(2 * 36 * 27);
    assertThat(json().at("/operators/Conv").asInt()).isEqualTo(1);
    assertThat(json().at("/inputs/0/shape/1").asString()).isEqualTo("3");
  }

  @Test
  void inspect_asTextPrintsEveryNode() {
    assertThat(run("inspect", "--text", model.toString())).isZero();
    assertThat(out()).contains("Conv").contains("Relu");
  }

  @Test
  void doctor_tellsOfModelAndMachine() {
    assertThat(run("doctor", model.toString())).isZero();
    assertThat(out()).contains("tiny.onnx").contains("telemetry off").contains("first axis");
  }

  @Test
  void doctor_endsWith3WhenDescriptionIsWrong() throws IOException {
    Path toml = folder.resolve("model.toml");
    Files.writeString(
        toml,
        """
        name = "tiny"
        model = "tiny.onnx"
        [data]
        validation = "nowhere.zip"
        """);

    assertThat(run("doctor", toml.toString())).isEqualTo(3);
    assertThat(out()).contains("nowhere.zip");
  }

  @Test
  void bench_measuresAtLeastTheRunsAskedFor() {
    assertThat(run("bench", model.toString(), "--seconds=0", "--runs=20", "--json")).isZero();
    assertThat(json().at("/queries").asInt()).isEqualTo(20);
    assertThat(json().at("/p90Micros").asDouble()).isPositive();
    assertThat(json().at("/cpuMicrosPerQuery").asDouble()).isNotNegative();
  }

  @Test
  void bench_onPictures_timesThePartsApart() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    for (int i = 0; i < 3; i++) {
      BufferedImage picture = new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB);
      ImageIO.write(picture, "png", data.resolve(i + ".png").toFile());
    }
    Path toml =
        Files.writeString(
            folder.resolve("model.toml"),
            """
            name = "tiny"
            model = "tiny.onnx"
            [input."image\\u001b[31m"]
            kind = "image"
            size = [8, 8]
            """);
    String[] command = {
      "bench", toml.toString(), "--seconds=0", "--runs=5", "--data", data.toString()
    };

    assertThat(run(command)).as(this::err).isZero();
    assertThat(out()).contains("preprocess").contains("predict").contains("postprocess");
    assertThat(run("bench", model.toString(), "--seconds=0", "--runs=5", "--json")).isZero();
    assertThat(json().at("/pipeline").isNull()).isTrue();
  }

  @Test
  void bench_refusesSizeOfNoAxis() {
    assertThat(run("bench", model.toString(), "--dim", "batch=4")).isEqualTo(2);
    assertThat(err()).contains("batch");
  }

  @Test
  void bench_withAnEngineOrPluginThatIsNotThere_saysWhichFile() {
    String file = model.toString();

    assertThat(run("bench", file, "--engine-library=/nowhere/libonnxruntime.so")).isEqualTo(2);
    assertThat(err()).contains("/nowhere/libonnxruntime.so").contains("a build of ONNX Runtime");
    assertThat(run("bench", file, "--provider=own", "--provider-library=own=/nowhere/own.so"))
        .isEqualTo(3);
    assertThat(err()).contains("/nowhere/own.so");
  }

  @Test
  void compare_ofAModelWithItself_findsNoDifference() {
    String file = model.toString();

    assertThat(run("compare", file, file, "--seconds=0.05")).isZero();
    assertThat(out()).contains("no difference").contains("equal").contains("random");
  }

  @Test
  void warmUp_leavesNothingBehind() {
    assertThat(run("warm-up")).isZero();
    assertThat(out()).isEmpty();
  }

  @Test
  void version_isPrinted() {
    assertThat(run("--version")).isZero();
    assertThat(out()).contains("skerry " + Skerry.VERSION);
  }
}
