package dev.skerry.agent.fleet;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whom a device trusts, and as whom it appears. */
final class FleetTls {
  /** Of a key store that is in memory alone. */
  private static final char[] NO_PASSWORD = {};

  private FleetTls() {}

  /** Trusts the CA with this pin, and shows no certificate. */
  static SSLContext pinned(String pin) {
    return context(new KeyManager[0], new PinnedTrust(pin));
  }

  /** Trusts the fleet's CA alone, and shows the device's certificate. */
  static SSLContext mutual(Identity identity) {
    try {
      KeyStore store = empty();
      X509Certificate[] chain = identity.chain().toArray(X509Certificate[]::new);
      store.setKeyEntry("device", identity.key(), NO_PASSWORD, chain);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, NO_PASSWORD);
      return context(keys.getKeyManagers(), only(identity.ca()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the device's certificate cannot be used for TLS", e);
    }
  }

  /** Trusts what {@code ca} has signed, for servers of the right name. */
  static X509ExtendedTrustManager only(X509Certificate ca) throws GeneralSecurityException {
    KeyStore store = empty();
    store.setCertificateEntry("ca", ca);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return Stream.of(trust.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("every JDK has one"));
  }

  private static KeyStore empty() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, NO_PASSWORD);
      return store;
    } catch (IOException e) {
      throw new IllegalStateException("nothing is read", e);
    }
  }

  private static SSLContext context(KeyManager[] keys, TrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }
}
