package dev.skerry.optimize.pipeline;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Node;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.media.AnswerOutputs;
import dev.skerry.runtime.media.MediaAnswer;
import dev.skerry.runtime.media.Probabilities;
import java.util.List;

/** From the scores of a classification to the most likely classes and their probabilities. */
final class LabelStage {
  private final Sketch sketch;

  LabelStage(Sketch sketch) {
    this.sketch = sketch;
  }

  /**
   * Adds the stage.
   *
   * @param output whose scores are [N, classes]
   * @param classes how many
   * @param likely whether scores are probabilities for certain; otherwise each run looks
   * @return the new outputs
   */
  List<ValueInfo> add(String output, long classes, boolean likely) {
    long count = Math.min(MediaAnswer.TOP, classes);
    String flat = sketch.add("Reshape", "flat", output, sketch.longs("flat_shape", -1, classes));
    String floats = sketch.cast("as_float", DataType.FLOAT, flat);
    String probabilities = likely ? floats : probabilities(floats);
    sketch.add(
        Node.of(
            "TopK",
            "",
            List.of(probabilities, sketch.longs("count", count)),
            List.of(AnswerOutputs.scores(output), AnswerOutputs.classes(output))));
    return List.of(
        Outputs.open(AnswerOutputs.classes(output), DataType.INT64, -1, count),
        Outputs.open(AnswerOutputs.scores(output), DataType.FLOAT, -1, count));
  }

  /** What {@link Probabilities} does. */
  private String probabilities(String scores) {
    String axis = sketch.longs("class_axis", 1);
    String sum = sketch.add("ReduceSum", "sum", scores, axis);
    String off =
        sketch.add("Abs", "off", sketch.add("Sub", "from_one", sum, sketch.number("one", 1)));
    String adds =
        sketch.add(
            "LessOrEqual", "adds_up", off, sketch.number("rounding", Probabilities.ROUNDING));
    String least = sketch.add("ReduceMin", "least", scores, axis);
    String positive = sketch.add("GreaterOrEqual", "is_positive", least, sketch.number("zero", 0));
    String are = sketch.add("And", "are_probabilities", adds, positive);
    String softmax = sketch.add("Softmax", "softmax", "axis", Attribute.of(1), scores);
    return sketch.add("Where", "probabilities", are, scores, softmax);
  }
}
