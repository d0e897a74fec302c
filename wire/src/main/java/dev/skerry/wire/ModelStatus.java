package dev.skerry.wire;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a device is with one model.
 *
 * @param state of the device's life with it, such as {@code probation}
 * @param since when the state was entered, by the device's clock
 * @param doing for people: what it does or waits for now
 * @param floor releases with a smaller counter are never activated
 * @param slots those that hold a release
 * @param refused releases that are not tried again, newest last
 * @param served figures of the active release
 * @param scheduling how its requests share the device's cores; empty when nothing is said
 * @param backend what the active release runs on; empty when nothing is said
 * @param parts of its requests, in order; none when nothing is said
 */
public record ModelStatus(
    String model,
    String state,
    Instant since,
    String doing,
    long floor,
    List<SlotRecord> slots,
    List<RefusalRecord> refused,
    Served served,
    Optional<Scheduling> scheduling,
    Optional<Backend> backend,
    List<Part> parts) {
  public ModelStatus {
    parts = List.copyOf(parts);
    slots = List.copyOf(slots);
    refused = List.copyOf(refused);
  }

  /** Of a device that says nothing of scheduling and backends. */
  public ModelStatus(
      String model,
      String state,
      Instant since,
      String doing,
      long floor,
      List<SlotRecord> slots,
      List<RefusalRecord> refused,
      Served served) {
    this(
        model,
        state,
        since,
        doing,
        floor,
        slots,
        refused,
        served,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** The same, with how its requests are scheduled. */
  public ModelStatus withScheduling(Scheduling said) {
    return new ModelStatus(
        model,
        state,
        since,
        doing,
        floor,
        slots,
        refused,
        served,
        Optional.of(said),
        backend,
        parts);
  }

  /** The same, with what it runs on. */
  public ModelStatus withBackend(Backend said) {
    return new ModelStatus(
        model,
        state,
        since,
        doing,
        floor,
        slots,
        refused,
        served,
        scheduling,
        Optional.of(said),
        parts);
  }

  /** The same, with what the parts of its requests take. */
  public ModelStatus withParts(List<Part> said) {
    return new ModelStatus(
        model, state, since, doing, floor, slots, refused, served, scheduling, backend, said);
  }

  /**
   * What one part of a request takes, since the agent runs.
   *
   * @param name such as {@code preprocess}
   * @param requests that had this part
   */
  public record Part(String name, long requests, double p50Micros, double p99Micros) {
    /** Of these times. */
    public static Part of(String name, LatencySketch times) {
      return new Part(name, times.count(), times.quantileMicros(0.5), times.quantileMicros(0.99));
    }

    Json.Obj toJson() {
      return Json.object()
          .put("name", name)
          .put("requests", requests)
          .put("p50-micros", p50Micros)
          .put("p99-micros", p99Micros)
          .build();
    }

    static Part of(JsonObject json) {
      return new Part(
          json.text("name"),
          json.integer("requests", 0),
          json.number("p50-micros"),
          json.number("p99-micros"));
    }
  }

  /**
   * What runs the active release.
   *
   * @param name of an execution provider, such as {@code cpu}
   * @param considered all that the device looked at when it installed the release; none when it was
   *     not asked to choose
   */
  public record Backend(String name, List<Considered> considered) {
    public Backend {
      considered = List.copyOf(considered);
    }

    Json.Obj toJson() {
      return Json.object()
          .put("name", name)
          .put("considered", considered.stream().map(Considered::toJson).toList())
          .build();
    }

    static Backend of(JsonObject json) {
      return new Backend(
          json.text("name"), json.objects("considered").stream().map(Considered::of).toList());
    }
  }

  /**
   * A backend that could have run a release.
   *
   * @param variant that it was tried with; empty when it was not tried
   * @param p50Micros median time of a run; empty when it was not measured
   * @param why it was not chosen; empty for the one that was
   */
  public record Considered(
      String backend, Optional<String> variant, Optional<Double> p50Micros, String why) {
    Json.Obj toJson() {
      Json.ObjectBuilder json = Json.object().put("backend", backend);
      variant.ifPresent(name -> json.put("variant", name));
      p50Micros.ifPresent(micros -> json.put("p50-micros", micros));
      return json.put("why", why).build();
    }

    static Considered of(JsonObject json) {
      return new Considered(
          json.text("backend"),
          json.has("variant") ? Optional.of(json.text("variant")) : Optional.empty(),
          json.optionalNumber("p50-micros"),
          json.text("why"));
    }
  }

  /**
   * How a model's requests share the cores with those of others.
   *
   * @param importance its class, such as {@code critical}
   * @param deadlineMicros from when a request comes
   * @param costMicros that nearly all runs stay below; 0 when none was measured yet
   * @param blockingMicros until a run can be stopped
   * @param responseMicros that a request takes at worst, by response-time analysis; empty without a
   *     deadline or a bound
   * @param late answered after their deadline, since the agent runs
   * @param refused because they waited for too long or too many did
   * @param restarts runs that were stopped for others and begun again
   */
  public record Scheduling(
      String importance,
      Optional<Double> deadlineMicros,
      double costMicros,
      double blockingMicros,
      Optional<Double> responseMicros,
      long late,
      long refused,
      long restarts) {
    Json.Obj toJson() {
      Json.ObjectBuilder json = Json.object().put("class", importance);
      deadlineMicros.ifPresent(micros -> json.put("deadline-micros", micros));
      json.put("cost-micros", costMicros).put("blocking-micros", blockingMicros);
      responseMicros.ifPresent(micros -> json.put("response-micros", micros));
      return json.put("late", late).put("refused", refused).put("restarts", restarts).build();
    }

    static Scheduling of(JsonObject json) {
      return new Scheduling(
          json.text("class"),
          json.optionalNumber("deadline-micros"),
          json.number("cost-micros"),
          json.number("blocking-micros"),
          json.optionalNumber("response-micros"),
          json.integer("late", 0),
          json.integer("refused", 0),
          json.integer("restarts", 0));
    }
  }

  /**
   * Requests that the active release was given since it was activated.
   *
   * @param failed by the model's fault
   */
  public record Served(long requests, long failed, double p50Micros, double p99Micros) {
    /** Before anything was served. */
    public static final Served NOTHING = new Served(0, 0, 0, 0);
  }

  public Json.Obj toJson() {
    Json.ObjectBuilder json =
        Json.object()
            .put("model", model)
            .put("state", state)
            .put("since", since.toString())
            .put("doing", doing)
            .put("floor", floor)
            .put("slots", slots.stream().map(SlotRecord::toJson).toList())
            .put("refused", refused.stream().map(RefusalRecord::toJson).toList())
            .put(
                "served",
                Json.object()
                    .put("requests", served.requests())
                    .put("failed", served.failed())
                    .put("p50-micros", served.p50Micros())
                    .put("p99-micros", served.p99Micros())
                    .build());
    scheduling.ifPresent(said -> json.put("scheduling", said.toJson()));
    backend.ifPresent(said -> json.put("backend", said.toJson()));
    if (!parts.isEmpty()) {
      json.put("parts", parts.stream().map(Part::toJson).toList());
    }
    return json.build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static ModelStatus of(JsonObject json) {
    JsonObject served = json.object("served");
    return new ModelStatus(
        json.text("model"),
        json.text("state"),
        EventRecord.instant(json, "since"),
        json.text("doing"),
        json.integer("floor", 0),
        json.objects("slots").stream().map(SlotRecord::of).toList(),
        json.objects("refused").stream().map(RefusalRecord::of).toList(),
        new Served(
            served.integer("requests", 0),
            served.integer("failed", 0),
            served.number("p50-micros"),
            served.number("p99-micros")),
        json.has("scheduling")
            ? Optional.of(Scheduling.of(json.object("scheduling")))
            : Optional.empty(),
        json.has("backend") ? Optional.of(Backend.of(json.object("backend"))) : Optional.empty(),
        json.has("parts") ? json.objects("parts").stream().map(Part::of).toList() : List.of());
  }
}
