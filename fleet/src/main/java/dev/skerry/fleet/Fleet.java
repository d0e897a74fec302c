package dev.skerry.fleet;

import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.fleet.access.Sessions;
import dev.skerry.fleet.api.DeviceEndpoints;
import dev.skerry.fleet.api.Endpoint;
import dev.skerry.fleet.api.FleetEndpoints;
import dev.skerry.fleet.api.FleetServer;
import dev.skerry.fleet.api.Gate;
import dev.skerry.fleet.api.Metrics;
import dev.skerry.fleet.api.RepositoryEndpoint;
import dev.skerry.fleet.api.RolloutEndpoints;
import dev.skerry.fleet.api.ServerEndpoints;
import dev.skerry.fleet.device.CertificateAuthority;
import dev.skerry.fleet.device.DesiredStates;
import dev.skerry.fleet.device.Devices;
import dev.skerry.fleet.device.Enrolment;
import dev.skerry.fleet.device.LastSeen;
import dev.skerry.fleet.device.Reports;
import dev.skerry.fleet.device.Retention;
import dev.skerry.fleet.page.Dashboard;
import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.release.Blobs;
import dev.skerry.fleet.release.BucketBlobs;
import dev.skerry.fleet.release.Catalogue;
import dev.skerry.fleet.release.FolderBlobs;
import dev.skerry.fleet.rollout.Rollouts;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.Versions;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.webserver.http.HttpService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** A running control plane: wires its parts and serves them; whoever starts it closes it. */
public final class Fleet implements AutoCloseable {
  /** A device that missed so many polls is called silent. */
  private static final int SILENT_POLLS = 3;

  private final FleetSettings settings;
  private final Host host;
  private final Ground ground;
  private final Devices devices;
  private final RolloutParts rollouts;
  private final FleetServer server;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * What a fleet runs on.
   *
   * @param version of Skerry
   * @param time of day
   * @param nanos a clock that only goes forward
   */
  public record Host(String version, InstantSource time, LongSupplier nanos, SecureRandom random) {}

