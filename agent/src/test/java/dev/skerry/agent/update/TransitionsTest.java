package dev.skerry.agent.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransitionsTest {
  @ParameterizedTest
  @EnumSource
  void everyState_knowsWhatARestartMeans(State state) {
    assertThat(Transitions.next(state, Event.RESTARTED)).isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void everyState_knowsWhatALostFileMeans(State state) {
    assertThat(Transitions.next(state, Event.LOST)).isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void everyState_comesBackToIdle(State state) {
    Set<State> reached = new HashSet<>(Set.of(state));
    for (int i = 0; i < State.values().length; i++) {
      Transitions.rows().stream()
          .filter(row -> reached.contains(row.from()))
          .forEach(row -> reached.add(row.to()));
    }

    assertThat(reached).contains(State.IDLE);
  }

  @Test
  void candidate_canBeWithdrawnUntilItServes() {
    assertThat(
            Transitions.rows().stream()
                .filter(row -> row.event() == Event.WITHDRAWN)
                .map(Transitions.Row::from))
        .containsExactlyInAnyOrder(
            State.DOWNLOADING, State.VERIFYING, State.VALIDATING, State.SHADOW);
  }

  @Test
  void everyEvent_happensSomewhere() {
    EnumSet<Event> unused = EnumSet.allOf(Event.class);
    Transitions.rows().forEach(row -> unused.remove(row.event()));

    assertThat(unused).isEmpty();
  }

  @Test
  void nothingServes_withoutProbation() {
    assertThat(
            Transitions.rows().stream()
                .filter(row -> row.to() == State.COMMITTED && row.from() != State.COMMITTED)
                .map(Transitions.Row::from))
        .containsOnly(State.PROBATION);
    assertThat(
            Transitions.rows().stream()
                .filter(row -> row.to() == State.PROBATION && row.from() != State.PROBATION)
                .map(Transitions.Row::from))
        .containsOnly(State.VALIDATING, State.SHADOW);
  }

  @Test
  void everyUpdatingState_canBeGivenUp() {
    assertThat(
            Arrays.stream(State.values())
                .filter(state -> state != State.IDLE && state.compareTo(State.PROBATION) < 0))
        .allMatch(state ->
            Transitions.next(state, Event.WORN_OUT).equals(java.util.Optional.of(State.REFUSED)));
  }
}
