package dev.skerry.fleet.device;

import dev.skerry.bundle.Digest;
import dev.skerry.fleet.problem.FleetException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;

/** Keys that devices made: on P-256 alone, and proved to be in the device's hands. */
final class PublicKeys {
  private static final String CURVE = "1.2.840.10045.3.1.7";
  private static final int MOST_BYTES = 200;

  private PublicKeys() {}

  /**
   * Reads a key and checks that whoever sent it has the other half.
   *
   * @param publicKey base64 of the DER of a SubjectPublicKeyInfo
   * @param proof base64 of the DER of a signature with SHA-256 over {@code signed}
   * @throws FleetException BAD_REQUEST if it is no such key or the proof is wrong
   */
  static PublicKey proved(String publicKey, String proof, byte[] signed) {
    PublicKey key = read(publicKey);
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initVerify(key);
      signature.update(signed);
      if (signature.verify(decode("proof", proof))) {
        return key;
      }
      throw FleetException.badRequest("the proof is not a signature by the public key");
    } catch (GeneralSecurityException e) {
      throw new FleetException(
          FleetException.Kind.BAD_REQUEST, "the proof is not a signature by the public key", e);
    }
  }

  private static PublicKey read(String publicKey) {
    byte[] der = decode("public key", publicKey);
    if (der.length > MOST_BYTES) {
      throw FleetException.badRequest("the public key is not one on P-256");
    }
    try {
      PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
      if (key instanceof ECPublicKey curve && isP256(curve)) {
        return key;
      }
      throw FleetException.badRequest("the public key is not one on P-256");
    } catch (GeneralSecurityException e) {
      throw new FleetException(
          FleetException.Kind.BAD_REQUEST, "the public key is not one on P-256", e);
    }
  }

  private static boolean isP256(ECPublicKey key) {
    return Optional.ofNullable(key.getParams())
        .filter(params -> params.toString().contains(CURVE))
        .isPresent();
  }

  private static byte[] decode(String what, String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new FleetException(
          FleetException.Kind.BAD_REQUEST, "the %s is not base64".formatted(what), e);
    }
  }

  /** By which the database knows a key. */
  static String hash(PublicKey key) {
    return Digest.of(key.getEncoded()).hex();
  }
}
