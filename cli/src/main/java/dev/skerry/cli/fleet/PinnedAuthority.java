package dev.skerry.cli.fleet;

import dev.skerry.wire.EnrolToken;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts the one CA whose digest a token names, and no other: a server that does not show it, or
 * whose certificate it did not sign for the host, is sent nothing.
 */
final class PinnedAuthority extends X509ExtendedTrustManager {
  private final String pin;

  /**
   * @param pin as in {@link EnrolToken#pin}
   */
  PinnedAuthority(String pin) {
    this.pin = pin;
  }

  /** A TLS context that trusts in this way. */
  static SSLContext context(String pin) {
    return context(new TrustManager[] {new PinnedAuthority(pin)});
  }

  /** A TLS context that trusts {@code authority} alone. */
  static SSLContext context(X509Certificate authority) {
    return context(new TrustManager[] {only(authority)});
  }

  private static SSLContext context(TrustManager[] trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  private static X509ExtendedTrustManager only(X509Certificate authority) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("fleet", authority);
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException("every JDK has PKIX", e);
    }
  }

  private X509ExtendedTrustManager pinned(X509Certificate[] chain) throws CertificateException {
    for (X509Certificate certificate : chain) {
      if (EnrolToken.pinOf(certificate.getEncoded()).equals(pin)) {
        return only(certificate);
      }
    }
    throw new CertificateException(
        "the server is not the fleet that the token is for: none of its certificates has the digest"
            + " "
            + pin);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    pinned(chain).checkServerTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    pinned(chain).checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    pinned(chain).checkServerTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("a client trusts no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  /** The pin at the end of a token's text; empty when it has none. */
  static Optional<String> pinOf(String token) {
    String last = token.substring(token.lastIndexOf('_') + 1);
    return last.matches("[0-9a-f]{32}") ? Optional.of(last) : Optional.empty();
  }
}
