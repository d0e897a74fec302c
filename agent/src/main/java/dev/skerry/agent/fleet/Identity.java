package dev.skerry.agent.fleet;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.key.Pem;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who a device is in its fleet: a secret key on P-256, the certificate for it, and whom to trust.
 *
 * @param chain the device's certificate, then those between it and the CA's
 * @param ca the certificate of the CA that the fleet's server is trusted by; the fleet's own,
 *     unless the server has a certificate of another
 * @param token proves who the device is where there is no mutual TLS; may be empty
 */
public record Identity(
    PrivateKey key, List<X509Certificate> chain, X509Certificate ca, String token) {
  private static final String KEY = "PRIVATE KEY";
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String TOKEN = "SKERRY DEVICE TOKEN";
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z ]+)-----[A-Za-z0-9+/=\\s]*-----END \\1-----");
  private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,+]+)");

  public Identity {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new BundleException("there is no certificate of the device");
    }
  }

  /** The device's name in the fleet: the common name of its certificate. */
  public String device() {
    Matcher found = COMMON_NAME.matcher(chain.getFirst().getSubjectX500Principal().getName());
    if (!found.find()) {
      throw new BundleException(
          "the device's certificate is of %s, a common name was expected"
              .formatted(chain.getFirst().getSubjectX500Principal()));
    }
    return found.group(1);
  }

  public Instant expires() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  /** From when a new certificate should be asked for: two thirds of the way. */
  public Instant renewal() {
    Instant begin = chain.getFirst().getNotBefore().toInstant();
    return begin.plus(Duration.between(begin, expires()).multipliedBy(2).dividedBy(3));
  }

  /** The key in PKCS#8, the certificates with the CA's last, and the token, in PEM (RFC 7468). */
  String toPem() {
    String certificates =
        Stream.concat(chain.stream(), Stream.of(ca))
            .map(certificate -> Pem.write(CERTIFICATE, der(certificate)))
            .collect(Collectors.joining());
    return Pem.write(KEY, key.getEncoded())
        + certificates
        + (token.isEmpty() ? "" : Pem.write(TOKEN, token.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Reads what {@link #toPem} wrote.
   *
   * @param place how messages call it
   */
  static Identity read(String place, String text) {
    PrivateKey key = null;
    String token = "";
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      byte[] content = Pem.read(place, blocks.group(1), blocks.group());
      switch (blocks.group(1)) {
        case KEY -> key = secret(place, content);
        case CERTIFICATE -> certificates.add(certificate(place, content));
        case TOKEN -> token = new String(content, StandardCharsets.UTF_8);
        default -> throw new BundleException(place + " holds a " + blocks.group(1));
      }
    }
    if (key == null || certificates.size() < 2) {
      throw new BundleException(
          "%s is not the identity of a device: a key and at least two certificates were expected"
              .formatted(place));
    }
    X509Certificate ca = certificates.removeLast();
    return new Identity(key, certificates, ca, token);
  }

  /**
   * The identity that a fleet has given to the owner of {@code pair}.
   *
   * @param certificates PEM: the device's certificate, then those between it and the CA's
   * @throws BundleException if the certificate is not for this key
   */
  static Identity of(KeyPair pair, String certificates, X509Certificate ca, String token) {
    List<X509Certificate> chain = certificates("the fleet's answer", certificates);
    Identity identity = new Identity(pair.getPrivate(), chain, ca, token);
    if (!identity.chain.getFirst().getPublicKey().equals(pair.getPublic())) {
      throw new BundleException("the fleet gave a certificate for another key than this device's");
    }
    return identity;
  }

  /** All certificates in PEM. */
  static List<X509Certificate> certificates(String place, String pem) {
    List<X509Certificate> found = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(pem);
    while (blocks.find()) {
      found.add(certificate(place, Pem.read(place, CERTIFICATE, blocks.group())));
    }
    return found;
  }

  private static PrivateKey secret(String place, byte[] content) {
    try {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(content));
    } catch (GeneralSecurityException e) {
      throw new BundleException(place + " does not hold a key on an elliptic curve", e);
    }
  }

  private static X509Certificate certificate(String place, byte[] content) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(content));
    } catch (CertificateException e) {
      throw new BundleException(place + " holds a certificate that cannot be read", e);
    }
  }

  static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("it was read from its encoding", e);
    }
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "Identity[%s, expires %s]".formatted(device(), expires());
  }
}
