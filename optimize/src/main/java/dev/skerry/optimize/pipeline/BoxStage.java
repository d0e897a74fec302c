package dev.skerry.optimize.pipeline;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.describe.OutputSpec;
import dev.skerry.runtime.media.AnswerOutputs;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/**
 * From the scores and boxes of a detection in one picture to its objects: suppression for each
 * class, the surest {@value AnswerOutputs#BOXES} of what is left, in a fixed number of rows.
 */
final class BoxStage {
  private static final long ROWS = AnswerOutputs.BOXES;

  private final Sketch sketch;
  private final OutputSpec spec;

  BoxStage(Sketch sketch, OutputSpec spec) {
    this.sketch = sketch;
    this.spec = spec;
  }

  /**
   * Adds the stage.
   *
   * @param output that holds the scores, [1, boxes, classes]
   * @param classes how many
   * @param inPicture adds what brings boxes [any, 4] into the picture; returns them
   * @return the new outputs
   */
  List<ValueInfo> add(String output, int classes, UnaryOperator<String> inPicture) {
    String boxes = spec.boxes();
    if (boxes == null) {
      return List.of();
    }
    long[] kept = LongStream.range(0, classes).filter(c -> !spec.isBackground((int) c)).toArray();
    String reported = sketch.longs("reported_classes", kept);
    String scores = sketch.cast("scores_float", DataType.FLOAT, output);
    String some =
        sketch.add("Gather", "scores_reported", "axis", Attribute.of(2), scores, reported);
    String byClass =
        sketch.add("Transpose", "scores_by_class", "perm", Attribute.Ints.of(0, 2, 1), some);
    String corners = sketch.cast("boxes_float", DataType.FLOAT, boxes);
    // Both corners are swapped in x and y, which changes no overlap.
    String selected =
        sketch.add(
            "NonMaxSuppression",
            "selected",
            corners,
            byClass,
            sketch.longs("most_of_a_class", ROWS),
            sketch.number("iou_threshold", spec.iouThreshold()),
            sketch.number("score_threshold", below((float) spec.scoreThreshold())));
    String found = sketch.add("GatherND", "found_scores", byClass, selected);
    String order = surest(output, found);
    String column = column("found_class", selected, 1);
    String classOf = sketch.add("Gather", "found_label", reported, column);
    sketch.add(
        Node.of(
            "Gather",
            "",
            List.of(padded("classes", classOf, Tensor.vector(filled(-1))), order),
            List.of(AnswerOutputs.classes(output))));
    String where = sketch.add("Squeeze", "all_boxes", corners, sketch.longs("batch_axis", 0));
    String of = sketch.add("Gather", "found_boxes", where, column("found_box", selected, 2));
    String placed = inPicture.apply(of);
    float[] none = new float[4 * (int) ROWS];
    sketch.add(
        Node.of(
            "Gather",
            "",
            List.of(padded("boxes", placed, Tensor.ofFloats(new long[] {ROWS, 4}, none)), order),
            List.of(AnswerOutputs.boxes(output))));
    return List.of(
        ValueInfo.of(AnswerOutputs.classes(output), DataType.INT64, ROWS),
        ValueInfo.of(AnswerOutputs.scores(output), DataType.FLOAT, ROWS),
        ValueInfo.of(AnswerOutputs.boxes(output), DataType.FLOAT, ROWS, 4));
  }

  /** The operator takes what is above its threshold, a description what is at or above it. */
  private static float below(float threshold) {
    return Math.nextDown(threshold);
  }

  /** Positions of the surest objects among all, behind which padding stands. */
  private String surest(String output, String found) {
    Tensor none = Tensor.ofFloats(new long[] {ROWS}, new float[(int) ROWS]);
    String all = padded("scores", found, none);
    String order = sketch.name("order");
    sketch.add(
        Node.of(
            "TopK",
            "",
            List.of(all, sketch.longs("rows", ROWS)),
            List.of(AnswerOutputs.scores(output), order)));
    return order;
  }

  /** {@code values} with as many rows behind them as an answer has. */
  private String padded(String what, String values, Tensor rows) {
    return sketch.add(
        "Concat",
        what + "_padded",
        "axis",
        Attribute.of(0),
        values,
        sketch.constant(what + "_padding", rows));
  }

  private String column(String name, String selected, long index) {
    return sketch.add(
        "Gather",
        name,
        "axis",
        Attribute.of(1),
        selected,
        sketch.constant(name + "_column", Tensor.scalar(index)));
  }

  private static long[] filled(long value) {
    long[] values = new long[(int) ROWS];
    Arrays.fill(values, value);
    return values;
  }
}
