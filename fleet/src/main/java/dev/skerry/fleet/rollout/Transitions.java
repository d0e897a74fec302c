package dev.skerry.fleet.rollout;

import static dev.skerry.fleet.rollout.Event.*;
import static dev.skerry.fleet.rollout.State.*;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A rollout's life: which state follows which event. */
public final class Transitions {
  /** One row of the table. */
  public record Row(State from, Event event, State to) {}

  // spotless:off
  private static final List<Row> TABLE = List.of(
      new Row(WAITING,      BEGUN,           RUNNING),
      new Row(WAITING,      APPROVED,        WAITING),        // begins at the next look
      new Row(WAITING,      STOPPED,         HELD),           // gates are watched while it waits
      new Row(WAITING,      FELL,            ROLLING_BACK),
      new Row(WAITING,      Event.PAUSED,    State.PAUSED),
      new Row(WAITING,      ORDERED_BACK,    ROLLING_BACK),
      new Row(WAITING,      Event.CANCELLED, State.CANCELLED),

      new Row(RUNNING,      ADVANCED,        RUNNING),
      new Row(RUNNING,      BLOCKED,         WAITING),
      new Row(RUNNING,      APPROVED,        RUNNING),        // a later wave, ahead of time
      new Row(RUNNING,      FINISHED,        DONE),
      new Row(RUNNING,      STOPPED,         HELD),
      new Row(RUNNING,      FELL,            ROLLING_BACK),
      new Row(RUNNING,      Event.PAUSED,    State.PAUSED),
      new Row(RUNNING,      ORDERED_BACK,    ROLLING_BACK),
      new Row(RUNNING,      Event.CANCELLED, State.CANCELLED),

      new Row(HELD,         FELL,            ROLLING_BACK),   // another gate, that rolls back
      new Row(HELD,         RESUMED,         WAITING),
      new Row(HELD,         ORDERED_BACK,    ROLLING_BACK),
      new Row(HELD,         Event.CANCELLED, State.CANCELLED),

      new Row(State.PAUSED, APPROVED,        State.PAUSED),
      new Row(State.PAUSED, STOPPED,         HELD),
      new Row(State.PAUSED, FELL,            ROLLING_BACK),
      new Row(State.PAUSED, RESUMED,         WAITING),
      new Row(State.PAUSED, ORDERED_BACK,    ROLLING_BACK),
      new Row(State.PAUSED, Event.CANCELLED, State.CANCELLED),

      new Row(ROLLING_BACK, RETURNED,        ROLLED_BACK),

      new Row(ROLLED_BACK,  Event.CANCELLED, State.CANCELLED), // nobody is kept back any more

      new Row(DONE,         ORDERED_BACK,    ROLLING_BACK),
      new Row(DONE,         Event.CANCELLED, State.CANCELLED));
  // spotless:on

  private static final Map<State, Map<Event, State>> NEXT = index();

  private Transitions() {}

  private static Map<State, Map<Event, State>> index() {
    Map<State, Map<Event, State>> next = new EnumMap<>(State.class);
    for (Row row : TABLE) {
      Map<Event, State> ofState = next.computeIfAbsent(row.from(), _ -> new EnumMap<>(Event.class));
      if (ofState.put(row.event(), row.to()) != null) {
        throw new IllegalStateException("two rows for %s".formatted(row));
      }
    }
    return next;
  }

  public static List<Row> rows() {
    return TABLE;
  }

  /** Empty when {@code event} cannot happen in {@code from}. */
  public static Optional<State> next(State from, Event event) {
    return Optional.ofNullable(NEXT.getOrDefault(from, Map.of()).get(event));
  }
}
