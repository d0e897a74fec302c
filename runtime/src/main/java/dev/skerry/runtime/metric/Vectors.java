package dev.skerry.runtime.metric;

/** Arithmetic on the values of one output of one sample. */
final class Vectors {
  private Vectors() {}

  /** Cosine of the angle between both, -1 to 1; two zero vectors are alike, one is unlike any. */
  static double cosine(float[] a, float[] b) {
    if (a.length != b.length) {
      return 0;
    }
    double dot = 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      first += (double) a[i] * a[i];
      second += (double) b[i] * b[i];
    }
    if (first == 0 && second == 0) {
      return 1;
    }
    double cosine = dot / Math.sqrt(first * second);
    return Double.isFinite(cosine) ? Math.clamp(cosine, -1.0, 1.0) : 0;
  }

  /** Mean of the squared differences. */
  static double meanSquaredError(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return sum / a.length;
  }

  /** Position of the greatest value, the first of equals; NaN is never the greatest. */
  static int greatest(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best] || Float.isNaN(values[best])) {
        best = i;
      }
    }
    return best;
  }

  /** How many values come before the one at {@code index}, best first; equals by position. */
  static int rank(float[] values, int index) {
    int before = 0;
    for (int i = 0; i < values.length; i++) {
      boolean better = values[i] > values[index] || Float.isNaN(values[index]);
      if (i != index && (better || (values[i] == values[index] && i < index))) {
        before++;
      }
    }
    return before;
  }
}
