package dev.skerry.optimize.quantize;

/**
 * An affine grid: real = step * (integer - zeroPoint), as QuantizeLinear (opset 13) defines it.
 *
 * @param step real distance of neighbouring integers; positive
 */
public record Scale(float step, int zeroPoint, IntegerType type) {
  public Scale {
    if (!(step > 0) || Float.isInfinite(step)) {
      throw new IllegalArgumentException("step " + step + " must be positive and finite");
    }
  }

  /**
   * The grid that spreads all integers of {@code type} over {@code range}, zero exact. A range with
   * nothing below zero has a grid with nothing below zero, so that it saturates as Relu does.
   */
  public static Scale covering(Range range, IntegerType type) {
    int levels = type.highest() - type.lowest();
    double step = (range.max() - range.min()) / levels;
    if (step < Float.MIN_NORMAL) {
      return new Scale(1, range.min() == 0 ? type.lowest() : type.clamp(0), type);
    }
    float rounded = (float) step;
    return new Scale(rounded, type.clamp(Math.round(type.lowest() - range.min() / rounded)), type);
  }

  /** The grid around zero that reaches {@code magnitude} on both sides. */
  public static Scale symmetric(double magnitude, IntegerType type) {
    float step = (float) (magnitude / type.highest());
    return new Scale(step < Float.MIN_NORMAL ? 1 : step, 0, type);
  }

  /** The real interval that the grid expresses. */
  public Range range() {
    return new Range(
        (double) step * (type.lowest() - zeroPoint), (double) step * (type.highest() - zeroPoint));
  }

  /** The integer nearest to {@code real}, ties to even, saturated. */
  public int quantize(double real) {
    return (int) Math.clamp(Math.rint(real / step) + zeroPoint, type.lowest(), type.highest());
  }

  public double dequantize(int integer) {
    return (double) step * (integer - zeroPoint);
  }
}
