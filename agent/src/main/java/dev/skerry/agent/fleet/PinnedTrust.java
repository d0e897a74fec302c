package dev.skerry.agent.fleet;

import dev.skerry.wire.EnrolToken;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a server whose certificate leads to one CA, of which only the beginning of its digest is
 * known: the server has to send the CA's certificate along (RFC 8446 §4.4.2 lets it).
 */
final class PinnedTrust extends X509ExtendedTrustManager {
  private final String pin;

  /**
   * @param pin as in {@link EnrolToken}
   */
  PinnedTrust(String pin) {
    this.pin = pin;
  }

  private X509ExtendedTrustManager only(X509Certificate[] chain) throws CertificateException {
    for (X509Certificate certificate : chain) {
      if (EnrolToken.pinOf(certificate.getEncoded()).equals(pin)) {
        try {
          return FleetTls.only(certificate);
        } catch (GeneralSecurityException e) {
          throw new CertificateException("the fleet's CA certificate cannot be used", e);
        }
      }
    }
    throw new CertificateException(
        "its certificate does not come from the CA that the token names (%s…), but from %s"
            .formatted(pin, chain[chain.length - 1].getIssuerX500Principal()));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    only(chain).checkServerTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    only(chain).checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw noName();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw noName();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw noName();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw noName();
  }

  private static CertificateException noName() {
    return new CertificateException("only servers are trusted, by name and CA");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
