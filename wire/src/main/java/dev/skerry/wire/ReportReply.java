package dev.skerry.wire;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;

/**
 * The fleet has a report.
 *
 * @param acknowledged sequence number of the newest event that it has of this device, 0 for none
 * @param desired etag of what the device should run now
 */
public record ReportReply(long acknowledged, String desired) {
  public Json.Obj toJson() {
    return Json.object().put("acknowledged", acknowledged).put("desired", desired).build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static ReportReply of(JsonObject json) {
    return new ReportReply(json.integer("acknowledged", 0), Limits.text(json, "desired"));
  }
}
