package dev.skerry.optimize.quantize;

/**
 * The interval of real values that a quantized tensor can express; always holds zero.
 *
 * @param min at most 0
 * @param max at least 0
 */
public record Range(double min, double max) {
  public Range {
    if (!(min <= 0 && max >= 0 && Double.isFinite(min) && Double.isFinite(max))) {
      throw new IllegalArgumentException("range [%s, %s] must hold zero".formatted(min, max));
    }
  }

  /** The smallest range that holds zero and everything in [{@code low}, {@code high}]. */
  public static Range holding(double low, double high) {
    return new Range(Math.min(0, low), Math.max(0, high));
  }

  public Range scaled(double factor) {
    return new Range(min * factor, max * factor);
  }
}
