package dev.skerry.wire;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;

/**
 * A new certificate.
 *
 * @param certificates PEM, as in {@link EnrolReply}
 */
public record RenewReply(String certificates) {
  private static final int LONGEST_PEM = 64 << 10;

  public Json.Obj toJson() {
    return Json.object().put("certificates", certificates).build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static RenewReply of(JsonObject json) {
    return new RenewReply(Limits.text(json, "certificates", LONGEST_PEM));
  }
}