  private Fleet(FleetSettings settings, Host host) {
    this.settings = settings;
    this.host = host;
    this.ground = keep(Ground.open(settings, host.random(), host.time()));
    try {
      Database database = ground.database();
      Versions versions = keep(Versions.start(database));
      this.devices = new Devices(database, versions, ground.audit(), host.time());
      Blobs blobs = blobs(settings.repository());
      Catalogue catalogue =
          new Catalogue(new SystemDisk(), blobs, settings.data().resolve("metadata"), host.time());
      Retention retention =
          keep(new Retention(database, host.time(), settings.keepEvents(), settings.keepHistory()));
      retention.start();
      this.rollouts =
          RolloutParts.start(
              database,
              versions,
              ground.audit(),
              new CatalogueReleases(catalogue),
              host.time(),
              Duration.ofSeconds(settings.pollSeconds()));
      keep(rollouts.decider());
      Reports reports = new Reports(database, devices, rollouts.reports(), host.time());
      Dashboard dashboard = new Dashboard(pages(database, catalogue, rollouts, reports));
      this.server =
          keep(serve(database, versions, blobs, catalogue, rollouts, reports, dashboard.pages()));
      keep(dashboard); // closed before the server, which waits for the streams of live pages
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a fleet.
   *
   * @throws FleetException if the settings do not fit this machine
   */
  public static Fleet start(FleetSettings settings, Host host) {
    return new Fleet(settings, host);
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  private Blobs blobs(FleetSettings.Repository repository) {
    return switch (repository) {
      case FleetSettings.Repository.Folder(Path path) -> new FolderBlobs(path);
      case FleetSettings.Repository.Bucket(
              String bucket,
              String prefix,
              String region,
              Optional<URI> endpoint) ->
          keep(
              BucketBlobs.open(
                  bucket,
                  prefix,
                  region,
                  endpoint,
                  keep(DefaultCredentialsProvider.builder().build())));
    };
  }

  private FleetServer serve(
      Database database,
      Versions versions,
      Blobs blobs,
      Catalogue catalogue,
      RolloutParts rollouts,
      Reports reports,
      HttpService pages) {
    boolean tls = !(settings.tls() instanceof FleetSettings.TlsMode.Off);
    Gate gate = new Gate(ground.tokens(), devices, tls, settings.rates(), host.nanos());
    DesiredStates desired =
        new DesiredStates(
            devices, rollouts.assigner(), versions, host.time(), settings.pollSeconds());
    Metrics metrics = new Metrics();
    ServerEndpoints.measure(metrics, devices, desired, host.time());

    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.addAll(
        new DeviceEndpoints(
                enrolment(database, catalogue),
                desired,
                reports,
                keep(LastSeen.start(database, host.time())),
                gate)
            .list());
    endpoints.addAll(
        new FleetEndpoints(
                new FleetEndpoints.Parts(
                    devices,
                    reports,
                    catalogue,
                    ground.tokens(),
                    ground.claims(),
                    ground.audit(),
                    rollouts::meant))
            .list());
    endpoints.addAll(new RolloutEndpoints(rollouts.rollouts()).list());
    endpoints.addAll(new RepositoryEndpoint(blobs).list());
    return new FleetServer(
        new FleetServer.Listen(
            settings.host(), settings.port(), tls ? Optional.of(tls()) : Optional.empty()),
        ServerEndpoints.with(endpoints, database, metrics, host.version(), "/"),
        gate,
        metrics,
        host.nanos(),
        List.of(pages));
  }

  private Dashboard.Parts pages(
      Database database, Catalogue catalogue, RolloutParts rollouts, Reports reports) {
    return new Dashboard.Parts(
        database,
        devices,
        reports,
        catalogue,
        rollouts.releases(),
        rollouts.rollouts(),
        ground.audit(),
        new Sessions(database, ground.tokens(), ground.secrets(), host.time()),
        host.time(),
        Duration.ofSeconds(settings.pollSeconds()).multipliedBy(SILENT_POLLS),
        !(settings.tls() instanceof FleetSettings.TlsMode.Off));
  }

  private Enrolment enrolment(Database database, Catalogue catalogue) {
    return new Enrolment(
        database,
        devices,
        ground.claims(),
        ground.authority(),
        ground.anchor(),
        ground.audit(),
        ground.secrets(),
        new Enrolment.Terms(
            settings.certificateLife(),
            () -> settings.repositoryUrl().orElseGet(() -> url() + "/repo"),
            catalogue::root,
            settings.pollSeconds()));
  }

  /** Clients may show a certificate of the fleet's own CA and need not. */
  private Tls tls() {
    CertificateAuthority.Identity identity = identity();
    return Tls.builder()
        .privateKey(identity.key())
        .privateKeyCertChain(identity.chain())
        .trust(List.of(ground.authority().certificate()))
        .clientAuth(TlsClientAuth.OPTIONAL)
        .build();
  }

  private CertificateAuthority.Identity identity() {
    try {
      return settings.tls() instanceof FleetSettings.TlsMode.Files files
          ? new CertificateAuthority.Identity(
              CertificateAuthority.readKey(files.key()), ground.chain())
          : ground.authority().server(settings.data(), hosts());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names under which the server is reached. */
  private List<String> hosts() {
    List<String> hosts = new ArrayList<>();
    settings.url().map(url -> URI.create(url).getHost()).ifPresent(hosts::add);
    if (!settings.host().equals("0.0.0.0") && !settings.host().equals("::")) {
      hosts.add(settings.host());
    }
    hosts.addAll(CertificateAuthority.loopback());
    return hosts.stream().distinct().toList();
  }

  /** Under which devices and people reach it. */
  public String url() {
    boolean tls = !(settings.tls() instanceof FleetSettings.TlsMode.Off);
    boolean any = settings.host().equals("0.0.0.0") || settings.host().equals("::");
    return settings
        .url()
        .orElseGet(() ->
            "%s://%s:%d"
                .formatted(tls ? "https" : "http", any ? "localhost" : settings.host(), port()));
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  /** Tokens of people and devices, which a program that runs the fleet may make. */
  public Ground ground() {
    return ground;
  }

  /** The registry, for programs that bring devices with them. */
  public Devices devices() {
    return devices;
  }

  /** Rollouts, for programs that begin some of their own. */
  public Rollouts rollouts() {
    return rollouts.rollouts();
  }

  /** Returns when the fleet was closed. */
  public void await() throws InterruptedException {
    ended.await();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      while (!parts.isEmpty()) {
        closePart(parts.pop());
      }
      ended.countDown();
    }
  }

  private static void closePart(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      throw new IllegalStateException("a part of the fleet could not be closed", e);
    }
  }
}
