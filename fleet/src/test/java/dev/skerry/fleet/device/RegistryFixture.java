package dev.skerry.fleet.device;

import dev.skerry.fleet.access.Audit;
import dev.skerry.fleet.access.Secrets;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.Ids;
import dev.skerry.fleet.store.TestDatabases;
import dev.skerry.fleet.store.Versions;
import dev.skerry.wire.Facts;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** A registry on a fresh database, with a clock that a test moves. */
final class RegistryFixture implements AutoCloseable {
  static final Facts FACTS =
      new Facts("arm64", "0.1.0", "ort", "arm64", List.of(), List.of("cpu"), 1 << 30, 4);

  private static final String SECRET = "0".repeat(64);

  final Database database;
  final Versions versions;
  final Devices devices;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  RegistryFixture(TestDatabases.Kind kind, Path folder) {
    this.database = TestDatabases.open(kind, folder);
    this.versions = Versions.start(database);
    InstantSource time = time();
    Audit audit = new Audit(database, new Ids(time, new SecureRandom()), time);
    this.devices = new Devices(database, versions, audit, time);
  }

  InstantSource time() {
    return now::get;
  }

  void pass(Duration time) {
    now.updateAndGet(at -> at.plus(time));
  }

  void addAll(List<String> ids) {
    devices.insertAll(
        ids.stream()
            .map(id ->
                new NewDevice(id, "claim", id, Secrets.hash(SECRET), Map.of(), Map.of(), FACTS))
            .toList());
  }

  /** Adds a device, and lets it prove who it is. */
  Devices.Caller add(String id) {
    addAll(List.of(id));
    return devices.authenticateToken(DeviceToken.text(id, SECRET));
  }

  @Override
  public void close() {
    versions.close();
    database.close();
  }
}
