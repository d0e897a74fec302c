package dev.skerry.fleet.rollout;

import dev.skerry.fleet.Fleet;
import dev.skerry.fleet.FleetSettings;
import dev.skerry.fleet.api.Gate;
import dev.skerry.fleet.store.Database;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** One fleet process; prints its address and serves until it is killed. */
final class ReplicaMain {
  private ReplicaMain() {}

  /** Data folder, repository, address of the database, user, password. */
  public static void main(String... args) throws InterruptedException {
    try (Fleet fleet =
        Fleet.start(
            settings(
                Path.of(args[0]), Path.of(args[1]), new Database.Place(args[2], args[3], args[4])),
            new Fleet.Host("test", InstantSource.system(), System::nanoTime, new SecureRandom()))) {
      System.out.println(fleet.url());
      fleet.await();
    }
  }

  static FleetSettings settings(Path data, Path repository, Database.Place place) {
    return new FleetSettings(
        "127.0.0.1",
        0,
        Optional.empty(),
        data,
        place,
        new FleetSettings.Repository.Folder(repository),
        Optional.empty(),
        new FleetSettings.TlsMode.Off(),
        Duration.ofDays(30),
        1,
        Duration.ofDays(30),
        Duration.ofDays(90),
        new Gate.Rates(100_000, 100_000, 100_000));
  }
}
