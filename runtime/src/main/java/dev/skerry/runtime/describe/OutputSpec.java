package dev.skerry.runtime.describe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one graph output means ({@code [output.NAME]}).
 *
 * @param labels names of the classes in the order of the last axis; empty when not given
 * @param boxes for a detection, the output that holds [N, boxes, 4] corners x1, y1, x2, y2 as
 *     fractions of the picture; this output then holds [N, boxes, classes] scores
 * @param scoreThreshold for a detection, the least score that counts, 0 to 1
 * @param iouThreshold for a detection, the overlap above which the weaker of two boxes of one class
 *     is dropped, 0 to 1
 */
public record OutputSpec(
    Kind kind,
    List<String> labels,
    @Nullable String boxes,
    double scoreThreshold,
    double iouThreshold) {

  /** Used when the file does not say. */
  public static final double SCORE_THRESHOLD = 0.5;

  /** Used when the file does not say. */
  public static final double IOU_THRESHOLD = 0.5;

  public OutputSpec {
    labels = List.copyOf(labels);
  }

  /** An output without boxes. */
  public static OutputSpec of(Kind kind, List<String> labels) {
    return new OutputSpec(kind, labels, null, SCORE_THRESHOLD, IOU_THRESHOLD);
  }

  /** What the numbers of an output are. */
  public enum Kind {
    /** [N, classes]: the greatest wins. */
    CLASSIFICATION,
    /** Scores per box and class, with the boxes in another output. */
    DETECTION,
    /** [N, size]: direction matters, compared by cosine. */
    EMBEDDING,
    /** The model's input again, as well as it can. */
    RECONSTRUCTION,
    /** Numbers of which nothing else is known. */
    TENSOR
  }

  /** The name of a class, or its index where it has none. */
  public String label(int classIndex) {
    return classIndex < labels.size() ? labels.get(classIndex) : Integer.toString(classIndex);
  }

  /** The class of this name that means "nothing here" in a detection; it is never reported. */
  public boolean isBackground(int classIndex) {
    return kind == Kind.DETECTION
        && classIndex < labels.size()
        && labels.get(classIndex).equalsIgnoreCase("background");
  }
}
