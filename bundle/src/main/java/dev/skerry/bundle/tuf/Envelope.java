package dev.skerry.bundle.tuf;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * A metadata file before anyone looked at its signatures (The Update Framework, §4.2).
 *
 * @param name how messages call it
 * @param bytes as they came
 * @param signed what the signatures are over
 * @param signatures no two by the same key
 */
record Envelope(String name, byte[] bytes, JsonObject signed, List<Signature> signatures) {
  Envelope {
    signatures = List.copyOf(signatures);
  }

  /** Bytes that the key {@code keyId} is said to have signed with. */
  record Signature(String keyId, String hex) {
    /** Empty when it is not hexadecimal, and then no key verifies it. */
    byte[] bytes() {
      try {
        return HexFormat.of().parseHex(hex);
      } catch (IllegalArgumentException e) {
        return new byte[0];
      }
    }
  }

  /**
   * @param type that {@code _type} must say: {@code root}, {@code timestamp}, {@code snapshot} or
   *     {@code targets}
   * @throws BundleException if it is malformed
   */
  static Envelope read(String name, String type, byte[] bytes) {
    JsonObject file = JsonReader.readObject(name, bytes);
    JsonObject signed = file.object("signed");
    requireType(name, type, signed);
    List<Signature> signatures = new ArrayList<>();
    Set<String> signers = new HashSet<>();
    for (JsonObject written : file.objects("signatures")) {
      Signature signature = new Signature(written.text("keyid"), written.text("sig"));
      signatures.add(signature);
      if (!signers.add(signature.keyId())) {
        throw new BundleException(
            "%s has two signatures by the key %s, one was expected"
                .formatted(name, signature.keyId()));
      }
    }
    return new Envelope(name, bytes.clone(), signed, signatures);
  }

  private static void requireType(String name, String type, JsonObject signed) {
    if (!signed.text("_type").equals(type)) {
      throw new BundleException(
          "%s is of the type '%s', '%s' was expected".formatted(name, signed.text("_type"), type));
    }
    String version = signed.text("spec_version");
    if (!version.equals("1") && !version.startsWith("1.")) {
      throw new BundleException(
          "%s follows version %s of The Update Framework, 1.x was expected"
              .formatted(name, version));
    }
  }

  static Envelope write(String name, Json.Obj signed, List<Signature> signatures) {
    Json file =
        Json.object()
            .put(
                "signatures",
                signatures.stream()
                    .map(s -> Json.object().put("keyid", s.keyId()).put("sig", s.hex()).build())
                    .toList())
            .put("signed", signed)
            .build();
    return new Envelope(name, JsonWriter.pretty(file), JsonObject.of(name, signed), signatures);
  }

  /** The bytes that are signed. */
  byte[] message() {
    try {
      return JsonWriter.canonical(signed.json());
    } catch (IllegalArgumentException e) {
      throw new BundleException("%s has no canonical form: %s".formatted(name, e.getMessage()), e);
    }
  }

  long version() {
    return signed.integer("version", 1);
  }

  Instant expires() {
    try {
      return Instant.parse(signed.text("expires"));
    } catch (DateTimeException e) {
      throw new BundleException(
          "%s expires at '%s', a time as 2030-01-31T00:00:00Z was expected"
              .formatted(name, signed.text("expires")),
          e);
    }
  }
}
