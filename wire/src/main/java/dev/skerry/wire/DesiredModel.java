package dev.skerry.wire;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;

/**
 * The release of one model that a device should run.
 *
 * @param counter of the release; 0 for whatever the device has
 * @param rollout that wants it, 0 for none
 * @param why for people
 */
public record DesiredModel(String model, long counter, long rollout, String why) {
  /** Keep what is there. */
  public static final long KEEP = 0;

  private static final int LONGEST_WHY = 2000;

  public Json.Obj toJson() {
    return Json.object()
        .put("model", model)
        .put("counter", counter)
        .put("rollout", rollout)
        .put("why", why)
        .build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static DesiredModel of(JsonObject json) {
    return new DesiredModel(
        Limits.text(json, "model"),
        json.integer("counter", 0),
        json.integer("rollout", 0),
        Limits.text(json, "why", LONGEST_WHY));
  }
}
