package dev.skerry.fleet.rollout;

import dev.skerry.wire.DesiredModel;
import dev.skerry.wire.LatencySketch;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.QualityRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A device as the fleet sees one: it polls, installs what it is told, shadows, serves, reports, and
 * goes back when it is told to. One call of {@link #step} is one poll.
 */
final class TestDevice {
  /** How a release does on devices. */
  record Behaviour(double disagreement, double errors, double slower, String refusal) {
    static final Behaviour GOOD = new Behaviour(0.005, 0, 1, "");
    static final Behaviour WRONG = new Behaviour(0.2, 0, 1, "");
    static final Behaviour BROKEN = new Behaviour(0, 0, 1, "golden-vectors");
  }

  private static final int REQUESTS = 240;

  final String id;
  private final RandomGenerator random;
  private final Map<Long, Behaviour> behaviours;
  private final Map<Long, String> refused = new TreeMap<>();
  private int run;
  long active;
  long candidate;
  long fallback;
  long installs;

  TestDevice(String id, long active, RandomGenerator random, Map<Long, Behaviour> behaviours) {
    this.id = id;
    this.active = active;
    this.random = random;
    this.behaviours = behaviours;
  }

  /** How a device reaches a fleet. */
  interface Link {
    DesiredModel poll(String id);

    void report(String id, ModelStatus status, QualityRecord... quality);
  }

  /** Asks, does some of it, and reports. */
  void step(Link fleet) {
    follow(fleet.poll(id).counter());
    List<QualityRecord> quality = new ArrayList<>();
    if (candidate != 0 && active != 0) {
      quality.add(shadowed());
    }
    if (active != 0) {
      quality.add(served());
    }
    fleet.report(
        id,
        TestFleet.status(active, candidate, fallback, candidate == 0 ? "idle" : "shadow", refused),
        quality.toArray(new QualityRecord[0]));
  }

  private void follow(long desired) {
    if (desired == 0 || desired == active || refused.containsKey(desired)) {
      candidate = 0; // not wanted any more, or never to be tried again
    } else if (desired == candidate) {
      installs++;
      fallback = active;
      active = candidate;
      candidate = 0;
    } else if (desired < active) {
      back(desired);
    } else if (!behaviour(desired).refusal().isEmpty()) {
      refused.put(desired, behaviour(desired).refusal());
    } else {
      candidate = desired;
    }
  }

  private void back(long desired) {
    if (fallback == desired) {
      refused.put(active, "ordered-back");
      active = fallback;
      fallback = 0;
      candidate = 0;
    }
  }

  private Behaviour behaviour(long counter) {
    return behaviours.getOrDefault(counter, Behaviour.GOOD);
  }

  private QualityRecord shadowed() {
    Behaviour behaviour = behaviour(candidate);
    long agreed = 0;
    for (int i = 0; i < REQUESTS; i++) {
      agreed += random.nextDouble() < behaviour.disagreement() ? 0 : 1;
    }
    return new QualityRecord(
        TestFleet.MODEL,
        candidate,
        "s" + run++,
        QualityRecord.Side.SHADOW,
        REQUESTS,
        0,
        times(behaviour.slower()),
        Optional.of(new QualityRecord.Compared(active, REQUESTS, agreed, 0, times(1))),
        OptionalLong.empty());
  }

  private QualityRecord served() {
    Behaviour behaviour = behaviour(active);
    long failed = 0;
    for (int i = 0; i < REQUESTS; i++) {
      failed += random.nextDouble() < behaviour.errors() ? 1 : 0;
    }
    return new QualityRecord(
        TestFleet.MODEL,
        active,
        "r" + run++,
        QualityRecord.Side.SERVED,
        REQUESTS,
        failed,
        times(behaviour.slower()),
        Optional.empty(),
        OptionalLong.of(50L << 20));
  }

  private LatencySketch times(double slower) {
    long[] nanos = new long[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
      nanos[i] = (long) ((150_000 - Math.log(1 - random.nextDouble()) * 50_000) * slower);
    }
    return LatencySketch.ofNanos(nanos);
  }
}
