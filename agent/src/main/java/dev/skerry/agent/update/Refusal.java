package dev.skerry.agent.update;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.wire.RefusalRecord;
import java.time.Instant;
import java.util.Locale;

/**
 * A release in quarantine: it is not tried again until it has another counter.
 *
 * @param evidence for people: what was found, and what was allowed
 */
public record Refusal(long counter, Reason reason, String evidence, Instant at) {
  /** Why a release is not tried again. */
  public enum Reason {
    /** No variant is for this device. */
    UNFIT,
    /** Its manifest cannot be used, or its file does not have the digest that was signed. */
    MALFORMED,
    /** The engine cannot load it. */
    LOAD,
    /** It answers recorded inputs otherwise than it should. */
    GOLDEN_VECTORS,
    /** It takes more time or memory than its budget, the device's limits, or the active release. */
    PROBE,
    /** It answers live requests otherwise than the active release. */
    DISAGREEMENT,
    /** It answers live requests more slowly than the active release, by more than the limit. */
    LATENCY,
    /** It fails requests. */
    ERRORS,
    /** The device is idle, and the policy wants live requests. */
    NO_TRAFFIC,
    /** Somebody ordered the release before back. */
    ORDERED_BACK,
    /** The security floor is above its counter. */
    BELOW_FLOOR,
    /** The device restarted too often with it. */
    RESTARTS;

    /** As in messages and JSON. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  Json.Obj toJson() {
    return Json.object()
        .put("counter", counter)
        .put("reason", reason.name())
        .put("evidence", evidence)
        .put("at", at.toString())
        .build();
  }

  static Refusal of(JsonObject json) {
    return new Refusal(
        json.integer("counter", 0),
        Reason.valueOf(json.text("reason")),
        json.text("evidence"),
        Instant.parse(json.text("at")));
  }

  RefusalRecord shown(String model) {
    return new RefusalRecord(model, counter, reason.text(), evidence, at);
  }
}
