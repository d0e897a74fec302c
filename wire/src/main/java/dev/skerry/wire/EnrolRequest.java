package dev.skerry.wire;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * A device asks to be let in: {@code POST /v1/enrol}.
 *
 * @param token text of an {@link EnrolToken}
 * @param publicKey base64 of the DER of a SubjectPublicKeyInfo (RFC 5280) with a key on P-256
 * @param proof base64 of a signature of {@link #signed} with SHA-256 and ECDSA (DER), by the key
 * @param labels that the device gives itself
 */
public record EnrolRequest(
    String token,
    String publicKey,
    String proof,
    Facts facts,
    SequencedMap<String, String> labels) {
  /** Characters of a key or a signature of P-256 in base64, and some more. */
  private static final int LONGEST_KEY = 1000;

  public EnrolRequest {
    labels = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(labels));
  }

  /** The bytes that the proof is over. */
  public static byte[] signed(String token, String publicKey) {
    return "skerry-enrol\n%s\n%s".formatted(token, publicKey).getBytes(StandardCharsets.UTF_8);
  }

  public Json.Obj toJson() {
    return Json.object()
        .put("token", token)
        .put("public-key", publicKey)
        .put("proof", proof)
        .put("facts", facts.toJson())
        .put("labels", Labels.toJson(labels))
        .build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static EnrolRequest of(JsonObject json) {
    return new EnrolRequest(
        Limits.text(json, "token"),
        Limits.text(json, "public-key", LONGEST_KEY),
        Limits.text(json, "proof", LONGEST_KEY),
        Facts.of(json.object("facts")),
        Labels.of(json.object("labels")));
  }
}
