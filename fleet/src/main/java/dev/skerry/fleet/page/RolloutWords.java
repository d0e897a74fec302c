package dev.skerry.fleet.page;

import dev.skerry.fleet.rollout.Event;
import dev.skerry.fleet.rollout.Progress;
import dev.skerry.fleet.rollout.State;

/** States and decisions of rollouts in words and colours. */
final class RolloutWords {
  private RolloutWords() {}

  static Badge state(State state) {
    return new Badge(
        state.text().replace('-', ' '),
        switch (state) {
          case WAITING, PAUSED, ROLLING_BACK -> Tone.FAIR;
          case RUNNING -> Tone.BUSY;
          case HELD, ROLLED_BACK -> Tone.BAD;
          case DONE -> Tone.GOOD;
          case CANCELLED -> Tone.QUIET;
        });
  }

  /**
   * How wave {@code wave} is.
   *
   * @param current wave of the rollout, from 0
   */
  static Badge wave(State state, int current, int wave) {
    if (state == State.DONE || wave < current) {
      return new Badge("passed", Tone.GOOD);
    }
    if (wave > current) {
      return new Badge("not begun", Tone.QUIET);
    }
    return switch (state) {
      case WAITING -> new Badge("waiting", Tone.FAIR);
      case RUNNING -> new Badge("running", Tone.BUSY);
      case HELD -> new Badge("held", Tone.BAD);
      case PAUSED -> new Badge("paused", Tone.FAIR);
      case ROLLING_BACK -> new Badge("going back", Tone.BAD);
      case ROLLED_BACK -> new Badge("went back", Tone.BAD);
      case CANCELLED -> new Badge("ended", Tone.QUIET);
      case DONE -> new Badge("passed", Tone.GOOD);
    };
  }

  static Badge progress(Progress progress) {
    return switch (progress) {
      case ASSIGNED -> new Badge("on its way", Tone.BUSY);
      case ACTIVE -> new Badge("runs it", Tone.GOOD);
      case FAILED -> new Badge("will not run it", Tone.BAD);
      case BACK -> new Badge("went back", Tone.FAIR);
      case STRANDED -> new Badge("cannot go back", Tone.BAD);
    };
  }

  static Badge decision(Event event) {
    return switch (event) {
      case BEGUN -> new Badge("begin", Tone.BUSY);
      case BLOCKED -> new Badge("wait", Tone.FAIR);
      case ADVANCED -> new Badge("advance", Tone.GOOD);
      case FINISHED -> new Badge("done", Tone.GOOD);
      case STOPPED -> new Badge("hold", Tone.BAD);
      case FELL -> new Badge("roll back", Tone.BAD);
      case ORDERED_BACK -> new Badge("roll back", Tone.FAIR);
      case APPROVED -> new Badge("approve", Tone.GOOD);
      case PAUSED -> new Badge("pause", Tone.FAIR);
      case RESUMED -> new Badge("resume", Tone.BUSY);
      case RETURNED -> new Badge("went back", Tone.QUIET);
      case CANCELLED -> new Badge("end", Tone.QUIET);
    };
  }
}
