package dev.skerry.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.describe.ModelDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VariedRecordsTest {
  @Test
  void varied_pictures_giveEachOneFirstAsItIsThenMirrored(@TempDir Path folder) throws IOException {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    java.awt.image.BufferedImage image =
        new java.awt.image.BufferedImage(4, 2, java.awt.image.BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 4; x++) {
      image.setRGB(x, 0, 10 * x << 16);
      image.setRGB(x, 1, (10 * x + 100) << 16);
    }
    ImageIO.write(image, "png", pictures.resolve("a.png").toFile());
    ImageIO.write(image, "png", pictures.resolve("b.png").toFile());
    Path toml = folder.resolve("model.toml");
    Files.writeString(
        toml,
        """
        name = "m"
        model = "model.onnx"
        [input.x]
        kind = "image"
        size = [2, 4]
        """);
    Graph graph =
        new Graph(
            "g",
            List.of(ValueInfo.of("x", DataType.FLOAT, 1, 3, 2, 4)),
            List.of(),
            List.of(),
            new LinkedHashMap<>(),
            List.of(),
            Bytes.EMPTY);
    Model model = Model.of(8, 17, graph);
    ModelDescription description = ModelDescription.read(toml);

    try (SampleSource source = SampleSource.open(description, model, pictures)) {
      SampleSource varied = source.varied(description, model);
      int views = varied.size() / source.size();

      assertThat(views).isGreaterThan(3);
      assertThat(red(varied.read(0))).containsExactly(0, 10, 20, 30, 100, 110, 120, 130);
      assertThat(red(varied.read(1))).containsExactly(30, 20, 10, 0, 130, 120, 110, 100);
      assertThat(red(varied.read(views))).isEqualTo(red(source.read(1)));
    }
  }

  private static float[] red(Sample sample) {
    return Arrays.copyOf(sample.input("x").toFloats(), 8);
  }
}
