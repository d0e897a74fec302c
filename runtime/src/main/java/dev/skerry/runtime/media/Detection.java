package dev.skerry.runtime.media;

import dev.skerry.runtime.describe.OutputSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An object found in a picture.
 *
 * @param classIndex position among the scores of its box
 * @param x1 left edge, as a fraction of the picture; the others alike
 */
public record Detection(int classIndex, float score, float x1, float y1, float x2, float y2) {
  /** Boxes above the score threshold that are looked at in one picture, best first. */
  private static final int MAX_CANDIDATES = 5000;

  /** Intersection over union of the two boxes, 0 to 1. */
  public double overlap(Detection other) {
    double width = Math.min(x2, other.x2) - Math.max(x1, other.x1);
    double height = Math.min(y2, other.y2) - Math.max(y1, other.y1);
    if (width <= 0 || height <= 0) {
      return 0;
    }
    double shared = width * height;
    return shared / (area() + other.area() - shared);
  }

  private double area() {
    return (double) (x2 - x1) * (y2 - y1);
  }

  /**
   * The detections in one picture, best first: scores at or above the threshold, without the
   * background class and without boxes that a better one of their class covers.
   *
   * @param scores [boxes, classes]
   * @param boxes [boxes, 4]: x1, y1, x2, y2
   */
  public static List<Detection> decode(OutputSpec spec, float[] scores, float[] boxes) {
    int count = boxes.length / 4;
    int classes = count == 0 ? 0 : scores.length / count;
    List<Detection> found = new ArrayList<>();
    for (int box = 0; box < count; box++) {
      for (int c = 0; c < classes; c++) {
        float score = scores[box * classes + c];
        if (score >= spec.scoreThreshold() && !spec.isBackground(c)) {
          int at = box * 4;
          found.add(
              new Detection(c, score, boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3]));
        }
      }
    }
    found.sort(Comparator.comparingDouble(Detection::score).reversed());
    return suppressed(found.subList(0, Math.min(found.size(), MAX_CANDIDATES)), spec);
  }

  private static List<Detection> suppressed(List<Detection> sorted, OutputSpec spec) {
    List<Detection> kept = new ArrayList<>();
    for (Detection candidate : sorted) {
      boolean covered =
          kept.stream()
              .anyMatch(better ->
                  better.classIndex == candidate.classIndex
                      && better.overlap(candidate) > spec.iouThreshold());
      if (!covered) {
        kept.add(candidate);
      }
    }
    return kept;
  }

  /** How many of {@code wanted} have a partner of their class among {@code given}, one each. */
  public static int matched(List<Detection> wanted, List<Detection> given, double leastOverlap) {
    List<Detection> free = new ArrayList<>(given);
    int matched = 0;
    for (Detection one : wanted) {
      Detection best = null;
      for (Detection other : free) {
        if (other.classIndex == one.classIndex
            && one.overlap(other) >= leastOverlap
            && (best == null || one.overlap(other) > one.overlap(best))) {
          best = other;
        }
      }
      if (best != null) {
        free.remove(best);
        matched++;
      }
    }
    return matched;
  }
}
