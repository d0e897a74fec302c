package dev.skerry.agent.update;

import dev.skerry.agent.backend.Figures;
import dev.skerry.agent.slot.Slot;
import dev.skerry.agent.traffic.Running;
import dev.skerry.agent.traffic.Traffic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The loaded models of one device's slots, from loading to closing; their only owner. */
final class Residents {
  private final Traffic traffic;
  private final Loader loader;
  private final Map<Slot, Running> loaded = new HashMap<>();
  private final List<Running> retired = new ArrayList<>();

  private final Figures figures;

  Residents(Traffic traffic, Loader loader, Figures figures) {
    this.traffic = traffic;
    this.loader = loader;
    this.figures = figures;
  }

  /** Takes over a model that was loaded from {@code slot}. */
  synchronized void add(Slot slot, Running running) {
    Running before = loaded.put(slot, running);
    if (before != null) {
      retired.add(before);
    }
  }

  synchronized Optional<Running> find(Optional<Slot> slot) {
    return slot.map(loaded::get);
  }

  /** Loads what is in {@code slot}, if anything; says why it cannot. */
  synchronized Optional<String> load(Optional<Slot> slot) {
    if (slot.isEmpty() || loaded.containsKey(slot.get())) {
      return Optional.empty();
    }
    return switch (loader.load(slot.get())) {
      case Loader.Result.Unusable(String why) -> Optional.of(why);
      case Loader.Result.Ready(Running running) -> {
        loaded.put(slot.get(), running);
        yield Optional.empty();
      }
    };
  }

  /** Lets {@code slot} serve, if it does not already; says why it cannot. */
  synchronized Optional<String> serve(Optional<Slot> slot) {
    Optional<String> problem = load(slot);
    if (problem.isEmpty()) {
      find(slot)
          .filter(running -> traffic.active().filter(now -> now == running).isEmpty())
          .ifPresent(running -> activate(slot.orElseThrow(), running));
    }
    return problem;
  }

  /** What was measured of it before counts from now on, in place of the figures of another. */
  private void activate(Slot slot, Running running) {
    traffic.activate(running);
    figures
        .known(slot)
        .ifPresent(
            profile -> traffic.turns().assume(profile.costMicros(), profile.longestNodeMicros()));
  }

  /** Retires all but these. */
  @SafeVarargs
  final synchronized void keep(Optional<Slot>... slots) {
    Set<Slot> kept = Arrays.stream(slots).flatMap(Optional::stream).collect(Collectors.toSet());
    for (Slot slot : List.copyOf(loaded.keySet())) {
      if (!kept.contains(slot)) {
        retired.add(loaded.remove(slot));
      }
    }
  }

  /**
   * Closes what was retired and runs no request any more. Call when no validation is under way: it
   * may run a model that an order has just retired.
   */
  synchronized void closeRetired() {
    retired.removeIf(running -> {
      boolean idle =
          traffic.inFlight(running) == 0
              && traffic.active().filter(now -> now == running).isEmpty();
      if (idle) {
        running.model().close();
      }
      return idle;
    });
  }

  /** Closes the model of a step that is thrown away. */
  synchronized void discard(Step step) {
    if (step instanceof Step.Happened happened) {
      happened
          .loaded()
          .filter(running -> !loaded.containsValue(running))
          .ifPresent(running -> running.model().close());
    }
  }

  synchronized void close() {
    loaded.values().forEach(running -> running.model().close());
    retired.forEach(running -> running.model().close());
    loaded.clear();
    retired.clear();
  }
}
