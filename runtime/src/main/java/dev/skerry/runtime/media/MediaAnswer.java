package dev.skerry.runtime.media;

import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.OutputSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/** What the outputs of one run say of one picture or recording. */
public sealed interface MediaAnswer {
  /** Labels of a classification that are named, at most. */
  int TOP = 5;

  /**
   * Classes, the most likely first, at most {@value #TOP}.
   *
   * @param output that says so
   */
  record Labels(String output, List<Label> labels) implements MediaAnswer {
    public Labels {
      labels = List.copyOf(labels);
    }
  }

  /**
   * Objects, the surest first; corners are fractions of the picture.
   *
   * @param output that holds their scores
   */
  record Boxes(String output, List<Box> boxes) implements MediaAnswer {
    public Boxes {
      boxes = List.copyOf(boxes);
    }
  }

  /** Numbers of which nothing is known that people could read. */
  record Tensors() implements MediaAnswer {}

  /**
   * A class.
   *
   * @param label its name, or its index where it has none
   * @param score its probability, 0 to 1
   */
  record Label(int classIndex, String label, float score) {}

  /**
   * An object in a picture.
   *
   * @param label its class
   */
  record Box(String label, Detection found) {}

  /**
   * The answer in {@code given}: that of the first output which is a classification or a detection.
   * Where the graph gives answers itself ({@link AnswerOutputs}), they are taken.
   *
   * @param specs what the outputs mean, by name
   * @param given outputs of a batch of one, by name
   * @param view of the picture that the model saw
   */
  static MediaAnswer of(
      SequencedMap<String, OutputSpec> specs, Map<String, Tensor> given, PictureView view) {
    return specs.entrySet().stream()
        .flatMap(output -> of(output.getKey(), output.getValue(), given, view).stream())
        .findFirst()
        .orElse(new Tensors());
  }

  private static Optional<MediaAnswer> of(
      String output, OutputSpec spec, Map<String, Tensor> given, PictureView view) {
    Tensor scores = given.get(output);
    Tensor boxes = spec.boxes() == null ? null : given.get(spec.boxes());
    Optional<MediaAnswer> ready = ReadyAnswer.of(output, spec, given);
    if (scores == null || ready.isPresent()) {
      return ready;
    }
    return switch (spec.kind()) {
      case CLASSIFICATION -> Optional.of(new Labels(output, labels(spec, scores.toFloats())));
      case DETECTION ->
          boxes == null
              ? Optional.empty()
              : Optional.of(
                  new Boxes(output, boxes(spec, scores.toFloats(), boxes.toFloats(), view)));
      case EMBEDDING, RECONSTRUCTION, TENSOR -> Optional.empty();
    };
  }

  private static List<Label> labels(OutputSpec spec, float[] scores) {
    float[] likely = Probabilities.of(scores);
    return IntStream.range(0, likely.length)
        .mapToObj(i -> new Label(i, spec.label(i), likely[i]))
        .sorted(Comparator.comparingDouble(Label::score).reversed())
        .limit(TOP)
        .toList();
  }

  private static List<Box> boxes(OutputSpec spec, float[] scores, float[] boxes, PictureView view) {
    return Detection.decode(spec, scores, boxes).stream()
        .map(found -> new Box(spec.label(found.classIndex()), view.inPicture(found)))
        .toList();
  }
}
