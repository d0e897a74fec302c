package dev.skerry.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TransitionsTest {
  private static final Set<Event> OF_PEOPLE =
      EnumSet.of(Event.APPROVED, Event.PAUSED, Event.RESUMED, Event.ORDERED_BACK, Event.CANCELLED);

  @Test
  void everyState_isReachedFromTheFirst() {
    Set<State> reached = EnumSet.of(State.WAITING);
    Deque<State> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      State from = open.pop();
      for (Event event : Event.values()) {
        Transitions.next(from, event).filter(reached::add).ifPresent(open::push);
      }
    }

    assertThat(reached).containsExactlyInAnyOrder(State.values());
  }

  @Test
  void everyState_butTheLast_canBeLeft_andPeopleCanAlwaysStopWhatMoves() {
    for (State state : State.values()) {
      boolean left = Transitions.rows().stream().anyMatch(row -> row.from() == state);

      assertThat(left).as("%s can be left", state).isEqualTo(state != State.CANCELLED);
      if (state.isInProgress()) {
        assertThat(Transitions.next(state, Event.CANCELLED)).contains(State.CANCELLED);
        assertThat(Transitions.next(state, Event.ORDERED_BACK)).contains(State.ROLLING_BACK);
        assertThat(Transitions.next(state, Event.FELL)).contains(State.ROLLING_BACK);
      }
    }
  }

  @Test
  void aRolledBackRollout_neverGoesForwardAgain() {
    for (State state : EnumSet.of(State.ROLLING_BACK, State.ROLLED_BACK, State.CANCELLED)) {
      for (Event event : Event.values()) {
        assertThat(Transitions.next(state, event))
            .as("%s in %s", event, state)
            .isNotEqualTo(java.util.Optional.of(State.RUNNING))
            .isNotEqualTo(java.util.Optional.of(State.WAITING))
            .isNotEqualTo(java.util.Optional.of(State.DONE));
      }
    }
  }

  @Test
  void heldAndPaused_goOnOnlyByAPerson() {
    for (State state : EnumSet.of(State.HELD, State.PAUSED)) {
      Transitions.rows().stream()
          .filter(row -> row.from() == state)
          .filter(row -> row.to() == State.RUNNING || row.to() == State.WAITING)
          .forEach(row -> assertThat(OF_PEOPLE).contains(row.event()));
    }
  }
}
