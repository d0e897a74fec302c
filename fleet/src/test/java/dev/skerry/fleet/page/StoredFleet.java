package dev.skerry.fleet.page;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.fleet.TestRepository;
import dev.skerry.fleet.access.AccessTokens;
import dev.skerry.fleet.access.Audit;
import dev.skerry.fleet.access.Secrets;
import dev.skerry.fleet.access.Sessions;
import dev.skerry.fleet.device.Devices;
import dev.skerry.fleet.device.LastSeen;
import dev.skerry.fleet.device.NewDevice;
import dev.skerry.fleet.device.Reports;
import dev.skerry.fleet.release.Catalogue;
import dev.skerry.fleet.release.CataloguedRelease;
import dev.skerry.fleet.release.FolderBlobs;
import dev.skerry.fleet.rollout.Assigner;
import dev.skerry.fleet.rollout.Decider;
import dev.skerry.fleet.rollout.Releases;
import dev.skerry.fleet.rollout.Rollouts;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.Ids;
import dev.skerry.fleet.store.Versions;
import dev.skerry.wire.DeviceReport;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.Facts;
import dev.skerry.wire.LatencySketch;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.QualityRecord;
import dev.skerry.wire.QualityRecord.Side;
import dev.skerry.wire.RefusalRecord;
import dev.skerry.wire.SlotRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;

/** A fleet in a database, without a server: what the pages' queries are tried on. */
final class StoredFleet implements AutoCloseable {
  static final String MODEL = "bearing-faults";
  private static final Duration POLL = Duration.ofSeconds(10);
  private static final String SECRET = "0".repeat(64);

  final AtomicReference<Instant> now = new AtomicReference<>(FixtureFleet.NOW);
  final Rollouts rollouts;
  final Devices devices;
  final Audit audit;
  final AccessTokens tokens;
  final Dashboard.Parts parts;
  private final Database database;
  private final Versions versions;
  private final LastSeen seen;
  private final Reports reports;
  private final Assigner assigner;
  private final Decider decider;

  StoredFleet(Path folder) {
    InstantSource time = now::get;
    SecureRandom random = new SecureRandom();
    TestRepository repository = new TestRepository(folder.resolve("repo"), time);
    repository.publish(MODEL, 1, "1.0.0");
    repository.publish(MODEL, 2, "1.1.0");
    Catalogue catalogue =
        new Catalogue(
            new SystemDisk(),
            new FolderBlobs(folder.resolve("repo")),
            folder.resolve("metadata"),
            time);
    database = Database.open(Database.Place.of("jdbc:sqlite:" + folder.resolve("fleet.db")));
    versions = Versions.start(database);
    audit = new Audit(database, new Ids(time, random), time);
    Secrets secrets = new Secrets(random);
    tokens = new AccessTokens(database, audit, secrets, time, "");
    devices = new Devices(database, versions, audit, time);
    Releases releases = new Known(catalogue);
    seen = LastSeen.start(database, time);
    reports =
        new Reports(
            database,
            devices,
            new dev.skerry.fleet.rollout.Reports(database, versions, releases, time),
            time);
    assigner = new Assigner(database, versions, releases, time);
    decider = new Decider(database, versions, time, POLL);
    rollouts = new Rollouts(database, versions, audit::record, releases, time);
    parts =
        new Dashboard.Parts(
            database,
            devices,
            reports,
            catalogue,
            releases,
            rollouts,
            audit,
            new Sessions(database, tokens, secrets, time),
            time,
            POLL.multipliedBy(3),
            false);
  }

  /** What the repository has. */
  private record Known(Catalogue catalogue) implements Releases {
    @Override
    public boolean has(String model, long counter) {
      return catalogue.find(model, counter).isPresent();
    }

    @Override
    public String version(String model, long counter) {
      return catalogue
          .find(model, counter)
          .map(CataloguedRelease::release)
          .map(dev.skerry.bundle.release.Release::version)
          .orElse("");
    }

    @Override
    public OptionalLong newestLike(String model, long counter) {
      return OptionalLong.of(counter);
    }
  }

