package dev.skerry.fleet.device;

import dev.skerry.fleet.problem.FleetException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The fleet's own certificate authority (RFC 5280) on P-256: it signs the server's certificate and
 * the short-lived ones of devices. Its key lies in the data folder, readable by its owner alone.
 */
public final class CertificateAuthority {
  private static final Duration CA_LIFE = Duration.ofDays(3650);
  private static final Duration SERVER_LIFE = Duration.ofDays(365);

  /** Clocks of devices may be behind by so much. */
  private static final Duration EARLIER = Duration.ofHours(24);

  private static final int SERIAL_BITS = 127;
  private static final String ALGORITHM = "SHA256withECDSA";

  private final PrivateKey key;
  private final X509Certificate certificate;
  private final SecureRandom random;
  private final InstantSource time;

  private CertificateAuthority(
      PrivateKey key, X509Certificate certificate, SecureRandom random, InstantSource time) {
    this.key = key;
    this.certificate = certificate;
    this.random = random;
    this.time = time;
  }

  /**
   * A secret key and its certificates.
   *
   * @param chain from the key's own to the CA's
   */
  public record Identity(PrivateKey key, List<X509Certificate> chain) {
    public Identity {
      chain = List.copyOf(chain);
    }
  }

  /** The authority in {@code folder}, made there when there is none. */
  public static CertificateAuthority open(Path folder, SecureRandom random, InstantSource time) {
    Path keyFile = folder.resolve("ca-key.pem");
    Path file = folder.resolve("ca.pem");
    try {
      if (Files.isRegularFile(keyFile) && Files.isRegularFile(file)) {
        return new CertificateAuthority(readKey(keyFile), readCertificate(file), random, time);
      }
      KeyPair pair = newKey();
      X509Certificate certificate = selfSigned(pair, random, time.instant());
      Files.createDirectories(folder);
      writeSecret(keyFile, pair.getPrivate());
      Files.writeString(file, pem(certificate));
      return new CertificateAuthority(pair.getPrivate(), certificate, random, time);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }

  private static X509Certificate selfSigned(KeyPair pair, SecureRandom random, Instant now) {
    X500Principal name =
        new X500Principal("CN=Skerry fleet " + Long.toHexString(random.nextLong()));
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(SERIAL_BITS, random),
            Date.from(now.minus(EARLIER)),
            Date.from(now.plus(CA_LIFE)),
            name,
            pair.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
      return sign(builder, pair.getPrivate());
    } catch (CertIOException | GeneralSecurityException e) {
      throw new IllegalStateException("a certificate could not be made", e);
    }
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(ALGORITHM).build(key)));
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("a certificate could not be signed", e);
    }
  }

  /** The certificate of a device: for clients alone, with the device's id as its common name. */
  X509Certificate issueDevice(String device, PublicKey deviceKey, Duration life) {
    return issue("CN=" + device, deviceKey, life, KeyPurposeId.id_kp_clientAuth, List.of());
  }

  /**
   * The server's key and certificate in {@code folder}, made anew when there are none, they are for
   * other hosts, or a third of their life is left.
   *
   * @param hosts names and addresses under which the server is reached
   */
  public Identity server(Path folder, List<String> hosts) {
    Path keyFile = folder.resolve("server-key.pem");
    Path file = folder.resolve("server.pem");
    try {
      if (Files.isRegularFile(keyFile) && Files.isRegularFile(file)) {
        X509Certificate there = readCertificate(file);
        if (isFresh(there, hosts)) {
          return new Identity(readKey(keyFile), List.of(there, certificate));
        }
      }
      KeyPair pair = newKey();
      X509Certificate made =
          issue(
              "CN=" + hosts.getFirst(),
              pair.getPublic(),
              SERVER_LIFE,
              KeyPurposeId.id_kp_serverAuth,
              hosts);
      writeSecret(keyFile, pair.getPrivate());
      Files.writeString(file, pem(made));
      return new Identity(pair.getPrivate(), List.of(made, certificate));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isFresh(X509Certificate there, List<String> hosts) {
    try {
      there.verify(certificate.getPublicKey());
      List<String> names =
          there.getSubjectAlternativeNames().stream()
              .map(name -> String.valueOf(name.get(1)))
              .toList();
      return names.containsAll(hosts)
          && time.instant()
              .plus(SERVER_LIFE.dividedBy(3))
              .isBefore(there.getNotAfter().toInstant());
    } catch (GeneralSecurityException e) {
      return false; // another authority's: made anew
    }
  }

  private X509Certificate issue(
      String name, PublicKey subject, Duration life, KeyPurposeId purpose, List<String> hosts) {
    Instant now = time.instant();
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            certificate,
            new BigInteger(SERIAL_BITS, random),
            Date.from(now.minus(EARLIER)),
            Date.from(now.plus(life)),
            new X500Principal(name),
            subject);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate));
      if (!hosts.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                hosts.stream().map(CertificateAuthority::name).toArray(GeneralName[]::new)));
      }
      return sign(builder, key);
    } catch (CertIOException | GeneralSecurityException e) {
      throw new IllegalStateException("a certificate could not be made", e);
    }
  }

  private static GeneralName name(String host) {
    boolean address = host.matches("[0-9.]+") || host.contains(":");
    return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
  }

  /** Names and addresses of this machine's loopback, which a certificate always has. */
  public static List<String> loopback() {
    return List.of("localhost", "127.0.0.1");
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** PEM (RFC 7468). */
  public static String pem(X509Certificate certificate) {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate has no bytes", e);
    }
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), type);
  }

  private static void writeSecret(Path file, PrivateKey key) throws IOException {
    Files.deleteIfExists(file);
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Files.writeString(file, pem("PRIVATE KEY", key.getEncoded()));
  }

  /**
   * @throws FleetException BAD_REQUEST if it is no key in PKCS#8
   */
  public static PrivateKey readKey(Path file) throws IOException {
    String text = Files.readString(file);
    String body = text.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "").replaceAll("\\s", "");
    try {
      PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body));
      return keyOf(encoded);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new FleetException(
          FleetException.Kind.BAD_REQUEST,
          "%s is no secret key: PKCS#8 in PEM (BEGIN PRIVATE KEY), EC or RSA, was expected"
              .formatted(file),
          e);
    }
  }

  private static PrivateKey keyOf(PKCS8EncodedKeySpec encoded) throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance("EC").generatePrivate(encoded);
    } catch (GeneralSecurityException e) {
      return KeyFactory.getInstance("RSA").generatePrivate(encoded);
    }
  }

  private static X509Certificate readCertificate(Path file) throws IOException {
    return readCertificates(file).getFirst();
  }

  /**
   * The certificates of a PEM file, in order.
   *
   * @throws FleetException BAD_REQUEST if there are none
   */
  public static List<X509Certificate> readCertificates(Path file) throws IOException {
    try {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(
                      Files.readString(file).getBytes(StandardCharsets.US_ASCII)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw FleetException.badRequest("%s holds no certificate in PEM".formatted(file));
      }
      return found;
    } catch (GeneralSecurityException e) {
      throw new FleetException(
          FleetException.Kind.BAD_REQUEST, "%s holds no certificate in PEM".formatted(file), e);
    }
  }
}
