package dev.skerry.fleet.device;

import dev.skerry.fleet.access.Audit;
import dev.skerry.fleet.access.Secrets;
import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.store.Database;
import dev.skerry.wire.EnrolReply;
import dev.skerry.wire.EnrolRequest;
import dev.skerry.wire.EnrolToken;
import dev.skerry.wire.RenewReply;
import dev.skerry.wire.RenewRequest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * Lets devices in and renews their certificates. The key is made on the device and never leaves it.
 */
public final class Enrolment {
  private final Database database;
  private final Devices devices;
  private final ClaimTokens claims;
  private final CertificateAuthority authority;
  private final X509Certificate anchor;
  private final Audit audit;
  private final Secrets secrets;
  private final Terms terms;

  /**
   * What devices are told.
   *
   * @param certificateLife of a device's certificate
   * @param repository absolute address of the releases
   * @param root JSON of the TUF root to begin with
   * @param pollSeconds between two questions
   */
  public record Terms(
      Duration certificateLife,
      Supplier<String> repository,
      Supplier<String> root,
      int pollSeconds) {}

  /**
   * @param anchor what devices know the server by
   */
  public Enrolment(
      Database database,
      Devices devices,
      ClaimTokens claims,
      CertificateAuthority authority,
      X509Certificate anchor,
      Audit audit,
      Secrets secrets,
      Terms terms) {
    this.database = database;
    this.devices = devices;
    this.claims = claims;
    this.authority = authority;
    this.anchor = anchor;
    this.audit = audit;
    this.secrets = secrets;
    this.terms = terms;
  }

  /**
   * Lets a device in. One that asks again with the same key and token, because the answer was lost,
   * stays the device that it is.
   *
   * @throws FleetException FORBIDDEN if the token does not hold, BAD_REQUEST if the proof is wrong
   */
  public EnrolReply enrol(EnrolRequest request) {
    EnrolToken token = EnrolToken.of(request.token());
    PublicKey key =
        PublicKeys.proved(
            request.publicKey(),
            request.proof(),
            EnrolRequest.signed(request.token(), request.publicKey()));
    String root = terms.root().get(); // before the token is used up
    String keyHash = PublicKeys.hash(key);
    String secret = secrets.secret();
    String device =
        database.write(handle -> {
          Optional<String> known = devices.enrolledWith(handle, keyHash, token.id());
          if (known.isPresent() && claims.find(handle, token).isPresent()) {
            devices.replaceToken(handle, known.get(), Secrets.hash(secret));
            return known.get();
          }
          ClaimTokens.Claim claim = claim(handle, token);
          return add(handle, request, claim, keyHash, Secrets.hash(secret));
        });
    return new EnrolReply(
        device,
        certificates(device, key),
        CertificateAuthority.pem(anchor),
        DeviceToken.text(device, secret),
        terms.repository().get(),
        root,
        terms.pollSeconds());
  }

  private ClaimTokens.Claim claim(Handle handle, EnrolToken token) {
    return claims
        .use(handle, token)
        .orElseThrow(() ->
            new FleetException(
                FleetException.Kind.FORBIDDEN,
                claims.find(handle, token).isEmpty()
                    ? "there is no such claim token"
                    : "the claim token '%s' was used up, has expired or was revoked; make another with 'skerry fleet token create --claim'"
                        .formatted(token.id())));
  }

  private String add(
      Handle handle,
      EnrolRequest request,
      ClaimTokens.Claim claim,
      String keyHash,
      String tokenHash) {
    String device = "dev-" + secrets.name();
    devices.insert(
        handle,
        new NewDevice(
            device,
            claim.id(),
            keyHash,
            tokenHash,
            request.labels(),
            claim.labels(),
            request.facts()));
    audit.record(
        handle,
        "claim " + claim.id(),
        "device.enrol",
        device,
        "",
        Texts.of(request.facts().toJson()));
    return device;
  }

  private String certificates(String device, PublicKey key) {
    return CertificateAuthority.pem(authority.issueDevice(device, key, terms.certificateLife()));
  }

  /**
   * A new certificate for a device that proved who it is.
   *
   * @throws FleetException BAD_REQUEST if the proof is wrong
   */
  public RenewReply renew(String device, RenewRequest request) {
    PublicKey key =
        PublicKeys.proved(
            request.publicKey(), request.proof(), RenewRequest.signed(request.publicKey()));
    database.change(handle -> devices.replaceKey(handle, device, PublicKeys.hash(key)));
    return new RenewReply(certificates(device, key));
  }
}
