package dev.skerry.agent.traffic;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.OutputSpec;
import dev.skerry.runtime.media.Detection;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether two models' answers to one request say the same, by what their outputs mean.
 *
 * <p>When some outputs are described as more than plain numbers, those are judged; otherwise all
 * are.
 */
final class Agreement {
  /** Length of the difference of two vectors over the first's length, from which they differ. */
  private static final double RELATIVE_ERROR = 0.1;

  /**
   * A box whose score is above the threshold by at least this has to be found by the other model,
   * too; with one nearer to the threshold, rounding decides whether it is reported.
   */
  private static final double SCORE_MARGIN = 0.05;

  /**
   * An output that is judged.
   *
   * @param text whether its elements are strings
   * @param meaning of a detection; for other kinds the kind alone
   */
  private record Judged(String name, boolean text, OutputSpec meaning) {}

  private final List<Judged> judged;

  private Agreement(List<Judged> judged) {
    this.judged = judged;
  }

  /**
   * @throws dev.skerry.bundle.BundleException if the description of a detection is malformed
   */
  static Agreement of(List<TensorSpec> outputs) {
    List<TensorSpec> described =
        outputs.stream().filter(output -> kind(output) != OutputSpec.Kind.TENSOR).toList();
    List<TensorSpec> chosen = described.isEmpty() ? outputs : described;
    return new Agreement(chosen.stream().map(Agreement::judged).toList());
  }

  private static Judged judged(TensorSpec output) {
    OutputSpec.Kind kind = kind(output);
    OutputSpec meaning =
        kind == OutputSpec.Kind.DETECTION ? detection(output) : OutputSpec.of(kind, List.of());
    return new Judged(output.name(), output.datatype().equals(Datatype.BYTES.name()), meaning);
  }

  /** Whether {@code given} says what {@code wanted} says; an output that is missing does not. */
  boolean holds(Map<String, Tensor> wanted, Map<String, Tensor> given) {
    return judged.stream().allMatch(output -> holds(output, wanted, given));
  }

  private static boolean holds(
      Judged output, Map<String, Tensor> wanted, Map<String, Tensor> given) {
    Tensor a = wanted.get(output.name());
    Tensor b = given.get(output.name());
    if (a == null || b == null || !Arrays.equals(a.dims(), b.dims())) {
      return false;
    }
    if (output.text()) {
      return a.contentEquals(b);
    }
    return switch (output.meaning().kind()) {
      case CLASSIFICATION -> sameClasses(a, b);
      case DETECTION -> sameObjects(output, wanted, given);
      case EMBEDDING, RECONSTRUCTION, TENSOR -> near(a, b);
    };
  }

  private static OutputSpec.Kind kind(TensorSpec output) {
    String name = output.kind().toUpperCase(Locale.ROOT);
    return Arrays.stream(OutputSpec.Kind.values())
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElse(OutputSpec.Kind.TENSOR);
  }

  /** The greatest score of each row is of the same class; [N, classes]. */
  private static boolean sameClasses(Tensor a, Tensor b) {
    long classes = a.rank() == 0 ? 1 : a.dim(-1);
    for (long row = 0; row < a.elementCount(); row += classes) {
      if (greatest(a, row, classes) != greatest(b, row, classes)) {
        return false;
      }
    }
    return true;
  }

  /** -1 when all are NaN. */
  private static long greatest(Tensor scores, long row, long classes) {
    long best = -1;
    double most = Double.NEGATIVE_INFINITY;
    for (long c = 0; c < classes; c++) {
      double score = scores.asDouble(row + c);
      if (score > most || (best < 0 && score == most)) {
        best = c;
        most = score;
      }
    }
    return best;
  }

  /** The root of the summed squared differences is small against the first's length. */
  private static boolean near(Tensor a, Tensor b) {
    double difference = 0;
    double length = 0;
    for (long i = 0; i < a.elementCount(); i++) {
      double x = a.asDouble(i);
      double y = b.asDouble(i);
      if (x != y && !(Double.isNaN(x) && Double.isNaN(y))) {
        difference += (x - y) * (x - y);
      }
      length += Double.isFinite(x) ? x * x : 0;
    }
    return difference <= RELATIVE_ERROR * RELATIVE_ERROR * length;
  }

  /** Every box that one is sure of is found by the other. Only batch 1 is compared by boxes. */
  private static boolean sameObjects(
      Judged output, Map<String, Tensor> wanted, Map<String, Tensor> given) {
    OutputSpec spec = output.meaning();
    Tensor scores = wanted.get(output.name());
    Tensor otherScores = given.get(output.name());
    Tensor boxes = wanted.get(String.valueOf(spec.boxes()));
    Tensor otherBoxes = given.get(String.valueOf(spec.boxes()));
    if (boxes == null || otherBoxes == null || scores == null || otherScores == null) {
      return false;
    }
    if (boxes.rank() == 3 && boxes.dim(0) > 1) {
      return near(scores, otherScores) && near(boxes, otherBoxes);
    }
    List<Detection> first = Detection.decode(spec, scores.toFloats(), boxes.toFloats());
    List<Detection> second = Detection.decode(spec, otherScores.toFloats(), otherBoxes.toFloats());
    return covers(first, second, spec) && covers(second, first, spec);
  }

  private static OutputSpec detection(TensorSpec output) {
    JsonObject keys = JsonObject.of("output '" + output.name() + "'", output.processing());
    return new OutputSpec(
        OutputSpec.Kind.DETECTION,
        keys.has("labels") ? keys.texts("labels") : List.of(),
        keys.optionalText("boxes").orElse(null),
        keys.optionalNumber("score-threshold").orElse(OutputSpec.SCORE_THRESHOLD),
        keys.optionalNumber("iou-threshold").orElse(OutputSpec.IOU_THRESHOLD));
  }

  private static boolean covers(List<Detection> all, List<Detection> found, OutputSpec spec) {
    List<Detection> sure =
        all.stream().filter(one -> one.score() >= spec.scoreThreshold() + SCORE_MARGIN).toList();
    return Detection.matched(sure, found, spec.iouThreshold()) == sure.size();
  }
}
