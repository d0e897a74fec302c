package dev.skerry.runtime.metric;

import dev.skerry.runtime.describe.OutputSpec;
import dev.skerry.runtime.media.Detection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one output says of one sample, decoded, so that little is kept of it. */
sealed interface Answer {
  /** Overlap (IoU) from which two detections are the same. */
  double SAME_BOX = 0.9;

  /** A class, the one with the greatest score. */
  record Choice(int classIndex) implements Answer {}

  /** Objects in a picture. */
  record Objects(List<Detection> found) implements Answer {}

  /** Numbers that are compared by direction; null when they were not kept. */
  record Direction(float @Nullable [] values) implements Answer {}

  /**
   * Agreement of two answers as a fraction, so that many can be added up.
   *
   * @param hits what agrees
   * @param total what could agree
   */
  record Share(double hits, double total) {}

  /** The answer in {@code values}; {@code boxes} are those of a detection, empty otherwise. */
  static Answer of(OutputSpec spec, float[] values, float[] boxes, boolean keep) {
    return switch (spec.kind()) {
      case CLASSIFICATION -> new Choice(Vectors.greatest(values));
      case DETECTION -> new Objects(Detection.decode(spec, values, boxes));
      case EMBEDDING, RECONSTRUCTION, TENSOR -> new Direction(keep ? values : null);
    };
  }

  /** How far {@code given} agrees with this answer of the reference. */
  default Share agreement(Answer given) {
    return switch (this) {
      case Choice(int classIndex) ->
          new Share(given instanceof Choice(int other) && other == classIndex ? 1 : 0, 1);
      case Objects(List<Detection> wanted) ->
          given instanceof Objects(List<Detection> found)
              ? new Share(Detection.matched(wanted, found, SAME_BOX), wanted.size())
              : new Share(0, wanted.size());
      case Direction(float[] wanted) ->
          wanted != null && given instanceof Direction(float[] values) && values != null
              ? new Share(Vectors.cosine(wanted, values), 1)
              : new Share(0, 0);
    };
  }
}
