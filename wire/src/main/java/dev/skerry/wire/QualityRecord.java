package dev.skerry.wire;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How one release does on one device, since it was activated there or began to run beside the
 * active one. All counts are cumulative.
 *
 * @param counter of the release
 * @param run names this activation or this shadow on the device; a restart begins another
 * @param requests that reached the release
 * @param failed of them, by the release's fault
 * @param latency of the requests that it answered
 * @param shadow compared with what; with {@link Side#SHADOW} always, with {@link Side#SERVED}
 *     never. While a new release is on probation the one before runs beside it, as a shadow
 * @param residentBytes of the process that holds it, when it is known
 */
public record QualityRecord(
    String model,
    long counter,
    String run,
    Side side,
    long requests,
    long failed,
    LatencySketch latency,
    Optional<Compared> shadow,
    OptionalLong residentBytes) {
  /** What a release was given. */
  public enum Side {
    /** Live requests, which it answered. */
    SERVED,
    /** Live requests that another release answered; its own answers were compared and dropped. */
    SHADOW;

    /** As in JSON. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Requests that two releases ran.
   *
   * @param against counter of the other release
   * @param compared pairs of answers
   * @param agreed pairs that say the same
   * @param failed requests that the one that ran beside failed, and the active one did not
   * @param activeLatency of the compared requests on the release that answered them
   */
  public record Compared(
      long against, long compared, long agreed, long failed, LatencySketch activeLatency) {
    public Json.Obj toJson() {
      return Json.object()
          .put("against", against)
          .put("compared", compared)
          .put("agreed", agreed)
          .put("failed", failed)
          .put("active-latency", activeLatency.toJson())
          .build();
    }

    /** Reads what {@link #toJson} wrote. */
    public static Compared of(JsonObject json) {
      long compared = count(json, "compared");
      return new Compared(
          json.integer("against", 0),
          compared,
          Limits.part(json, "agreed", compared),
          count(json, "failed"),
          LatencySketch.of(json.object("active-latency")));
    }
  }

  public Json.Obj toJson() {
    Json.ObjectBuilder json =
        Json.object()
            .put("model", model)
            .put("counter", counter)
            .put("run", run)
            .put("side", side.text())
            .put("requests", requests)
            .put("failed", failed)
            .put("latency", latency.toJson());
    shadow.ifPresent(compared -> json.put("shadow", compared.toJson()));
    residentBytes.ifPresent(bytes -> json.put("resident-bytes", bytes));
    return json.build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static QualityRecord of(JsonObject json) {
    long requests = count(json, "requests");
    return new QualityRecord(
        Limits.text(json, "model"),
        json.integer("counter", 1),
        Limits.text(json, "run"),
        side(json),
        requests,
        Limits.part(json, "failed", requests),
        LatencySketch.of(json.object("latency")),
        json.has("shadow") ? Optional.of(Compared.of(json.object("shadow"))) : Optional.empty(),
        json.has("resident-bytes")
            ? OptionalLong.of(json.integer("resident-bytes", 0))
            : OptionalLong.empty());
  }

  private static Side side(JsonObject json) {
    String text = json.text("side");
    for (Side side : Side.values()) {
      if (side.text().equals(text)) {
        return side;
      }
    }
    throw new BundleException(
        "%s.side is \"%s\", \"served\" or \"shadow\" was expected".formatted(json.place(), text));
  }

  /** Between 0 and {@link LatencySketch#MOST_TIMES}, so that sums over a fleet stay in range. */
  private static long count(JsonObject json, String key) {
    return Limits.part(json, key, LatencySketch.MOST_TIMES);
  }
}
