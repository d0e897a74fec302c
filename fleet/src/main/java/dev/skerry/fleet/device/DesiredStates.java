package dev.skerry.fleet.device;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.fleet.store.Versions;
import dev.skerry.wire.Desired;
import dev.skerry.wire.DesiredModel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** What devices should run, and waiting until that changes. */
public final class DesiredStates {
  /** Longest wait of one poll. */
  public static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  /** Polls that wait at the same time; those beyond are answered at once. */
  private static final int MOST_WAITING = 20_000;

  private static final int ETAG_DIGITS = 16;

  private final Devices devices;
  private final Assignments assignments;
  private final Versions versions;
  private final InstantSource time;
  private final int pollSeconds;
  private final Semaphore waiting = new Semaphore(MOST_WAITING);

  public DesiredStates(
      Devices devices,
      Assignments assignments,
      Versions versions,
      InstantSource time,
      int pollSeconds) {
    this.devices = devices;
    this.assignments = assignments;
    this.versions = versions;
    this.time = time;
    this.pollSeconds = pollSeconds;
  }

  /** What the device should run now. */
  public Desired now(DeviceView device) {
    List<DesiredModel> models = assignments.desired(device);
    Json.Obj content =
        Json.object()
            .put("models", models.stream().map(DesiredModel::toJson).toList())
            .put("poll-seconds", pollSeconds)
            .build();
    String etag = Digest.of(JsonWriter.canonical(content)).hex().substring(0, ETAG_DIGITS);
    return new Desired(etag, models, pollSeconds);
  }

  /**
   * What the device should run, as soon as it is not {@code known} any more; empty if it still is
   * after {@code wait}.
   *
   * @param known etag that the device has; empty for none
   */
  public Optional<Desired> changed(DeviceView device, String known, Duration wait)
      throws InterruptedException {
    long seen = versions.current(Assignments.VERSION);
    Desired desired = now(device);
    if (!desired.etag().equals(known)) {
      return Optional.of(desired);
    }
    if (!wait.isPositive() || !waiting.tryAcquire()) {
      return Optional.empty();
    }
    try {
      return await(device.id(), known, seen, time.instant().plus(wait));
    } finally {
      waiting.release();
    }
  }

  private Optional<Desired> await(String device, String known, long begin, Instant end)
      throws InterruptedException {
    long seen = begin;
    while (true) {
      Duration left = Duration.between(time.instant(), end);
      long version = versions.await(Assignments.VERSION, seen, left);
      if (version == seen) {
        return Optional.empty();
      }
      seen = version;
      Optional<Desired> desired =
          devices
              .known(device)
              .filter(found -> !found.revoked())
              .map(found -> now(found.view()))
              .filter(found -> !found.etag().equals(known));
      if (desired.isPresent()) {
        return desired;
      }
    }
  }

  /** Polls that wait now. */
  public int waiting() {
    return MOST_WAITING - waiting.availablePermits();
  }
}
