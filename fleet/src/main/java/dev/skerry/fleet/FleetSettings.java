package dev.skerry.fleet;

import dev.skerry.fleet.api.Gate;
import dev.skerry.fleet.store.Database;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code fleet.toml} says.
 *
 * @param port 0 for any that is free
 * @param url under which devices and people reach the fleet; empty for the address it listens on
 * @param data folder of the CA, the server's key, trusted metadata and SQLite's file
 * @param repository of the signed releases
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
    Repository repository,
    Optional<String> repositoryUrl,
    TlsMode tls,
    Duration certificateLife,
    int pollSeconds,
    Duration keepEvents,
    Duration keepHistory,
    Gate.Rates rates) {

  /** Where the signed releases lie. */
  public sealed interface Repository {
    record Folder(Path path) implements Repository {}

    /**
     * In S3, or in storage that speaks its protocol; with credentials from the environment or the
     * files that Amazon's tools read.
     *
     * @param prefix in front of every key: empty, or names each with a {@code /} behind
     * @param endpoint of a server other than Amazon's
     */
    record Bucket(String bucket, String prefix, String region, Optional<URI> endpoint)
        implements Repository {}
  }

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
