package dev.skerry.fleet.gate;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.fleet.problem.FleetException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A condition on measured quality, such as {@code shadow-disagreement <= 3 %}.
 *
 * @param reason counts only validation failures for this reason, such as {@code golden-vectors};
 *     empty for all
 * @param limit the greatest value that passes; a rate is between 0 and 1
 * @param minSample does not pass before so many
 * @param confidence that a release within the limit is not stopped, over all looks together
 * @param proof passes only when the value is shown to be within the limit with {@code confidence},
 *     not just measured so
 * @param action when it fails
 */
public record Gate(
    Metric metric,
    String reason,
    double limit,
    long minSample,
    double confidence,
    boolean proof,
    Action action) {
  public static final double CONFIDENCE = 0.95;

  private static final Pattern EXPRESSION =
      Pattern.compile(
          "\\s*([a-z0-9-]+)\\s*(?:\\(\\s*([a-z-]+)\\s*\\))?\\s*(<=|==|=|<)\\s*(\\d{1,9}(?:\\.\\d{1,9})?)\\s*(%)?\\s*");
  private static final Set<String> KEYS =
      Set.of("expression", "min-sample", "confidence", "proof", "action");
  private static final String EXAMPLE = "such as \"shadow-disagreement <= 3 %\"";

  /** What happens when a gate fails. */
  public enum Action {
    /** Nobody else gets the release until a person decides. */
    HOLD("hold"),
    /** Every device that got the release goes back to what it ran before. */
    ROLL_BACK("roll back");

    private final String text;

    Action(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /** A gate with the metric's own minimum sample, 95 % confidence, which holds when it fails. */
  public static Gate parse(String expression) {
    Matcher matcher = EXPRESSION.matcher(expression);
    if (!matcher.matches()) {
      throw FleetException.badRequest(
          "the gate '%s' cannot be read: a metric, '<=' or '== 0', and a limit were expected, %s"
              .formatted(expression, EXAMPLE));
    }
    Metric metric = metric(matcher.group(1));
    double limit = limit(metric, matcher.group(4), matcher.group(5) != null, expression);
    boolean zero = !matcher.group(3).startsWith("<");
    if (zero && limit != 0 || matcher.group(3).equals("<")) {
      throw FleetException.badRequest(
          "the gate '%s' has '%s': '<=' was expected, or '== 0' to allow none"
              .formatted(expression, matcher.group(3)));
    }
    String reason = Optional.ofNullable(matcher.group(2)).orElse("");
    if (!reason.isEmpty() && metric != Metric.VALIDATION_FAILURES) {
      throw FleetException.badRequest(
          "the gate '%s' names a reason: only validation-failures has some, such as validation-failures(golden-vectors)"
              .formatted(expression));
    }
    return new Gate(metric, reason, limit, metric.minSample(), CONFIDENCE, false, Action.HOLD);
  }

  private static Metric metric(String name) {
    return Arrays.stream(Metric.values())
        .filter(metric -> metric.text().equals(name))
        .findFirst()
        .orElseThrow(() ->
            FleetException.badRequest(
                "there is no metric '%s'; gates know %s"
                    .formatted(
                        name,
                        Arrays.stream(Metric.values())
                            .map(Metric::text)
                            .collect(Collectors.joining(", ")))));
  }

  private static double limit(Metric metric, String number, boolean percent, String expression) {
    BigDecimal value = new BigDecimal(number);
    if (percent) {
      value = value.movePointLeft(2);
    }
    double limit = value.doubleValue();
    if (metric.isRate() ? limit >= 1 || !percent && limit > 0.5 : percent || limit <= 0) {
      throw FleetException.badRequest(
          "the gate '%s' has a limit of %s%s: %s was expected"
              .formatted(
                  expression,
                  number,
                  percent ? " %" : "",
                  metric.isRate()
                      ? "a rate below 100 %, such as 3 %"
                      : "a ratio above 0, such as 1.2"));
    }
    return limit;
  }

  /** From {@code "expression"}, or an object with {@code expression} and what it decides on. */
  public static Gate of(String place, Json json) {
    if (json instanceof Json.Text text) {
      return parse(text.value());
    }
    JsonObject object = JsonObject.of(place, json);
    for (String key : object.keys()) {
      if (!KEYS.contains(key)) {
        throw FleetException.badRequest(
            "%s.%s is not known; a gate has %s"
                .formatted(place, key, KEYS.stream().sorted().collect(Collectors.joining(", "))));
      }
    }
    Gate base = parse(object.text("expression"));
    return new Gate(
        base.metric(),
        base.reason(),
        base.limit(),
        object.has("min-sample") ? object.integer("min-sample", 1) : base.minSample(),
        object.optionalNumber("confidence").map(c -> confidence(place, c)).orElse(CONFIDENCE),
        object.has("proof") && object.flag("proof"),
        object.optionalText("action").map(text -> action(place, text)).orElse(Action.HOLD));
  }

  private static double confidence(String place, double confidence) {
    if (!(confidence >= 0.5 && confidence < 1)) {
      throw FleetException.badRequest(
          "%s.confidence is %s, at least 0.5 and below 1 was expected"
              .formatted(place, confidence));
    }
    return confidence;
  }

  private static Action action(String place, String text) {
    return Arrays.stream(Action.values())
        .filter(action -> action.text().equals(text))
        .findFirst()
        .orElseThrow(() ->
            FleetException.badRequest(
                "%s.action is '%s', 'hold' or 'roll back' was expected".formatted(place, text)));
  }

  /** Smallest sample that it fails on; one that allows none fails at the first. */
  long fewest() {
    return limit == 0 ? 1 : Math.min(metric.fewest(), minSample);
  }

  /** The condition, such as {@code error-rate <= 1 %}; {@link #parse} reads it. */
  public String expression() {
    String name = reason.isEmpty() ? metric.text() : metric.text() + "(" + reason + ")";
    return limit == 0 ? name + " == 0" : name + " <= " + shownLimit();
  }

  /** The limit as people read it. */
  public String shownLimit() {
    BigDecimal value = BigDecimal.valueOf(limit);
    return metric.isRate()
        ? value.movePointRight(2).stripTrailingZeros().toPlainString() + " %"
        : value.stripTrailingZeros().toPlainString();
  }

  public Json.Obj toJson() {
    return Json.object()
        .put("expression", expression())
        .put("min-sample", minSample)
        .put("confidence", confidence)
        .put("proof", proof)
        .put("action", action.text())
        .build();
  }
}
