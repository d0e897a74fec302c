package dev.skerry.fleet.api;

import dev.skerry.fleet.access.AccessTokens;
import dev.skerry.fleet.access.Principal;
import dev.skerry.fleet.access.RateLimiter;
import dev.skerry.fleet.access.Scope;
import dev.skerry.fleet.device.Devices;
import dev.skerry.fleet.problem.FleetException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Finds out who asks, and whether they may. */
public final class Gate {
  private static final int MOST_KEYS = 100_000;
  private static final String BEARER = "Bearer ";

  private final AccessTokens tokens;
  private final Devices devices;
  private final boolean mutualTls;
  private final RateLimiter people;
  private final RateLimiter callers;
  private final RateLimiter failures;

  /**
   * How often who may ask; each burst is ten seconds' worth.
   *
   * @param person requests a second of one access token
   * @param device requests a second of one device
   * @param failures a second from one address: wrong tokens, enrolments
   */
  public record Rates(double person, double device, double failures) {
    /** What {@code fleet.toml} has when it says nothing. */
    public static final Rates USUAL = new Rates(50, 2, 5);
  }

  /**
   * @param mutualTls whether devices prove themselves by certificates, and not by tokens
   * @param nanos a clock that only goes forward
   */
  public Gate(
      AccessTokens tokens, Devices devices, boolean mutualTls, Rates rates, LongSupplier nanos) {
    this.tokens = tokens;
    this.devices = devices;
    this.mutualTls = mutualTls;
    this.people = limiter(rates.person(), nanos);
    this.callers = limiter(rates.device(), nanos);
    this.failures = limiter(rates.failures(), nanos);
  }

  private static RateLimiter limiter(double perSecond, LongSupplier nanos) {
    return new RateLimiter(perSecond, Math.max(1, perSecond * 10), MOST_KEYS, nanos);
  }

  /**
   * What a request brings to prove who sends it.
   *
   * @param authorization header, empty without
   * @param certificate that the TLS layer verified
   */
  record Proof(String address, String authorization, Optional<X509Certificate> certificate) {
    Optional<String> bearer() {
      return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
          ? Optional.of(authorization.substring(BEARER.length()).strip())
          : Optional.empty();
    }
  }

  /** Who asks: a person or program, or a device, or nobody who is known. */
  record Identity(Optional<Principal> principal, Optional<Devices.Caller> device) {
    static final Identity NOBODY = new Identity(Optional.empty(), Optional.empty());
  }

  /**
   * @throws FleetException UNAUTHENTICATED, FORBIDDEN or TOO_MANY
   */
  Identity admit(Audience audience, Proof proof) {
    if (audience == Audience.ANYONE) {
      return Identity.NOBODY;
    }
    if (!failures.allows(proof.address)) {
      throw tooMany("too many requests with wrong tokens came from " + proof.address);
    }
    try {
      return audience == Audience.DEVICE ? device(proof) : person(audience, proof);
    } catch (FleetException e) {
      if (e.kind() == FleetException.Kind.UNAUTHENTICATED) {
        failures.take(proof.address);
      }
      throw e;
    }
  }

  /** Counts an attempt to get in that is not a request with a token, such as an enrolment. */
  void attempt(String address) {
    if (!failures.take(address)) {
      throw tooMany("too many attempts came from " + address);
    }
  }

  private Identity device(Proof proof) {
    Devices.Caller caller =
        mutualTls
            ? devices.authenticateCertificate(
                proof.certificate.orElseThrow(() ->
                    unauthenticated(
                        "this address is for devices with their certificate (mutual TLS)")))
            : devices.authenticateToken(
                proof
                    .bearer()
                    .orElseThrow(
                        () -> unauthenticated("this address is for devices with their token")));
    if (!callers.take(caller.view().id())) {
      throw tooMany("the device '%s' asks too often".formatted(caller.view().id()));
    }
    return new Identity(Optional.empty(), Optional.of(caller));
  }

  private Identity person(Audience audience, Proof proof) {
    Principal principal = principal(proof);
    Scope least = audience.scope().orElseThrow();
    if (!principal.scope().includes(least)) {
      throw new FleetException(
          FleetException.Kind.FORBIDDEN,
          "this takes the scope %s, and the token of %s has %s"
              .formatted(least.text(), principal.name(), principal.scope().text()));
    }
    if (!people.take(principal.token())) {
      throw tooMany("the token of %s asks too often".formatted(principal.name()));
    }
    return new Identity(Optional.of(principal), Optional.empty());
  }

  private Principal principal(Proof proof) {
    String token =
        proof
            .bearer()
            .orElseThrow(
                () -> unauthenticated("this takes an access token: Authorization: Bearer sku_…"));
    return tokens
        .authenticate(token)
        .orElseThrow(() ->
            unauthenticated(
                "this is no access token that holds; make one with 'skerry fleet token create'"));
  }

  private static FleetException unauthenticated(String message) {
    return new FleetException(FleetException.Kind.UNAUTHENTICATED, message);
  }

  private static FleetException tooMany(String message) {
    return new FleetException(FleetException.Kind.TOO_MANY, message + "; wait a moment");
  }
}
