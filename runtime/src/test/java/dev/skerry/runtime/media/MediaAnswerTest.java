package dev.skerry.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.OutputSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MediaAnswerTest {
  private static SequencedMap<String, OutputSpec> only(String name, OutputSpec spec) {
    SequencedMap<String, OutputSpec> specs = new LinkedHashMap<>();
    specs.put(name, spec);
    return specs;
  }

  private static MediaAnswer.Labels labels(float... scores) {
    OutputSpec spec = OutputSpec.of(OutputSpec.Kind.CLASSIFICATION, List.of("cat", "dog"));
    Map<String, Tensor> given = Map.of("y", Tensor.ofFloats(new long[] {1, 3}, scores));
    return (MediaAnswer.Labels) MediaAnswer.of(only("y", spec), given, PictureView.WHOLE);
  }

  @Test
  void of_probabilities_keepsThemAndNamesTheFirst() {
    List<MediaAnswer.Label> labels = labels(0.2f, 0.7f, 0.1f).labels();

    assertThat(labels).hasSize(3);
    assertThat(labels.getFirst()).isEqualTo(new MediaAnswer.Label(1, "dog", 0.7f));
    assertThat(labels.getLast().label()).isEqualTo("2");
  }

  @Test
  void of_logits_becomeProbabilities() {
    List<MediaAnswer.Label> labels = labels(1, 3, -1).labels();

    // e^3 / (e^1 + e^3 + e^-1)
    assertThat(labels.getFirst().score()).isCloseTo(0.866814f, Offset.offset(1e-6f));
    assertThat(labels.stream().mapToDouble(MediaAnswer.Label::score).sum())
        .isCloseTo(1, Offset.offset(1e-6));
  }

  @Test
  void of_detection_suppressesAndMapsIntoThePicture() {
    OutputSpec spec =
        new OutputSpec(OutputSpec.Kind.DETECTION, List.of("background", "face"), "b", 0.5, 0.5);
    Map<String, Tensor> given =
        Map.of(
            "s", Tensor.ofFloats(new long[] {1, 2, 2}, 0.1f, 0.9f, 0.2f, 0.8f),
            "b", Tensor.ofFloats(new long[] {1, 2, 4}, 0, 0.5f, 1, 1, 0, 0.52f, 1, 1));

    MediaAnswer answer = MediaAnswer.of(only("s", spec), given, new PictureView(0, -0.5f, 1, 2));

    assertThat(answer)
        .isEqualTo(
            new MediaAnswer.Boxes(
                "s", List.of(new MediaAnswer.Box("face", new Detection(1, 0.9f, 0, 0.5f, 1, 1)))));
  }

  @Test
  void of_otherOutputs_areTensors() {
    assertThat(
            MediaAnswer.of(
                only("y", OutputSpec.of(OutputSpec.Kind.EMBEDDING, List.of())),
                Map.of("y", Tensor.ofFloats(new long[] {1, 1}, 1)),
                PictureView.WHOLE))
        .isEqualTo(new MediaAnswer.Tensors());
  }
}
