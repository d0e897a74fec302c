package dev.skerry.runtime.describe;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a model is judged. */
public sealed interface Metric {
  /** What {@link #parse} takes, for messages. */
  String FORMS = "top1, topk(k), auc, mse, cosine, agreement";

  /** Share of samples whose label has the greatest score. */
  record Top1() implements Metric {}

  /** Share of samples whose label is among the {@code k} greatest scores. */
  record TopK(int k) implements Metric {}

  /** Area under the ROC curve of a score for two classes, 0 and 1. */
  record Auc() implements Metric {}

  /** Mean squared error of a reconstruction against its input. */
  record Mse() implements Metric {}

  /** Mean cosine similarity of the outputs with the reference model's. */
  record Cosine() implements Metric {}

  /** Share of the reference model's answers that are given again. */
  record Agreement() implements Metric {}

  /** The metric that {@code text} names, in any case; empty when it names none. */
  static Optional<Metric> parse(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "top1" -> Optional.of(new Top1());
      case "auc" -> Optional.of(new Auc());
      case "mse" -> Optional.of(new Mse());
      case "cosine" -> Optional.of(new Cosine());
      case "agreement" -> Optional.of(new Agreement());
      case String other -> topK(other);
    };
  }

  private static Optional<Metric> topK(String text) {
    Matcher matcher =
        Pattern.compile("topk\\(([1-9][0-9]{0,5})\\)|top([1-9][0-9]{0,5})").matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String k = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return Optional.of(new TopK(Integer.parseInt(k)));
  }

  /** The metric as {@code model.toml} writes it. */
  default String text() {
    return switch (this) {
      case Top1() -> "top1";
      case TopK(int k) -> "topk(" + k + ")";
      case Auc() -> "auc";
      case Mse() -> "mse";
      case Cosine() -> "cosine";
      case Agreement() -> "agreement";
    };
  }

  /**
   * What is lost from {@code reference} to {@code value}, in percentage points; for {@code mse} by
   * how many percent the error grew. Negative for a gain.
   */
  default double lostPp(double reference, double value) {
    return this instanceof Mse
        ? 100 * (value - reference) / Math.max(reference, Double.MIN_NORMAL)
        : 100 * (reference - value);
  }

  /** Whether the metric compares answers with labels. */
  default boolean needsLabels() {
    return switch (this) {
      case Top1() -> true;
      case TopK(int _) -> true;
      case Auc() -> true;
      case Mse(), Cosine(), Agreement() -> false;
    };
  }
}
