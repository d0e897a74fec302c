package dev.skerry.fleet.rollout;

import dev.skerry.fleet.gate.Figures;
import java.time.Instant;

/**
 * A rollout as the database has it.
 *
 * @param id from 1
 * @param revision grows by one with each decision; who decides names the one that it saw
 * @param wave the current one, from 0
 * @param waveBegan when the current wave began; the epoch before
 * @param waveReady when enough devices had reported in it; the epoch before
 * @param why for people: why it is where it is
 * @param cause for people: why it was stopped or rolled back; empty before
 * @param needs for people: what a person has to do; empty when nothing
 * @param claimed devices that joined waves of a number of devices
 * @param forgiven figures that do not count any more, since a person resumed after they failed
 */
public record Rollout(
    long id,
    Plan plan,
    State state,
    long revision,
    int wave,
    Instant waveBegan,
    Instant waveReady,
    String why,
    String cause,
    String needs,
    long claimed,
    Figures forgiven,
    Instant createdAt,
    String createdBy) {
  static final Instant NEVER = Instant.EPOCH;

  public String model() {
    return plan.model();
  }

  public long counter() {
    return plan.counter();
  }

  Wave currentWave() {
    return plan.waves().get(wave);
  }

  boolean isLastWave() {
    return wave == plan.waves().size() - 1;
  }

  /** Such as {@code wave 1 of 4}. */
  public String waveWords() {
    return "wave %d of %d".formatted(wave + 1, plan.waves().size());
  }

  /** Whether devices may join now. */
  boolean admits(Instant now) {
    return (state == State.RUNNING || state == State.DONE) && plan.isOpen(now);
  }

  /** Whether its devices are to go back to what they ran before, or to stay there. */
  boolean goesBack() {
    return state == State.ROLLING_BACK || state == State.ROLLED_BACK;
  }

  /** Priority counts while a rollout is in progress; afterwards the newer one wins. */
  int rank() {
    return state.isInProgress() ? plan.priority() : 0;
  }

  Rollout in(State changed) {
    return copy(changed, wave, waveBegan, waveReady, why, cause, needs, forgiven);
  }

  Rollout at(int changed, Instant began, Instant ready) {
    return copy(state, changed, began, ready, why, cause, needs, forgiven);
  }

  Rollout saying(String changedWhy, String changedNeeds) {
    return copy(state, wave, waveBegan, waveReady, changedWhy, cause, changedNeeds, forgiven);
  }

  Rollout because(String changed) {
    return copy(state, wave, waveBegan, waveReady, why, changed, needs, forgiven);
  }

  Rollout forgiving(Figures changed) {
    return copy(state, wave, waveBegan, waveReady, why, cause, needs, changed);
  }

  private Rollout copy(
      State toState,
      int toWave,
      Instant began,
      Instant ready,
      String toWhy,
      String toCause,
      String toNeeds,
      Figures toForgiven) {
    return new Rollout(
        id,
        plan,
        toState,
        revision,
        toWave,
        began,
        ready,
        toWhy,
        toCause,
        toNeeds,
        claimed,
        toForgiven,
        createdAt,
        createdBy);
  }
}
