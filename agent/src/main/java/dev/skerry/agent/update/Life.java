package dev.skerry.agent.update;

import dev.skerry.agent.slot.Slot;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a device remembers of its life with one model; written to disk at every change.
 *
 * @param since when the state was entered, by the device's clock; for people
 * @param floor highest security floor that signed metadata named
 * @param furthest state that this candidate reached
 * @param restarts of the process since it got there
 * @param rebuilds how often the candidate's file came out wrong
 * @param arrivedBytes that were on disk at the last restart; they grow while a download gets on
 * @param baselineMicros median time of the release that served before this probation
 * @param refused releases in quarantine, the newest last
 */
record Life(
    State state,
    Instant since,
    Optional<Slot> active,
    Optional<Slot> candidate,
    Optional<Slot> fallback,
    long floor,
    State furthest,
    int restarts,
    int rebuilds,
    long arrivedBytes,
    Optional<Double> baselineMicros,
    List<Refusal> refused) {
  /** Refusals that are remembered; the oldest go first. */
  static final int MOST_REFUSALS = 16;

  Life {
    refused = List.copyOf(refused);
  }

  /** A device that never had a release of the model. */
  static Life fresh(Instant now) {
    return new Life(
        State.IDLE,
        now,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        State.IDLE,
        0,
        0,
        0,
        Optional.empty(),
        List.of());
  }

  /** The slots that hold a release. */
  List<Slot> slots() {
    return Stream.of(active, candidate, fallback).flatMap(Optional::stream).toList();
  }

  boolean isRefused(long counter) {
    return refused.stream().anyMatch(refusal -> refusal.counter() == counter);
  }

  /** Counter of the active release, 0 when there is none. */
  long activeCounter() {
    return active.map(Slot::counter).orElse(0L);
  }

  /** The release that may serve in the active one's place: it is there and not below the floor. */
  Optional<Slot> wayBack() {
    return fallback.filter(slot -> slot.counter() >= floor);
  }

  Life in(State next, Instant now) {
    return copy(next, now, active, candidate, fallback, furthest, restarts, rebuilds);
  }

  Life withSlots(Optional<Slot> active, Optional<Slot> candidate, Optional<Slot> fallback) {
    return copy(state, since, active, candidate, fallback, furthest, restarts, rebuilds);
  }

  /** A release that has just been found, with everything before it. */
  Life withNewCandidate(Slot found) {
    return copy(state, since, active, Optional.of(found), fallback, State.IDLE, 0, 0)
        .withArrivedBytes(0);
  }

  Life withRestarts(State reached, int count) {
    return copy(state, since, active, candidate, fallback, reached, count, rebuilds);
  }

  Life withRebuilds(int count) {
    return copy(state, since, active, candidate, fallback, furthest, restarts, count);
  }

  private Life copy(
      State state,
      Instant since,
      Optional<Slot> active,
      Optional<Slot> candidate,
      Optional<Slot> fallback,
      State furthest,
      int restarts,
      int rebuilds) {
    return new Life(
        state,
        since,
        active,
        candidate,
        fallback,
        floor,
        furthest,
        restarts,
        rebuilds,
        arrivedBytes,
        baselineMicros,
        refused);
  }

  Life withArrivedBytes(long bytes) {
    return with(floor, bytes, baselineMicros, refused);
  }

  Life withFloor(long raised) {
    return with(Math.max(floor, raised), arrivedBytes, baselineMicros, refused);
  }

  Life withBaseline(Optional<Double> micros) {
    return with(floor, arrivedBytes, micros, refused);
  }

  Life withRefusal(Refusal refusal) {
    List<Refusal> more = new ArrayList<>(refused);
    more.removeIf(known -> known.counter() == refusal.counter());
    more.add(refusal);
    return withRefusals(more.subList(Math.max(0, more.size() - MOST_REFUSALS), more.size()));
  }

  Life withRefusals(List<Refusal> changed) {
    return with(floor, arrivedBytes, baselineMicros, changed);
  }

  private Life with(long floor, long arrived, Optional<Double> baseline, List<Refusal> refused) {
    return new Life(
        state, since, active, candidate, fallback, floor, furthest, restarts, rebuilds, arrived,
        baseline, refused);
  }

  Json.Obj toJson() {
    Json.ObjectBuilder json =
        Json.object()
            .put("state", state.name())
            .put("since", since.toString())
            .put("floor", floor)
            .put("furthest", furthest.name())
            .put("restarts", restarts)
            .put("rebuilds", rebuilds)
            .put("arrived-bytes", arrivedBytes)
            .put("refused", refused.stream().map(Refusal::toJson).toList());
    active.ifPresent(slot -> json.put("active", slot.toJson()));
    candidate.ifPresent(slot -> json.put("candidate", slot.toJson()));
    fallback.ifPresent(slot -> json.put("fallback", slot.toJson()));
    baselineMicros.ifPresent(micros -> json.put("baseline-micros", micros));
    return json.build();
  }

  static Life of(JsonObject json) {
    return new Life(
        State.valueOf(json.text("state")),
        Instant.parse(json.text("since")),
        slot(json, "active"),
        slot(json, "candidate"),
        slot(json, "fallback"),
        json.integer("floor", 0),
        State.valueOf(json.text("furthest")),
        (int) json.integer("restarts", 0),
        (int) json.integer("rebuilds", 0),
        json.integer("arrived-bytes", 0),
        json.optionalNumber("baseline-micros"),
        json.objects("refused").stream().map(Refusal::of).toList());
  }

  private static Optional<Slot> slot(JsonObject json, String key) {
    return json.has(key) ? Optional.of(Slot.of(json.object(key))) : Optional.empty();
  }
}
