package dev.skerry.bundle.key;

import dev.skerry.bundle.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.util.HexFormat;

/** Ed25519 pairs that are the same every time. Everybody knows their secrets: for tests alone. */
public final class TestKeys {
  private TestKeys() {}

  public static SigningKey named(String name) {
    byte[] seed = HexFormat.of().parseHex(Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex());
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(NamedParameterSpec.ED25519, new Fixed(seed));
      KeyPair pair = generator.generateKeyPair();
      return SigningKey.of(VerifyingKey.of(KeyScheme.ED25519, pair.getPublic()), pair.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Fixed extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final byte[] seed;

    Fixed(byte[] seed) {
      this.seed = seed.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }
}
