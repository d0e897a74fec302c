package dev.skerry.bundle.key;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonWriter;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A public key as metadata lists it (The Update Framework, §4.2). */
public final class VerifyingKey {
  private final String id;
  private final Json.Obj json;
  private final @Nullable KeyScheme scheme;
  private final @Nullable PublicKey key;

  private VerifyingKey(
      String id, Json.Obj json, @Nullable KeyScheme scheme, @Nullable PublicKey key) {
    this.id = id;
    this.json = json;
    this.scheme = scheme;
    this.key = key;
  }

  /**
   * A key that metadata lists under {@code id}. One of an unknown type or scheme verifies nothing
   * and does no harm.
   *
   * @throws BundleException if it is malformed
   */
  public static VerifyingKey read(String id, JsonObject written) {
    String type = written.text("keytype");
    String scheme = written.text("scheme");
    JsonObject value = written.object("keyval");
    Optional<KeyScheme> known = KeyScheme.find(type, scheme);
    if (known.isEmpty()) {
      return new VerifyingKey(id, written.json(), null, null);
    }
    PublicKey key = known.get().read(value.place() + ".public", value.text("public"));
    return new VerifyingKey(id, written.json(), known.get(), key);
  }

  /** A key that nobody gave an id yet. */
  static VerifyingKey of(JsonObject written) {
    VerifyingKey key;
    try {
      key = read(id(written.json()), written);
    } catch (IllegalArgumentException e) {
      throw new BundleException(
          "%s has no canonical form: %s".formatted(written.place(), e.getMessage()), e);
    }
    if (key.scheme == null) {
      throw new BundleException(
          "%s is a key of the type '%s' with the scheme '%s', which are not known"
              .formatted(written.place(), written.text("keytype"), written.text("scheme")));
    }
    return key;
  }

  static VerifyingKey of(KeyScheme scheme, PublicKey key) {
    Json.Obj json =
        Json.object()
            .put("keytype", scheme.keyType())
            .put("scheme", scheme.scheme())
            .put("keyval", Json.object().put("public", scheme.write(key)).build())
            .build();
    return new VerifyingKey(id(json), json, scheme, key);
  }

  /** SHA-256 over the canonical form of the key's JSON, in hexadecimal. */
  private static String id(Json.Obj json) {
    return Digest.of(JsonWriter.canonical(json)).hex();
  }

  /** KEYID: what signatures name the key by. */
  public String id() {
    return id;
  }

  /** The first eight digits of the id, for people. */
  public String brief() {
    return id.substring(0, Math.min(8, id.length()));
  }

  /** As metadata lists it. */
  public Json.Obj json() {
    return json;
  }

  /** How it signs; empty when that is unknown here. */
  public Optional<KeyScheme> scheme() {
    return Optional.ofNullable(scheme);
  }

  /** Equal for two entries that are the same key under different ids. */
  public Object identity() {
    return key == null ? id : HexFormat.of().formatHex(key.getEncoded());
  }

  /** Whether this key made {@code signature} over {@code message}; broken signatures are not. */
  public boolean verifies(byte[] message, byte[] signature) {
    if (scheme == null || key == null) {
      return false;
    }
    try {
      Signature verifier = scheme.signature();
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false; // that is how a malformed signature shows
    }
  }

  @Override
  public String toString() {
    return "%s (%s)".formatted(brief(), scheme == null ? "unknown scheme" : scheme.scheme());
  }
}
