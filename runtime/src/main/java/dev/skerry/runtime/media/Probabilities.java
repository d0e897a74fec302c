package dev.skerry.runtime.media;

/**
 * Scores of the classes of one sample as probabilities. Models give either; what is not below 0 and
 * adds up to 1 is taken for probabilities, anything else goes through softmax.
 */
public final class Probabilities {
  /** How far a sum of probabilities may be from 1; narrow integers round each. */
  public static final float ROUNDING = 0.02f;

  private Probabilities() {}

  /** {@code scores} themselves, or their softmax. */
  public static float[] of(float[] scores) {
    float sum = 0;
    float least = Float.POSITIVE_INFINITY;
    for (float score : scores) {
      sum += score;
      least = Math.min(least, score);
    }
    return least >= 0 && Math.abs(sum - 1) <= ROUNDING ? scores : softmax(scores);
  }

  private static float[] softmax(float[] scores) {
    float greatest = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      greatest = Math.max(greatest, score);
    }
    float[] exponentials = new float[scores.length];
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      exponentials[i] = (float) Math.exp(scores[i] - greatest);
      sum += exponentials[i];
    }
    for (int i = 0; i < scores.length; i++) {
      exponentials[i] /= (float) sum;
    }
    return exponentials;
  }
}
