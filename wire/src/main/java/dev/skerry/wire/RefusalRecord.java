package dev.skerry.wire;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.time.Instant;

/**
 * A release that a device will not try again, and why.
 *
 * @param reason its kind, such as {@code golden-vectors}
 * @param evidence for people: what was found and what was allowed
 */
public record RefusalRecord(
    String model, long counter, String reason, String evidence, Instant at) {
  public Json.Obj toJson() {
    return Json.object()
        .put("model", model)
        .put("counter", counter)
        .put("reason", reason)
        .put("evidence", evidence)
        .put("at", at.toString())
        .build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static RefusalRecord of(JsonObject json) {
    return new RefusalRecord(
        json.text("model"),
        json.integer("counter", 0),
        json.text("reason"),
        json.text("evidence"),
        EventRecord.instant(json, "at"));
  }
}
