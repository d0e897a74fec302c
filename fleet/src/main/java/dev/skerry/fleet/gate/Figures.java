package dev.skerry.fleet.gate;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.wire.LatencySketch;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the devices of a rollout measured, added up; sums over devices add up again, and a part can
 * be taken away. Nothing here says which device measured what.
 *
 * @param devices how those that settled did
 * @param served by the release, and by the one before it on the same devices
 * @param shadow of the release beside the active one
 */
public record Figures(Devices devices, Served served, Shadow shadow, Memory memory) {
  public static final Figures NONE =
      new Figures(Devices.NONE, Served.NONE, Shadow.NONE, Memory.NONE);

  /**
   * Devices that settled: they run the release, or will not.
   *
   * @param settled of them all
   * @param fresh of the settled: had no release of the model before
   * @param installFailures of the settled
   * @param validationFailures of the settled, by reason
   */
  public record Devices(
      long settled, long fresh, long installFailures, SortedMap<String, Long> validationFailures) {
    static final Devices NONE = new Devices(0, 0, 0, new TreeMap<>());

    public Devices {
      validationFailures = Collections.unmodifiableSortedMap(new TreeMap<>(validationFailures));
    }

    /** Failures of validation for {@code reason}, for any when it is empty. */
    public long validationFailures(String reason) {
      return reason.isEmpty()
          ? validationFailures.values().stream().mapToLong(n -> n).sum()
          : validationFailures.getOrDefault(reason, 0L);
    }

    private Devices plus(Devices other, int sign) {
      SortedMap<String, Long> reasons = new TreeMap<>(validationFailures);
      other.validationFailures.forEach((reason, n) -> reasons.merge(reason, sign * n, Long::sum));
      reasons.values().removeIf(n -> n == 0);
      return new Devices(
          settled + sign * other.settled,
          fresh + sign * other.fresh,
          installFailures + sign * other.installFailures,
          reasons);
    }

    Json.Obj toJson() {
      Json.ObjectBuilder reasons = Json.object();
      validationFailures.forEach(reasons::put);
      return Json.object()
          .put("settled", settled)
          .put("fresh", fresh)
          .put("install-failures", installFailures)
          .put("validation-failures", reasons.build())
          .build();
    }

    static Devices of(JsonObject json) {
      JsonObject reasons = json.object("validation-failures");
      SortedMap<String, Long> counts = new TreeMap<>();
      reasons.keys().forEach(reason -> counts.put(reason, reasons.integer(reason)));
      return new Devices(
          json.integer("settled"), json.integer("fresh"), json.integer("install-failures"), counts);
    }
  }

  /**
   * Live requests that the release answered.
   *
   * @param devices that served some
   * @param before latency of the release before, on devices that serve the new one
   */
  public record Served(
      long devices, long requests, long failed, LatencySketch latency, LatencySketch before) {
    static final Served NONE = new Served(0, 0, 0, LatencySketch.EMPTY, LatencySketch.EMPTY);

    private Served plus(Served other, int sign) {
      return new Served(
          devices + sign * other.devices,
          requests + sign * other.requests,
          failed + sign * other.failed,
          sum(latency, other.latency, sign),
          sum(before, other.before, sign));
    }

    Json.Obj toJson() {
      return Json.object()
          .put("devices", devices)
          .put("requests", requests)
          .put("failed", failed)
          .put("latency", latency.toJson())
          .put("before", before.toJson())
          .build();
    }

    static Served of(JsonObject json) {
      return new Served(
          json.integer("devices"),
          json.integer("requests"),
          json.integer("failed"),
          LatencySketch.of(json.object("latency")),
          LatencySketch.of(json.object("before")));
    }
  }

  /**
   * Live requests that the release ran beside the active one.
   *
   * @param devices that compared some
   * @param compared of both answered
   * @param agreed of the compared
   * @param failed by the release alone; not among the compared
   * @param active latency of the active release for the same requests
   */
  public record Shadow(
      long devices,
      long compared,
      long agreed,
      long failed,
      LatencySketch latency,
      LatencySketch active) {
    static final Shadow NONE = new Shadow(0, 0, 0, 0, LatencySketch.EMPTY, LatencySketch.EMPTY);

    private Shadow plus(Shadow other, int sign) {
      return new Shadow(
          devices + sign * other.devices,
          compared + sign * other.compared,
          agreed + sign * other.agreed,
          failed + sign * other.failed,
          sum(latency, other.latency, sign),
          sum(active, other.active, sign));
    }

    Json.Obj toJson() {
      return Json.object()
          .put("devices", devices)
          .put("compared", compared)
          .put("agreed", agreed)
          .put("failed", failed)
          .put("latency", latency.toJson())
          .put("active", active.toJson())
          .build();
    }

    static Shadow of(JsonObject json) {
      return new Shadow(
          json.integer("devices"),
          json.integer("compared"),
          json.integer("agreed"),
          json.integer("failed"),
          LatencySketch.of(json.object("latency")),
          LatencySketch.of(json.object("active")));
    }
  }

  /**
   * Resident memory on devices where it is known of both releases.
   *
   * @param bytes of the release, summed
   * @param before of the release before, summed
   */
  public record Memory(long devices, long bytes, long before) {
    static final Memory NONE = new Memory(0, 0, 0);

    private Memory plus(Memory other, int sign) {
      return new Memory(
          devices + sign * other.devices, bytes + sign * other.bytes, before + sign * other.before);
    }

    Json.Obj toJson() {
      return Json.object()
          .put("devices", devices)
          .put("bytes", bytes)
          .put("before", before)
          .build();
    }

    static Memory of(JsonObject json) {
      return new Memory(json.integer("devices"), json.integer("bytes"), json.integer("before"));
    }
  }

  public Figures with(Devices changed) {
    return new Figures(changed, served, shadow, memory);
  }

  public Figures with(Served changed) {
    return new Figures(devices, changed, shadow, memory);
  }

  public Figures with(Shadow changed) {
    return new Figures(devices, served, changed, memory);
  }

  public Figures with(Memory changed) {
    return new Figures(devices, served, shadow, changed);
  }

  /** Of the devices of both. */
  public Figures plus(Figures other) {
    return plus(other, 1);
  }

  /** What came since {@code earlier}, an earlier state of these figures. */
  public Figures minus(Figures earlier) {
    return plus(earlier, -1);
  }

  private Figures plus(Figures other, int sign) {
    return new Figures(
        devices.plus(other.devices, sign),
        served.plus(other.served, sign),
        shadow.plus(other.shadow, sign),
        memory.plus(other.memory, sign));
  }

  private static LatencySketch sum(LatencySketch sketch, LatencySketch other, int sign) {
    return sign > 0 ? sketch.plus(other) : sketch.minus(other);
  }

  public Json.Obj toJson() {
    return Json.object()
        .put("devices", devices.toJson())
        .put("served", served.toJson())
        .put("shadow", shadow.toJson())
        .put("memory", memory.toJson())
        .build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static Figures of(JsonObject json) {
    return new Figures(
        Devices.of(json.object("devices")),
        Served.of(json.object("served")),
        Shadow.of(json.object("shadow")),
        Memory.of(json.object("memory")));
  }
}
