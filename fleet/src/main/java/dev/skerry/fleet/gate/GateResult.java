package dev.skerry.fleet.gate;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.util.Locale;

/**
 * What a gate says, with the numbers that made it say so.
 *
 * @param expression of the gate
 * @param figure the measured value; 0 when nothing was measured
 * @param atLeast what the value is shown to be at least, with the gate's confidence over all looks
 * @param atMost what it is shown to be at most; negative when nothing is shown
 * @param limit of the gate
 * @param sample how much was measured
 * @param words all of it, for people
 */
public record GateResult(
    String expression,
    Verdict verdict,
    double figure,
    double atLeast,
    double atMost,
    double limit,
    long sample,
    String words) {
  /** Nothing is shown about how large the value may be. */
  static final double UNKNOWN = -1;

  /** The same numbers with another verdict. */
  public GateResult with(Verdict changed, String changedWords) {
    return new GateResult(
        expression, changed, figure, atLeast, atMost, limit, sample, changedWords);
  }

  public Json.Obj toJson() {
    return Json.object()
        .put("expression", expression)
        .put("verdict", verdict.text())
        .put("figure", figure)
        .put("at-least", atLeast)
        .put("at-most", atMost)
        .put("limit", limit)
        .put("sample", sample)
        .put("words", words)
        .build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static GateResult of(JsonObject json) {
    return new GateResult(
        json.text("expression"),
        Verdict.valueOf(json.text("verdict").toUpperCase(Locale.ROOT)),
        json.number("figure"),
        json.number("at-least"),
        json.number("at-most"),
        json.number("limit"),
        json.integer("sample"),
        json.text("words"));
  }
}
