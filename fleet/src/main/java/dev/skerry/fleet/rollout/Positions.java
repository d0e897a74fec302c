package dev.skerry.fleet.rollout;

import dev.skerry.fleet.gate.Figures;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/**
 * Where devices are with the rollouts that they are in, by what they report, and what the counters
 * grow by when they move.
 */
final class Positions {
  /** Reasons for which a device refuses a release that it could not install. */
  private static final Set<String> INSTALL = Set.of("unfit", "malformed", "load", "restarts");

  /** Reasons for which a device's own validation refuses a release. */
  private static final Set<String> VALIDATION =
      Set.of("golden-vectors", "probe", "disagreement", "latency", "errors");

  private Positions() {}

  /** Where a device is, and why. */
  record Position(Progress progress, String reason) {}

  static Position of(Rollout rollout, Membership membership, Running running, Releases releases) {
    return rollout.goesBack()
        ? back(rollout, membership, running, releases)
        : forth(rollout, membership, running);
  }

  private static Position forth(Rollout rollout, Membership membership, Running running) {
    var refusal = running.refusal(rollout.counter());
    boolean runs = running.active() == rollout.counter();
    if (runs && !running.watched()) {
      return new Position(Progress.ACTIVE, "");
    }
    if (!runs && refusal.isPresent()) {
      return new Position(Progress.FAILED, refusal.get().reason());
    }
    // A device that runs something else by its own choice has not settled: it is told again.
    boolean fellBack =
        membership.progress() == Progress.ACTIVE && running.active() < rollout.counter();
    return new Position(fellBack ? Progress.ASSIGNED : membership.progress(), "");
  }

  private static Position back(
      Rollout rollout, Membership membership, Running running, Releases releases) {
    if (membership.progress() == Progress.FAILED || membership.progress() == Progress.BACK) {
      return new Position(membership.progress(), "");
    }
    if (running.active() != rollout.counter() && running.candidate() != rollout.counter()) {
      return new Position(Progress.BACK, "");
    }
    long before = membership.before();
    boolean can =
        running.active() == before
            || before != 0
                && (running.fallback() == before
                    || releases.newestLike(rollout.model(), before).orElse(0) > rollout.counter());
    return can
        ? new Position(membership.progress(), "")
        : new Position(
            Progress.STRANDED,
            before == 0 ? "no release ran here before" : Assignment.stranded(before));
  }

  /** Stores that a device moved, once, and counts it; the device's row is locked. */
  static Membership move(
      Handle handle, String device, Membership from, Position to, Figures measured, Instant now) {
    boolean moved =
        to.progress() != from.progress()
            && Members.advance(handle, device, from, to.progress(), to.reason(), now);
    if (moved || !measured.equals(Figures.NONE)) {
      Totals.OfWave change = moved ? change(from, to) : Totals.OfWave.NONE;
      Counts.change(
          handle,
          from.rollout(),
          from.wave(),
          device,
          counts -> counts.plus(change.plus(only(measured))));
    }
    return moved ? from.with(to.progress()) : from;
  }

  private static Totals.OfWave change(Membership from, Position to) {
    Totals.OfWave counts = at(from.progress(), -1).plus(at(to.progress(), 1));
    int settled = isSettled(to.progress()) - isSettled(from.progress());
    boolean failed = to.progress() == Progress.FAILED;
    Figures.Devices devices =
        new Figures.Devices(
            settled,
            from.before() == 0 ? settled : 0,
            failed && INSTALL.contains(to.reason()) ? 1 : 0,
            failed && VALIDATION.contains(to.reason())
                ? new TreeMap<>(Map.of(to.reason(), 1L))
                : new TreeMap<>());
    return new Totals.OfWave(
        0,
        settled,
        counts.active(),
        counts.failed(),
        counts.back(),
        counts.stranded(),
        Figures.NONE.with(devices));
  }

  private static Totals.OfWave at(Progress progress, int sign) {
    return switch (progress) {
      case ASSIGNED -> Totals.OfWave.NONE;
      case ACTIVE -> new Totals.OfWave(0, 0, sign, 0, 0, 0, Figures.NONE);
      case FAILED -> new Totals.OfWave(0, 0, 0, sign, 0, 0, Figures.NONE);
      case BACK -> new Totals.OfWave(0, 0, 0, 0, sign, 0, Figures.NONE);
      case STRANDED -> new Totals.OfWave(0, 0, 0, 0, 0, sign, Figures.NONE);
    };
  }

  private static int isSettled(Progress progress) {
    return progress == Progress.ASSIGNED ? 0 : 1;
  }

  private static Totals.OfWave only(Figures figures) {
    return new Totals.OfWave(0, 0, 0, 0, 0, 0, figures);
  }
}
