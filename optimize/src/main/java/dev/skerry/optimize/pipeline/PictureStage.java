package dev.skerry.optimize.pipeline;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.Normalization;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From a decoded picture, bytes [N, height, width, 3], to what the model takes: grey or the order
 * of colours, antialiased resizing, cutting or padding, layout, normalization.
 *
 * <p>Bytes stay bytes until the end: ONNX Runtime resizes them with the fixed-point weights that
 * Pillow uses, and with {@code exclude_outside = 1} treats borders as Pillow does, so that values
 * differ by one grey level at most.
 */
final class PictureStage {
  /** ITU-R BT.601 in units of 1/65536, as Pillow and {@code runtime.media} have it. */
  private static final double[] LUMA = {19595, 38470, 7471};

  private static final int LUMA_ONE = 1 << 16;

  private static final DataType FLOAT = DataType.FLOAT;

  private final Sketch sketch;
  private final InputSpec.Image spec;
  private final DataType type;

  /**
   * @param type of the elements that the model takes
   */
  PictureStage(Sketch sketch, InputSpec.Image spec, DataType type) {
    this.sketch = sketch;
    this.spec = spec;
    this.type = type;
  }

  /**
   * Adds the stage.
   *
   * @param raw the decoded picture
   * @param view what is shown of the picture; null when all of it is
   * @return the model's input
   */
  String add(String raw, @Nullable PictureSizes view) {
    String colours = spec.channels() == InputSpec.Channels.GRAY ? gray(raw) : raw;
    String fitted = fitted(colours, view);
    String ordered = spec.channels() == InputSpec.Channels.BGR ? reversed(fitted) : fitted;
    String laidOut =
        spec.layout() == InputSpec.Layout.NCHW
            ? sketch.add("Transpose", "planes", "perm", Attribute.Ints.of(0, 3, 1, 2), ordered)
            : ordered;
    return normalized(laidOut);
  }

  /** All sums stay below 2^24, so that single precision is exact. */
  private String gray(String raw) {
    String weights = sketch.floats("luma_weights", new long[] {3, 1}, LUMA);
    String sum = sketch.add("MatMul", "luma_sum", sketch.cast("luma_colours", FLOAT, raw), weights);
    String rounded =
        sketch.add("Add", "luma_rounded", sum, sketch.number("luma_half", LUMA_ONE / 2.0));
    String luma = sketch.add("Mul", "luma", rounded, sketch.number("luma_unit", 1.0 / LUMA_ONE));
    return sketch.cast("gray", DataType.UINT8, sketch.add("Floor", "luma_floor", luma));
  }

  private String fitted(String picture, @Nullable PictureSizes view) {
    if (view == null) {
      return resized(picture, sketch.longs("size", spec.height(), spec.width()));
    }
    String scaled = resized(picture, view.scaled());
    String shown = spec.fit() == InputSpec.Fit.CROP ? cut(scaled, view) : padded(scaled, view);
    String size =
        sketch.longs("shown_size", 0, spec.height(), spec.width(), spec.channels().count());
    return sketch.add("Reshape", "shown", shown, size); // tells the engine the sizes
  }

  private String resized(String picture, String size) {
    return sketch.add(
        Node.of("Resize", "", List.of(picture, "", "", size), List.of(""))
            .with("mode", Attribute.of("linear"))
            .with("coordinate_transformation_mode", Attribute.of("half_pixel"))
            .with("antialias", Attribute.of(1))
            .with("exclude_outside", Attribute.of(1))
            .with("axes", Attribute.Ints.of(1, 2)),
        "resized");
  }

  private String cut(String scaled, PictureSizes view) {
    String end =
        sketch.add(
            "Add", "cut_end", view.corner(), sketch.longs("cut_size", spec.height(), spec.width()));
    return sketch.add("Slice", "cut", scaled, view.corner(), end, sketch.longs("cut_axes", 1, 2));
  }

  private String padded(String scaled, PictureSizes view) {
    String before = sketch.add("Neg", "pad_before", view.corner());
    String missing =
        sketch.add(
            "Sub",
            "pad_missing",
            sketch.longs("pad_size", spec.height(), spec.width()),
            view.scaled());
    String after = sketch.add("Sub", "pad_after", missing, before);
    String pads = sketch.add("Concat", "pads", "axis", Attribute.of(0), before, after);
    byte grey = (byte) InputSpec.PADDING;
    return sketch.add(
        "Pad",
        "padded",
        scaled,
        pads,
        sketch.constant("pad_grey", Tensor.ofBytes(DataType.UINT8, new long[0], grey)),
        sketch.longs("pad_axes", 1, 2));
  }

  private String reversed(String picture) {
    return sketch.add(
        "Gather", "bgr", "axis", Attribute.of(3), picture, sketch.longs("bgr_order", 2, 1, 0));
  }

  /** {@code (raw * scale - mean) / std} as one product and one sum per channel. */
  private String normalized(String picture) {
    if (spec.normalization().isIdentity()) {
      return type == DataType.UINT8 ? picture : sketch.cast("values", type, picture);
    }
    Normalization.Line[] lines = new Normalization.Line[spec.channels().count()];
    for (int channel = 0; channel < lines.length; channel++) {
      lines[channel] = spec.normalization().line(channel);
    }
    Affine affine = Affine.of(lines);
    long[] dims =
        spec.layout() == InputSpec.Layout.NCHW
            ? new long[] {lines.length, 1, 1}
            : new long[] {lines.length};
    String values = affine.add(sketch, sketch.cast("values", FLOAT, picture), dims);
    return type == FLOAT ? values : sketch.cast("input", type, values);
  }
}
