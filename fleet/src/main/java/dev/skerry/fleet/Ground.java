package dev.skerry.fleet;

import dev.skerry.fleet.access.AccessTokens;
import dev.skerry.fleet.access.Audit;
import dev.skerry.fleet.access.Secrets;
import dev.skerry.fleet.device.CertificateAuthority;
import dev.skerry.fleet.device.ClaimTokens;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.Ids;
import dev.skerry.wire.EnrolToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;

/**
 * What there is of a fleet without a running server: its database, its CA and its tokens. So the
 * first token can be made before anybody may log in.
 */
public final class Ground implements AutoCloseable {
  private final Database database;
  private final CertificateAuthority authority;
  private final List<X509Certificate> chain;
  private final Ids ids;
  private final Secrets secrets;
  private final Audit audit;
  private final AccessTokens tokens;
  private final ClaimTokens claims;

  private Ground(FleetSettings settings, SecureRandom random, InstantSource time) {
    try {
      Files.createDirectories(settings.data());
      this.authority = CertificateAuthority.open(settings.data(), random, time);
      this.chain =
          settings.tls() instanceof FleetSettings.TlsMode.Files files
              ? CertificateAuthority.readCertificates(files.certificate())
              : List.of(authority.certificate());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.database = Database.open(settings.database());
    this.ids = new Ids(time, random);
    this.secrets = new Secrets(random);
    this.audit = new Audit(database, ids, time);
    this.tokens = new AccessTokens(database, audit, secrets, time, pin());
    this.claims = new ClaimTokens(database, audit, secrets, time, pin());
  }

  /** Opens it, made when it is missing; whoever opens it closes it. */
  public static Ground open(FleetSettings settings, SecureRandom random, InstantSource time) {
    return new Ground(settings, random, time);
  }

  /** Whether {@code data} holds no fleet yet. */
  public static boolean isNew(Path data) {
    return !Files.isRegularFile(data.resolve("ca.pem"));
  }

  /** What clients know the server by: the certificate at the end of its chain. */
  X509Certificate anchor() {
    return chain.getLast();
  }

  private String pin() {
    try {
      return EnrolToken.pinOf(anchor().getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate has no bytes", e);
    }
  }

  /** The server's certificates where they are files of another CA, or the fleet's own CA. */
  List<X509Certificate> chain() {
    return chain;
  }

  Database database() {
    return database;
  }

  CertificateAuthority authority() {
    return authority;
  }

  Ids ids() {
    return ids;
  }

  Secrets secrets() {
    return secrets;
  }

  Audit audit() {
    return audit;
  }

  public AccessTokens tokens() {
    return tokens;
  }

  public ClaimTokens claims() {
    return claims;
  }

  @Override
  public void close() {
    database.close();
  }
}
