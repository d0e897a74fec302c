package dev.skerry.runtime.media;

/**
 * Names of the outputs with which a graph gives answers itself, beside the output that holds the
 * scores.
 *
 * <p>A classification has {@code NAME/classes}, INT64 [N, k], and {@code NAME/scores}, FLOAT [N,
 * k]: the most likely classes and their probabilities, the first the most likely. A detection has
 * {@code NAME/classes}, INT64 [{@value #BOXES}], {@code NAME/scores}, FLOAT [{@value #BOXES}], and
 * {@code NAME/boxes}, FLOAT [{@value #BOXES}, 4]: the objects after suppression, the surest first,
 * corners x1, y1, x2, y2 as fractions of the picture; rows without an object have class -1.
 */
public final class AnswerOutputs {
  /** Objects in one picture at most. */
  public static final int BOXES = 100;

  private AnswerOutputs() {}

  public static String classes(String output) {
    return output + "/classes";
  }

  public static String scores(String output) {
    return output + "/scores";
  }

  public static String boxes(String output) {
    return output + "/boxes";
  }
}
