package dev.skerry.agent.fleet;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority on P-256 that writes certificates by hand (RFC 5280, X.690). */
final class TestAuthority {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final byte[] ECDSA_SHA256 = tlv(0x30, oid("2a8648ce3d040302"));

  private final KeyPair pair = DeviceKey.generate();
  private final X509Certificate certificate;
  private long serial;

  TestAuthority(Instant now) {
    this.certificate =
        sign("CN=test ca", pair.getPublic(), now.minusSeconds(60), now.plusSeconds(86400), ca());
  }

  X509Certificate certificate() {
    return certificate;
  }

  X509Certificate device(String name, PublicKey key, Instant from, Instant until) {
    return sign("CN=" + name, key, from, until, new byte[0]);
  }

  private X509Certificate sign(
      String name, PublicKey key, Instant from, Instant until, byte[] extensions) {
    byte[] body =
        tlv(
            0x30,
            tlv(0xa0, integer(2)),
            integer(++serial),
            ECDSA_SHA256,
            name("CN=test ca"),
            tlv(0x30, time(from), time(until)),
            name(name),
            key.getEncoded(),
            extensions.length == 0 ? extensions : tlv(0xa3, tlv(0x30, extensions)));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      signature.update(body);
      byte[] der = tlv(0x30, body, ECDSA_SHA256, tlv(0x03, new byte[] {0}, signature.sign()));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A server at 127.0.0.1 that sends the CA's certificate along and takes devices' certificates.
   */
  SSLContext server(Instant now) {
    try {
      KeyPair server = DeviceKey.generate();
      X509Certificate own =
          sign(
              "CN=server",
              server.getPublic(),
              now.minusSeconds(60),
              now.plusSeconds(86400),
              localhost());
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, new char[0]);
      store.setKeyEntry(
          "server", server.getPrivate(), new char[0], new X509Certificate[] {own, certificate});
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, new char[0]);
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, new char[0]);
      trusted.setCertificateEntry("ca", certificate);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] ca() {
    return tlv(
        0x30, oid("551d13"), new byte[] {1, 1, -1}, tlv(0x04, tlv(0x30, new byte[] {1, 1, -1})));
  }

  private static byte[] localhost() {
    return tlv(
        0x30,
        oid("551d11"),
        tlv(
            0x04,
            tlv(
                0x30,
                tlv(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)),
                tlv(0x87, new byte[] {127, 0, 0, 1}))));
  }

  private static byte[] name(String text) {
    byte[] common = text.substring(3).getBytes(StandardCharsets.UTF_8);
    return tlv(0x30, tlv(0x31, tlv(0x30, oid("550403"), tlv(0x0c, common))));
  }

  private static byte[] time(Instant time) {
    return tlv(0x18, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] integer(long value) {
    return tlv(0x02, BigInteger.valueOf(value).toByteArray());
  }

  private static byte[] oid(String hex) {
    return tlv(0x06, HexFormat.of().parseHex(hex));
  }

  private static byte[] tlv(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    List.of(parts).forEach(content::writeBytes);
    int length = content.size();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 128) {
      out.write(length);
    } else {
      out.write(length < 256 ? 0x81 : 0x82);
      if (length >= 256) {
        out.write(length >> 8);
      }
      out.write(length);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
