package dev.skerry.runtime.describe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptionKeysTest {
  @TempDir Path folder = Path.of("");

  private ModelDescription described() throws IOException {
    Path toml = folder.resolve("model.toml");
    Files.writeString(
        toml,
        """
        name  = "plain"
        model = "model.onnx"
        [input.image]
        kind = "image"
        size = [8, 8]
        [output."dense_9/add.0"]
        kind = "classification"
        """);
    return ModelDescription.read(toml);
  }

  @Test
  void set_ofTextNumberAndList_isAsWrittenInTheFile() throws IOException {
    ModelDescription before = described();

    ModelDescription changed =
        before.withKeys(
            Map.of(
                "name", "other",
                "version", "\"1.2\"",
                "goal.max-drop-pp", "0.25",
                "goal.metric", "top1",
                "goal.targets", "[\"arm64\", \"generic\"]",
                "input.image.mean", "[1, 2, 3]"));

    assertThat(changed.name()).isEqualTo("other");
    assertThat(changed.version()).isEqualTo("1.2");
    assertThat(changed.goal())
        .isEqualTo(new Goal(new Metric.Top1(), 0.25, List.of("arm64", "generic")));
    assertThat(changed.inputs().get("image"))
        .isInstanceOfSatisfying(
            InputSpec.Image.class,
            image -> assertThat(image.normalization().mean()).containsExactly(1.0, 2.0, 3.0));
    assertThat(changed.model()).isEqualTo(before.model());
  }

  @Test
  void set_ofNameWithDots_takesQuotes() throws IOException {
    ModelDescription changed =
        described().withKeys(Map.of("output.\"dense_9/add.0\".kind", "embedding"));

    assertThat(changed.outputs())
        .containsEntry("dense_9/add.0", OutputSpec.of(OutputSpec.Kind.EMBEDDING, List.of()));
  }

  @Test
  void set_ofPath_isRelativeToTheDescription() throws IOException {
    ModelDescription changed = described().withKeys(Map.of("data.validation", "some/test.zip"));

    assertThat(changed.data().validation()).isEqualTo(folder.resolve("some/test.zip"));
  }

  @Test
  void set_ofUnknownKeysAndWrongValues_tellsAllAtOnce() throws IOException {
    ModelDescription before = described();
    Map<String, String> wrong = Map.of("goal.metrik", "top1", "input.image.size", "large");

    assertThatThrownBy(() -> before.withKeys(wrong))
        .isInstanceOfSatisfying(
            SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_DESCRIPTION))
        .hasMessageContainingAll("metrik", "metric", "size");
  }

  @Test
  void set_ofTextWithLineFeed_setsNoOtherKey() throws IOException {
    ModelDescription before = described();

    ModelDescription changed = before.withKeys(Map.of("name", "it's 1\nversion = \"3\""));

    assertThat(changed.name()).startsWith("it's");
    assertThat(changed.version()).isEqualTo(before.version());
  }

  @Test
  void set_ofNoKey_isUsage() throws IOException {
    ModelDescription before = described();

    assertThatThrownBy(() -> before.withKeys(Map.of(".", "x")))
        .isInstanceOfSatisfying(
            SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE));
  }
}
