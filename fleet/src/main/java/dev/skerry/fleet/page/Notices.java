package dev.skerry.fleet.page;

import java.util.Map;
import java.util.Optional;

/** What pages say after an action; addresses name the notice, so that nobody can make them lie. */
final class Notices {
  private static final Map<String, Frame.Notice> ALL =
      Map.of(
          "labelled",
              new Frame.Notice(
                  Tone.GOOD,
                  "The label is set. Rollouts that select it take the device at its next poll."),
          "unlabelled", new Frame.Notice(Tone.GOOD, "The label is removed."),
          "started", new Frame.Notice(Tone.GOOD, "The rollout began. Devices join as they poll."),
          "pause",
              new Frame.Notice(
                  Tone.FAIR, "Paused: no further device gets the release until somebody resumes."),
          "resume", new Frame.Notice(Tone.GOOD, "Resumed: devices join again as they poll."),
          "approve", new Frame.Notice(Tone.GOOD, "Approved: the next wave begins."),
          "roll-back", new Frame.Notice(Tone.FAIR, "Rolling back: devices return as they poll."));

  private Notices() {}

  static Optional<Frame.Notice> named(String name) {
    return Optional.ofNullable(ALL.get(name));
  }
}