  void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  /** Lets devices in that run release 1. */
  void enrol(String... ids) {
    List<NewDevice> list = new ArrayList<>();
    for (String id : ids) {
      list.add(
          new NewDevice(
              id,
              "claim",
              "key " + id,
              Secrets.hash(SECRET),
              Map.of("hardware", "rev-c"),
              Map.of("site", "berlin"),
              new Facts(
                  "arm64",
                  "0.1.0",
                  "onnxruntime 1.29.0",
                  "arm64",
                  List.of("asimd"),
                  List.of("cpu"),
                  1L << 29,
                  4)));
    }
    devices.insertAll(list);
    for (String id : ids) {
      report(id, status(1, 0, Optional.empty()), List.of(), List.of());
    }
  }

  long create(String plan) {
    byte[] json = plan.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    long id = rollouts.create(JsonReader.readObject("plan", json), "ada").rollout().id();
    versions.refresh();
    return id;
  }

  /** The device asks what to run, and by that joins. */
  long poll(String id) {
    seen.note(id);
    seen.flush();
    return assigner.desired(devices.find(id).orElseThrow().view()).stream()
        .mapToLong(desired -> desired.counter())
        .findFirst()
        .orElse(0);
  }

  /** Whether the device has joined a rollout. */
  boolean member(String id) {
    return !devices.find(id).orElseThrow().view().assignment().isEmpty();
  }

  /** Release 2 ran beside release 1 for {@code requests} requests. */
  void shadowed(String id, long requests, long agreed) {
    LatencySketch times = times(requests, 150_000);
    QualityRecord record =
        new QualityRecord(
            MODEL,
            2,
            "shadow",
            Side.SHADOW,
            requests,
            0,
            times,
            Optional.of(new QualityRecord.Compared(1, requests, agreed, 0, times)),
            OptionalLong.of(40L << 20));
    report(id, status(1, 2, Optional.empty()), List.of(), List.of(record));
  }

  void refused(String id, String evidence) {
    RefusalRecord refusal = new RefusalRecord(MODEL, 2, "golden-vectors", evidence, now.get());
    EventRecord event = new EventRecord(1, now.get(), MODEL, 2, "refused", "refused", evidence);
    report(id, status(1, 0, Optional.of(refusal)), List.of(event), List.of());
  }

  void activated(String id) {
    QualityRecord served =
        new QualityRecord(
            MODEL,
            2,
            "run",
            Side.SERVED,
            500,
            1,
            times(500, 140_000),
            Optional.empty(),
            OptionalLong.of(41L << 20));
    report(id, status(2, 0, Optional.empty()), List.of(), List.of(served));
  }

  private static LatencySketch times(long requests, long nanos) {
    long[] times = new long[(int) requests];
    for (int i = 0; i < times.length; i++) {
      times[i] = nanos + 500L * (i % 97);
    }
    return LatencySketch.ofNanos(times);
  }

  private ModelStatus status(long active, long candidate, Optional<RefusalRecord> refusal) {
    Digest digest = new Digest("0".repeat(64));
    List<SlotRecord> slots = new ArrayList<>();
    slots.add(new SlotRecord("active", MODEL, active, "any.1", digest, digest));
    if (candidate > 0) {
      slots.add(new SlotRecord("candidate", MODEL, candidate, "any.1", digest, digest));
    }
    if (active > 1) {
      slots.add(new SlotRecord("fallback", MODEL, active - 1, "any.1", digest, digest));
    }
    return new ModelStatus(
        MODEL,
        candidate > 0 ? "shadow" : "idle",
        now.get(),
        candidate > 0 ? "runs release 2 beside release 1" : "serves",
        0,
        slots,
        refusal.stream().toList(),
        ModelStatus.Served.NOTHING);
  }

  private void report(
      String id, ModelStatus status, List<EventRecord> events, List<QualityRecord> quality) {
    seen.note(id);
    seen.flush();
    reports.store(
        devices.authenticateToken("skd_%s_%s".formatted(id, SECRET)),
        new DeviceReport(
            Optional.empty(),
            new LinkedHashMap<>(Map.of("hardware", "rev-c")),
            List.of(status),
            events,
            quality));
  }

  /** Looks until nothing moves any more at this time. */
  void decide() {
    int moved;
    do {
      versions.refresh();
      moved = decider.look();
    } while (moved > 0);
    versions.refresh();
  }

  @Override
  public void close() {
    decider.close();
    seen.close();
    versions.close();
    database.close();
  }
}
