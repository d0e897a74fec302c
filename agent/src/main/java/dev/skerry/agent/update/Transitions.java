package dev.skerry.agent.update;

import static dev.skerry.agent.update.Event.*;
import static dev.skerry.agent.update.State.*;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The device's life: which state follows which event. */
public final class Transitions {
  /** One row of the table. */
  public record Row(State from, Event event, State to) {}

  // spotless:off
  private static final List<Row> TABLE = List.of(
      new Row(IDLE,        FOUND,        DOWNLOADING),
      new Row(IDLE,        UNFIT,        REFUSED),
      new Row(IDLE,        ORDERED_BACK, RETURNING),
      new Row(IDLE,        RECALLED,     RETURNING),
      new Row(IDLE,        LOST,         IDLE),
      new Row(IDLE,        RESTARTED,    IDLE),

      new Row(DOWNLOADING, FETCHED,      VERIFYING),
      new Row(DOWNLOADING, FORGOT,       IDLE),          // is found again, with a fresh manifest
      new Row(DOWNLOADING, FOUND,        DOWNLOADING),   // a newer one yet
      new Row(DOWNLOADING, FAILED,       REFUSED),       // its manifest cannot be used any more
      new Row(DOWNLOADING, ORDERED_BACK, RETURNING),
      new Row(DOWNLOADING, WITHDRAWN,    IDLE),
      new Row(DOWNLOADING, BANNED,       REFUSED),
      new Row(DOWNLOADING, WORN_OUT,     REFUSED),
      new Row(DOWNLOADING, LOST,         DOWNLOADING),
      new Row(DOWNLOADING, RESTARTED,    DOWNLOADING),   // goes on where it stopped

      new Row(VERIFYING,   ASSEMBLED,    VALIDATING),
      new Row(VERIFYING,   DAMAGED,      DOWNLOADING),
      new Row(VERIFYING,   FAILED,       REFUSED),       // damaged again
      new Row(VERIFYING,   ORDERED_BACK, RETURNING),
      new Row(VERIFYING,   WITHDRAWN,    IDLE),
      new Row(VERIFYING,   BANNED,       REFUSED),
      new Row(VERIFYING,   WORN_OUT,     REFUSED),
      new Row(VERIFYING,   LOST,         DOWNLOADING),   // blobs may have been in the lost file
      new Row(VERIFYING,   RESTARTED,    DOWNLOADING),   // finds again what is missing: nothing

      new Row(VALIDATING,  PASSED,       SHADOW),
      new Row(VALIDATING,  PASSED_ALONE, PROBATION),
      new Row(VALIDATING,  STEPPED_DOWN, DOWNLOADING),
      new Row(VALIDATING,  TRIED,        DOWNLOADING),   // another backend, maybe another variant
      new Row(VALIDATING,  DAMAGED,      DOWNLOADING),
      new Row(VALIDATING,  FAILED,       REFUSED),
      new Row(VALIDATING,  ORDERED_BACK, RETURNING),
      new Row(VALIDATING,  WITHDRAWN,    IDLE),
      new Row(VALIDATING,  BANNED,       REFUSED),
      new Row(VALIDATING,  WORN_OUT,     REFUSED),
      new Row(VALIDATING,  LOST,         VALIDATING),
      new Row(VALIDATING,  RESTARTED,    VALIDATING),

      new Row(SHADOW,      AGREED,       PROBATION),
      new Row(SHADOW,      DISAGREED,    REFUSED),
      new Row(SHADOW,      FOUND,        DOWNLOADING),
      new Row(SHADOW,      ORDERED_BACK, RETURNING),
      new Row(SHADOW,      WITHDRAWN,    IDLE),
      new Row(SHADOW,      BANNED,       REFUSED),
      new Row(SHADOW,      WORN_OUT,     REFUSED),
      new Row(SHADOW,      LOST,         VALIDATING),
      new Row(SHADOW,      RESTARTED,    VALIDATING),    // figures were in memory: begins again

      new Row(PROBATION,   HELD,         COMMITTED),
      new Row(PROBATION,   DISAPPOINTED, RETURNING),
      new Row(PROBATION,   KEPT,         COMMITTED),
      new Row(PROBATION,   ORDERED_BACK, RETURNING),
      new Row(PROBATION,   RECALLED,     RETURNING),
      new Row(PROBATION,   WORN_OUT,     RETURNING),
      new Row(PROBATION,   LOST,         RETURNING),
      new Row(PROBATION,   RESTARTED,    PROBATION),     // watched from the beginning

      new Row(COMMITTED,   DONE,         IDLE),
      new Row(COMMITTED,   ORDERED_BACK, RETURNING),
      new Row(COMMITTED,   LOST,         RETURNING),
      new Row(COMMITTED,   RESTARTED,    COMMITTED),

      new Row(RETURNING,   DONE,         IDLE),
      new Row(RETURNING,   LOST,         RETURNING),
      new Row(RETURNING,   RESTARTED,    RETURNING),

      new Row(REFUSED,     DONE,         IDLE),
      new Row(REFUSED,     ORDERED_BACK, RETURNING),
      new Row(REFUSED,     LOST,         REFUSED),
      new Row(REFUSED,     RESTARTED,    REFUSED));
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
