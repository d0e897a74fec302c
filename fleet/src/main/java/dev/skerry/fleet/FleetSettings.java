package dev.skerry.fleet;

import dev.skerry.fleet.api.Gate;
import dev.skerry.fleet.store.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code fleet.toml} says.
 *
 * @param port 0 for any that is free
 * @param url under which devices and people reach the fleet; empty for the address it listens on
 * @param data folder of the CA, the server's key, trusted metadata and SQLite's file
 * @param repository folder of the signed releases
 * @param repositoryUrl where devices fetch them instead of from here, such as a CDN
 * @param certificateLife of devices' certificates
 * @param pollSeconds between two questions of a device
 * @param keepEvents how long events of devices are kept
 * @param keepHistory how long figures of runs that ended are kept
 */
public record FleetSettings(
    String host,
    int port,
    Optional<String> url,
    Path data,
    Database.Place database,
    Path repository,
    Optional<String> repositoryUrl,
    TlsMode tls,
    Duration certificateLife,
    int pollSeconds,
    Duration keepEvents,
    Duration keepHistory,
    Gate.Rates rates) {

  /** How connections are secured. */
  public sealed interface TlsMode {
    /**
     * A certificate of the fleet's own CA, which tokens name; devices prove themselves by theirs.
     */
    record OwnCa() implements TlsMode {}

    /** None: behind a proxy, or on loopback. Devices prove themselves by tokens. */
    record Off() implements TlsMode {}

    /**
     * A certificate of another CA; devices prove themselves by those of the fleet's own.
     *
     * @param certificate PEM, with the chain up to the CA's certificate, which tokens name
     * @param key PEM, PKCS#8
     */
    record Files(Path certificate, Path key) implements TlsMode {}
  }
}
