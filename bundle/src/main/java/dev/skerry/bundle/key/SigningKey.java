package dev.skerry.bundle.key;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;

/** A pair of keys: what signs, and what others verify that with. */
public final class SigningKey {
  private final VerifyingKey verifying;
  private final KeyScheme scheme;
  private final PrivateKey secret;

  private SigningKey(KeyScheme scheme, VerifyingKey verifying, PrivateKey secret) {
    this.scheme = scheme;
    this.verifying = verifying;
    this.secret = secret;
  }

  /** A new pair of the operating system's randomness. */
  public static SigningKey generate(KeyScheme scheme) {
    if (scheme == KeyScheme.RSA_PSS) {
      throw new IllegalArgumentException("RSA keys verify here and do not sign");
    }
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(scheme.keyAlgorithm());
      AlgorithmParameterSpec parameters = scheme.generation();
      if (parameters != null) {
        generator.initialize(parameters);
      }
      KeyPair pair = generator.generateKeyPair();
      return new SigningKey(scheme, VerifyingKey.of(scheme, pair.getPublic()), pair.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + scheme.keyAlgorithm(), e);
    }
  }

  /** The pair of a public key and the secret that belongs to it. */
  static SigningKey of(VerifyingKey verifying, PrivateKey secret) {
    KeyScheme scheme =
        verifying.scheme().orElseThrow(() -> new IllegalArgumentException(verifying.toString()));
    return new SigningKey(scheme, verifying, secret);
  }

  /** The half that others may know. */
  public VerifyingKey verifying() {
    return verifying;
  }

  PrivateKey secret() {
    return secret;
  }

  public byte[] sign(byte[] message) {
    try {
      Signature signer = scheme.signature();
      signer.initSign(secret);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing with %s failed".formatted(verifying), e);
    }
  }
}
