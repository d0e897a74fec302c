package dev.skerry.optimize.pipeline;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.runtime.describe.InputSpec;

/**
 * Whole-number arithmetic in the graph on the height and width of the picture that is given, for
 * {@code crop} and {@code letterbox}; the same as {@code runtime.media}'s.
 *
 * @param scaled [2]: height and width that the picture is scaled to
 * @param corner [2]: where what is shown begins in the scaled picture; negative where there is
 *     padding
 */
record PictureSizes(String scaled, String corner) {

  static PictureSizes add(Sketch sketch, InputSpec.Image spec, String raw) {
    String shape = sketch.add("Shape", "shape", raw);
    String height = sketch.add("Gather", "height", shape, sketch.longs("height_axis", 1));
    String width = sketch.add("Gather", "width", shape, sketch.longs("width_axis", 2));
    String toHeight = sketch.longs("to_height", spec.height());
    String toWidth = sketch.longs("to_width", spec.width());
    String across = sketch.add("Mul", "width_by_height", width, toHeight);
    String along = sketch.add("Mul", "height_by_width", height, toWidth);
    String wider = sketch.add("GreaterOrEqual", "is_wider", across, along);
    boolean crop = spec.fit() == InputSpec.Fit.CROP;
    String newHeight = quotient(sketch, crop, "scaled_height", along, width);
    String newWidth = quotient(sketch, crop, "scaled_width", across, height);
    // A crop keeps the side that just fits and lets the other stand out; a letterbox the reverse.
    String scaledHeight =
        crop
            ? sketch.add("Where", "fit_height", wider, toHeight, newHeight)
            : sketch.add("Where", "fit_height", wider, newHeight, toHeight);
    String scaledWidth =
        crop
            ? sketch.add("Where", "fit_width", wider, newWidth, toWidth)
            : sketch.add("Where", "fit_width", wider, toWidth, newWidth);
    String scaled =
        sketch.add("Concat", "fit_size", "axis", Attribute.of(0), scaledHeight, scaledWidth);
    String size = sketch.longs("fit_to", spec.height(), spec.width());
    String over = sketch.add("Sub", "fit_over", scaled, size);
    // Division cuts towards 0, so that padding, too, is the smaller half first.
    String corner = sketch.add("Div", "fit_corner", over, sketch.longs("fit_half", 2));
    return new PictureSizes(scaled, corner);
  }

  /** {@code product / side}: cut for a crop, rounded and at least 1 for a letterbox. */
  private static String quotient(
      Sketch sketch, boolean crop, String name, String product, String side) {
    if (crop) {
      return sketch.add("Div", name, product, side);
    }
    String two = sketch.longs(name + "_two", 2);
    String doubled = sketch.add("Mul", name + "_doubled", product, two);
    String rounding = sketch.add("Add", name + "_rounding", doubled, side);
    String rounded =
        sketch.add("Div", name + "_rounded", rounding, sketch.add("Mul", name + "_by", side, two));
    return sketch.add("Max", name, rounded, sketch.longs(name + "_least", 1));
  }

  /**
   * {@code boxes}, fractions of what is shown, as fractions of the picture, cut at its edges.
   *
   * @param boxes [any, 4]: x1, y1, x2, y2
   */
  String inPicture(Sketch sketch, InputSpec.Image spec, String boxes) {
    String flip = sketch.longs("xy_order", 1, 0, 1, 0);
    String full =
        sketch.cast("xy_scaled", DataType.FLOAT, sketch.add("Gather", "xy_fit", scaled, flip));
    String start =
        sketch.cast("xy_start", DataType.FLOAT, sketch.add("Gather", "xy_corner", corner, flip));
    String size =
        sketch.floats(
            "xy_size", new long[] {4}, spec.width(), spec.height(), spec.width(), spec.height());
    String part = sketch.add("Div", "view_size", size, full);
    String from = sketch.add("Div", "view_start", start, full);
    String moved = sketch.add("Add", "moved", sketch.add("Mul", "stretched", boxes, part), from);
    return sketch.add(
        "Clip", "in_picture", moved, sketch.number("edge_low", 0), sketch.number("edge_high", 1));
  }
}
