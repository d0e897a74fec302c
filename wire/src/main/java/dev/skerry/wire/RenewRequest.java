package dev.skerry.wire;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * A device asks for a new certificate: {@code POST /v1/device/renew}, with the one that still
 * holds.
 *
 * @param publicKey as in {@link EnrolRequest}; may be another key than before
 * @param proof base64 of a signature of {@link #signed} with SHA-256 and ECDSA (DER), by the key
 */
public record RenewRequest(String publicKey, String proof) {
  private static final int LONGEST_KEY = 1000;

  /** The bytes that the proof is over. */
  public static byte[] signed(String publicKey) {
    return "skerry-renew\n%s".formatted(publicKey).getBytes(StandardCharsets.UTF_8);
  }

  public Json.Obj toJson() {
    return Json.object().put("public-key", publicKey).put("proof", proof).build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static RenewRequest of(JsonObject json) {
    return new RenewRequest(
        Limits.text(json, "public-key", LONGEST_KEY), Limits.text(json, "proof", LONGEST_KEY));
  }
}
