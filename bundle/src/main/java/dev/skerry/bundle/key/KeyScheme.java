package dev.skerry.bundle.key;

import dev.skerry.bundle.BundleException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A way of signing, as metadata names it (The Update Framework, §4.2). */
public enum KeyScheme {
  /** RFC 8032; the public key is 32 bytes in hexadecimal. */
  ED25519(List.of("ed25519"), "ed25519", "Ed25519", "Ed25519"),
  /** FIPS 186-5 on P-256 with SHA-256; signatures are DER. */
  ECDSA_P256(
      List.of("ecdsa", "ecdsa-sha2-nistp256"), "ecdsa-sha2-nistp256", "EC", "SHA256withECDSA"),
  /** RFC 8017 with SHA-256 and 32 bytes of salt; verified, never signed with. */
  RSA_PSS(List.of("rsa"), "rsassa-pss-sha256", "RSA", "RSASSA-PSS"),
  /** FIPS 204; not in the specification, see docs/design/trust.md. */
  ML_DSA_65(List.of("ml-dsa"), "ml-dsa-65", "ML-DSA-65", "ML-DSA-65");

  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
  private static final int ED25519_BYTES = 32;
  private static final int P256_BITS = 256;

  /** Shorter RSA keys are too weak. */
  static final int LEAST_RSA_BITS = 2048;

  private final List<String> keyTypes;
  private final String scheme;
  private final String keyAlgorithm;
  private final String signatureAlgorithm;

  KeyScheme(List<String> keyTypes, String scheme, String keyAlgorithm, String signatureAlgorithm) {
    this.keyTypes = keyTypes;
    this.scheme = scheme;
    this.keyAlgorithm = keyAlgorithm;
    this.signatureAlgorithm = signatureAlgorithm;
  }

  /** The scheme that metadata names so, or empty: there are more in the world than here. */
  public static Optional<KeyScheme> find(String keyType, String scheme) {
    return Arrays.stream(values())
        .filter(known -> known.scheme.equals(scheme) && known.keyTypes.contains(keyType))
        .findFirst();
  }

  /** {@code keytype} in metadata. */
  public String keyType() {
    return keyTypes.getFirst();
  }

  /** {@code scheme} in metadata. */
  public String scheme() {
    return scheme;
  }

  /** Of the JDK, for keys. */
  String keyAlgorithm() {
    return keyAlgorithm;
  }

  /** What a generator of pairs is initialized with; none where the algorithm says it all. */
  @Nullable AlgorithmParameterSpec generation() {
    return this == ECDSA_P256 ? new ECGenParameterSpec("secp256r1") : null;
  }

  /** A signer or verifier that is not initialized yet. */
  Signature signature() throws GeneralSecurityException {
    Signature signature = Signature.getInstance(signatureAlgorithm);
    if (this == RSA_PSS) {
      signature.setParameter(
          new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
    }
    return signature;
  }

  /** The public key as metadata holds it. */
  String write(PublicKey key) {
    byte[] encoded = key.getEncoded();
    if (this == ED25519) {
      return HexFormat.of().formatHex(encoded, ED25519_PREFIX.length, encoded.length);
    }
    return Pem.write("PUBLIC KEY", encoded);
  }

  /**
   * The public key that metadata holds.
   *
   * @throws BundleException if it is none of this scheme, or a weak one
   */
  PublicKey read(String place, String written) {
    byte[] encoded =
        this == ED25519 ? ed25519(place, written) : Pem.read(place, "PUBLIC KEY", written);
    PublicKey key;
    try {
      key = KeyFactory.getInstance(keyAlgorithm).generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new BundleException("%s is not a public key for %s".formatted(place, scheme), e);
    }
    requireStrong(place, key);
    return key;
  }

  private static byte[] ed25519(String place, String written) {
    byte[] encoded = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + ED25519_BYTES);
    try {
      byte[] key = HexFormat.of().parseHex(written);
      if (key.length == ED25519_BYTES) {
        System.arraycopy(key, 0, encoded, ED25519_PREFIX.length, ED25519_BYTES);
        return encoded;
      }
    } catch (IllegalArgumentException e) {
      throw new BundleException(place + " is not hexadecimal", e);
    }
    throw new BundleException(
        "%s is not a public key for ed25519: %d bytes in hexadecimal were expected"
            .formatted(place, ED25519_BYTES));
  }

  private static void requireStrong(String place, PublicKey key) {
    if (key instanceof ECPublicKey ec
        && ec.getParams().getCurve().getField().getFieldSize() != P256_BITS) {
      throw new BundleException(place + " is not on the curve P-256");
    }
    if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
      throw new BundleException(
          "%s has %d bits, at least %d were expected"
              .formatted(place, rsa.getModulus().bitLength(), LEAST_RSA_BITS));
    }
  }
}
