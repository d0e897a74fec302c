package dev.skerry.bundle.key;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;

/** A secret key as PKCS#8 in PEM, encrypted or not (RFC 5958, RFC 8018). */
final class SecretFile {
  private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";
  private static final String PLAIN = "PRIVATE KEY";
  // PBES2 with PBKDF2, HMAC-SHA-256 and AES-256: what other tools read, too.
  private static final String CIPHER = "PBEWithHmacSHA256AndAES_256";
  private static final int SALT_BYTES = 16;

  private SecretFile() {}

  static String plain(PrivateKey secret) {
    return Pem.write(PLAIN, secret.getEncoded());
  }

  /**
   * @param rounds of PBKDF2
   */
  static String encrypted(PrivateKey secret, char[] passphrase, int rounds) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(
          Cipher.ENCRYPT_MODE,
          SecretKeyFactory.getInstance(CIPHER).generateSecret(new PBEKeySpec(passphrase)),
          new PBEParameterSpec(salt, rounds));
      byte[] content = cipher.doFinal(secret.getEncoded());
      // The cipher's parameters go by its own name, for which there is no object identifier.
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
      parameters.init(cipher.getParameters().getEncoded());
      return Pem.write(ENCRYPTED, new EncryptedPrivateKeyInfo(parameters, content).getEncoded());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("encrypting a key failed", e);
    }
  }

  static boolean isEncrypted(String text) {
    return text.startsWith("-----BEGIN " + ENCRYPTED);
  }

  static PrivateKey readPlain(String place, KeyScheme scheme, String text) {
    return decode(place, scheme, new PKCS8EncodedKeySpec(Pem.read(place, PLAIN, text)));
  }

  /**
   * @throws TrustException if the passphrase is a wrong one
   */
  static PrivateKey readEncrypted(String place, KeyScheme scheme, String text, char[] passphrase) {
    byte[] content = Pem.read(place, ENCRYPTED, text);
    try {
      EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(content);
      AlgorithmParameters parameters = info.getAlgParameters();
      if (parameters == null) {
        throw new BundleException(
            "%s is encrypted with %s, PBES2 was expected".formatted(place, info.getAlgName()));
      }
      // PBES2 says in its parameters which ciphers it is made of.
      String algorithm = parameters.toString();
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(passphrase)),
          parameters);
      return decode(place, scheme, info.getKeySpec(cipher));
    } catch (GeneralSecurityException e) {
      throw new TrustException(
          "%s cannot be decrypted: the passphrase is a wrong one, or the file is damaged"
              .formatted(place),
          e);
    } catch (IOException e) {
      throw new BundleException("%s is not an encrypted key".formatted(place), e);
    }
  }

  private static PrivateKey decode(String place, KeyScheme scheme, PKCS8EncodedKeySpec encoded) {
    try {
      return KeyFactory.getInstance(scheme.keyAlgorithm()).generatePrivate(encoded);
    } catch (GeneralSecurityException e) {
      throw new BundleException("%s is not a key for %s".formatted(place, scheme.scheme()), e);
    }
  }
}
