package dev.skerry.runtime.media;

import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.OutputSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the answers that a graph gives itself; see {@link AnswerOutputs}. */
final class ReadyAnswer {
  private ReadyAnswer() {}

  static Optional<MediaAnswer> of(String output, OutputSpec spec, Map<String, Tensor> given) {
    Tensor classes = given.get(AnswerOutputs.classes(output));
    Tensor scores = given.get(AnswerOutputs.scores(output));
    Tensor boxes = given.get(AnswerOutputs.boxes(output));
    if (classes == null || scores == null) {
      return Optional.empty();
    }
    return switch (spec.kind()) {
      case CLASSIFICATION ->
          Optional.of(
              new MediaAnswer.Labels(output, labels(spec, classes.toLongs(), scores.toFloats())));
      case DETECTION ->
          boxes == null
              ? Optional.empty()
              : Optional.of(
                  new MediaAnswer.Boxes(
                      output, boxes(spec, classes.toLongs(), scores.toFloats(), boxes.toFloats())));
      case EMBEDDING, RECONSTRUCTION, TENSOR -> Optional.empty();
    };
  }

  private static List<MediaAnswer.Label> labels(OutputSpec spec, long[] classes, float[] scores) {
    List<MediaAnswer.Label> labels = new ArrayList<>();
    for (int i = 0; i < classes.length; i++) {
      int index = (int) classes[i];
      labels.add(new MediaAnswer.Label(index, spec.label(index), scores[i]));
    }
    return labels;
  }

  private static List<MediaAnswer.Box> boxes(
      OutputSpec spec, long[] classes, float[] scores, float[] corners) {
    List<MediaAnswer.Box> boxes = new ArrayList<>();
    for (int i = 0; i < classes.length && classes[i] >= 0; i++) {
      int at = 4 * i;
      Detection found =
          new Detection(
              (int) classes[i],
              scores[i],
              corners[at],
              corners[at + 1],
              corners[at + 2],
              corners[at + 3]);
      boxes.add(new MediaAnswer.Box(spec.label(found.classIndex()), found));
    }
    return boxes;
  }
}
