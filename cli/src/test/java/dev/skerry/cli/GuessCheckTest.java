package dev.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.Metric;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.Normalization;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuessCheckTest {
  private static final int SIDE = 16; // pixels

  @TempDir Path folder = Path.of("");

  /** Tells bright pictures from dark ones: scores are the mean minus 100, and its negative. */
  private static Model brightness() {
    SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("w", Tensor.ofFloats(new long[] {2, 1, 1, 1}, new float[] {-1, 1}));
    weights.put("b", Tensor.ofFloats(new long[] {2}, new float[] {100, -100}));
    Graph graph =
        new Graph(
            "brightness",
            List.of(ValueInfo.of("x", DataType.FLOAT, 1, 1, SIDE, SIDE)),
            List.of(ValueInfo.of("y", DataType.FLOAT, 1, 2)),
            List.of(),
            weights,
            List.of(
                Node.of("GlobalAveragePool", "mean", List.of("x"), List.of("m")),
                Node.of("Conv", "scores", List.of("m", "w", "b"), List.of("s")),
                Node.of("Flatten", "flat", List.of("s"), List.of("y"))),
            Bytes.EMPTY);
    return Model.of(8, 17, graph);
  }

  private void pictures(String kind, int grey) throws IOException {
    Path place = Files.createDirectories(folder.resolve("data").resolve(kind));
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D pen = picture.createGraphics();
    pen.setColor(new Color(grey, grey, grey));
    pen.fillRect(0, 0, SIDE, SIDE);
    pen.dispose();
    for (int i = 0; i < 4; i++) {
      ImageIO.write(picture, "png", place.resolve(i + ".png").toFile());
    }
  }

  private ModelDescription.Guess improved(Model model) {
    Path onnx = folder.resolve("model.onnx");
    ModelWriter.write(model, onnx);
    ModelDescription.Guess guess = ModelDescription.guess(onnx, model);
    ModelDescription described =
        guess
            .description()
            .withData(guess.description().data().withCalibration(folder.resolve("data")));
    return GuessCheck.improved(new ModelDescription.Guess(described, guess.guesses()), model);
  }

  @Test
  void improved_byLabelledPictures_hasTheScaleThatIsRight() throws IOException {
    pictures("a-dark", 30);
    pictures("b-bright", 220);

    ModelDescription.Guess guess = improved(brightness());

    assertThat(guess.description().goal().metric()).isEqualTo(new Metric.Top1());
    assertThat(guess.description().inputs().get("x"))
        .isInstanceOfSatisfying(
            InputSpec.Image.class,
            image -> assertThat(image.normalization()).isEqualTo(Normalization.NONE));
    assertThat(guess.guesses())
        .anyMatch(line -> line.contains("0 to 255") && line.contains("100.0 %"));
    assertThat(guess.guesses()).noneMatch(line -> line.contains("1/255"));
  }

  @Test
  void improved_byPicturesThatNeverComeOutRight_saysSo() throws IOException {
    pictures("a-bright", 220);
    pictures("b-dark", 30);

    ModelDescription.Guess guess = improved(brightness());

    assertThat(guess.description().goal().metric()).isEqualTo(new Metric.Agreement());
    assertThat(guess.guesses()).anyMatch(line -> line.contains("write a model.toml"));
  }

  @Test
  void improved_withoutClasses_isAsGuessed() throws IOException {
    pictures("only", 30);

    assertThat(improved(brightness()).description().goal().metric())
        .isEqualTo(new Metric.Agreement());
  }
}
