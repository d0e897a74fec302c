package dev.skerry.agent.update;

import dev.skerry.agent.device.Conditions;
import dev.skerry.agent.device.Waiting;
import dev.skerry.agent.slot.Installation;
import dev.skerry.agent.slot.SlotFolder;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.blob.BlobWriter;
import dev.skerry.bundle.disk.DiskFullException;
import dev.skerry.runtime.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Fetches blobs. What arrived stays on disk and is gone on from; a failure is tried again after a
 * wait that doubles, varied at random, and starts anew when bytes arrived that can be used.
 */
final class Downloader {
  private static final int BUFFER_BYTES = 1 << 16;

  /** How often conditions that an update waits for are looked at. */
  static final Duration LOOK = Duration.ofSeconds(30);

  private final ReleaseSource source;
  private final SlotFolder folder;
  private final Conditions conditions;
  private final Policy policy;
  private final RandomGenerator random;
  private final Pace pace;
  private int failures;

  Downloader(World world, SlotFolder folder, Policy policy) {
    this.source = world.source();
    this.folder = folder;
    this.conditions = world.conditions();
    this.policy = policy;
    this.random = world.random();
    this.pace = new Pace(policy.download().bytesPerSecond(), world.ticker(), world.waiting());
  }

  /**
   * Fetches what is missing.
   *
   * @param stop asked between reads; the fetching ends quietly when it says so
   */
  Step download(Life life, Installation installation, BooleanSupplier stop) {
    long counter = life.candidate().orElseThrow().counter();
    List<Installation.Missing> missing = installation.missing();
    if (missing.isEmpty()) {
      return Step.happened(Event.FETCHED, counter, "everything is on the device");
    }
    String obstacle = obstacle();
    if (!obstacle.isEmpty()) {
      return Step.waits(LOOK, obstacle, "waits");
    }
    String cramped = cramped(installation);
    if (!cramped.isEmpty()) {
      return Step.waits(policy.download().longestRetry(), cramped, "no-room");
    }
    for (Installation.Missing blob : missing) {
      try {
        fetch(blob, stop);
      } catch (IOException | TrustException | BundleException e) {
        return again("cannot fetch blob %s: %s".formatted(blob.blob().brief(), e.getMessage()));
      } catch (UncheckedIOException e) {
        if (e.getCause() instanceof DiskFullException) {
          return Step.waits(
              policy.download().longestRetry(), "the disk is full: " + e.getMessage(), "no-room");
        }
        throw e;
      }
      if (stop.getAsBoolean()) {
        return Step.waits(Duration.ZERO, "stopped");
      }
    }
    return Step.happened(
        Event.FETCHED,
        counter,
        "%d blobs, %d bytes"
            .formatted(
                missing.size(), missing.stream().mapToLong(Installation.Missing::bytes).sum()));
  }

  /** Why power or network forbid a download now; empty when they do not. */
  private String obstacle() {
    String power = powerObstacle();
    if (!power.isEmpty()) {
      return power;
    }
    return conditions.metered() && !policy.download().overMetered()
        ? "waits for another network: this one is metered"
        : "";
  }

  /** Why the battery forbids an update now; empty when it does not. */
  String powerObstacle() {
    OptionalDouble battery = conditions.battery();
    return battery.isPresent() && battery.getAsDouble() < policy.download().minBattery()
        ? String.format(
            Locale.ROOT,
            "waits for power: the battery is at %.0f %%, and updates want %.0f %%",
            100 * battery.getAsDouble(),
            100 * policy.download().minBattery())
        : "";
  }

  /** Why there is no room; empty when there is. */
  private String cramped(Installation installation) {
    long needed = installation.roomBytes();
    long usable = folder.usableBytes();
    if (needed > usable) {
      return "there is no room: the update takes %d bytes and the disk has %d left"
          .formatted(needed, usable);
    }
    OptionalLong limit = policy.limits().diskBytes();
    long used = folder.usedBytes();
    return limit.isPresent() && used + needed > limit.getAsLong()
        ? "there is no room: %d bytes are used, the update takes %d and the limit is %d"
            .formatted(used, needed, limit.getAsLong())
        : "";
  }

  private Step again(String why) {
    Duration longest = policy.download().longestRetry();
    Duration wait = policy.download().retry().multipliedBy(1L << Math.min(failures, 20));
    failures++;
    Duration capped = wait.compareTo(longest) > 0 ? longest : wait;
    return Step.waits(varied(capped, 0.5, random), why, "fetch-failed");
  }

  /** {@code time}, by up to {@code jitter} of it shorter or longer. */
  static Duration varied(Duration time, double jitter, RandomGenerator random) {
    return Duration.ofNanos((long) (time.toNanos() * (1 + jitter * (2 * random.nextDouble() - 1))));
  }

  private void fetch(Installation.Missing blob, BooleanSupplier stop) throws IOException {
    try (BlobWriter writer = folder.blobs().write(blob.blob(), blob.bytes())) {
      if (writer.written() == blob.bytes() || append(blob, writer, stop)) {
        writer.commit();
        failures = 0;
      }
    }
  }

  /** False when it was stopped before the end. */
  private boolean append(Installation.Missing blob, BlobWriter writer, BooleanSupplier stop)
      throws IOException {
    long before = writer.written();
    try (InputStream in = source.blob(blob.blob(), before)) {
      return append(blob, writer, in, stop);
    } catch (IOException e) {
      failures = writer.written() > before ? 0 : failures;
      throw e;
    }
  }

  private boolean append(
      Installation.Missing blob, BlobWriter writer, InputStream in, BooleanSupplier stop)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    while (writer.written() < blob.bytes()) {
      int wanted = (int) Math.min(buffer.length, blob.bytes() - writer.written());
      int count = in.read(buffer, 0, wanted);
      if (count < 0) {
        throw new IOException(
            "it ended after %d of %d bytes".formatted(writer.written(), blob.bytes()));
      }
      writer.write(buffer, 0, count);
      pace.spent(count);
      if (stop.getAsBoolean()) {
        return false;
      }
    }
    return true;
  }

  /** Keeps the mean rate below a limit. */
  private static final class Pace {
    private final OptionalLong bytesPerSecond;
    private final Ticker ticker;
    private final Waiting waiting;
    private long freeAtNanos;

    Pace(OptionalLong bytesPerSecond, Ticker ticker, Waiting waiting) {
      this.bytesPerSecond = bytesPerSecond;
      this.ticker = ticker;
      this.waiting = waiting;
      this.freeAtNanos = ticker.nanos();
    }

    void spent(long bytes) {
      if (bytesPerSecond.isEmpty()) {
        return;
      }
      long now = ticker.nanos();
      long start = freeAtNanos - now > 0 ? freeAtNanos : now;
      freeAtNanos = start + (long) (bytes * 1e9 / bytesPerSecond.getAsLong());
      waiting.pause(Duration.ofNanos(freeAtNanos - now));
    }
  }
}
