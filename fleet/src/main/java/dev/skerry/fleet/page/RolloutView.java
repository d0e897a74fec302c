package dev.skerry.fleet.page;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One rollout.
 *
 * @param title model and version
 * @param why it is in its state, in words
 * @param cohort devices that joined, by how they are
 * @param decisions newest first
 * @param actions that are possible in its state
 */
record RolloutView(
    long id,
    String title,
    String model,
    long counter,
    Badge state,
    String why,
    List<Wave> waves,
    Strip cohort,
    List<Gate> gates,
    List<Decision> decisions,
    List<DeviceView.Fact> plan,
    Set<Action> actions) {

  String path() {
    return "/rollouts/" + id;
  }

  /** What a person may do to a rollout. */
  enum Action {
    APPROVE("approve", "Approve", false),
    RESUME("resume", "Resume", false),
    PAUSE("pause", "Pause", false),
    ROLL_BACK("roll-back", "Roll back…", true);

    /** Last part of the address. */
    final String name;

    final String word;

    /** Whether a page asks before it is done. */
    final boolean asks;

    Action(String name, String word, boolean asks) {
      this.name = name;
      this.word = word;
      this.asks = asks;
    }

    /** The action with that last part of the address. */
    static Optional<Action> named(String name) {
      return java.util.Arrays.stream(values()).filter(action -> action.name.equals(name)).findAny();
    }
  }

  /**
   * One wave.
   *
   * @param number from 1 on
   * @param size as it was given, such as {@code 5 %}
   * @param detail what it waits for or how it ended
   */
  record Wave(int number, String size, Badge state, List<String> counts, String detail) {}

  /**
   * A gate and what was measured for it.
   *
   * @param expression as it was given
   * @param name of the figure, for people
   * @param samples how many there are and how many are needed
   * @param words what follows from the figure
   */
  record Gate(
      String expression, String name, Badge verdict, Bullet bullet, String samples, String words) {}

  /** A decision that was stored with the numbers that made it. */
  record Decision(
      When at, String wave, Badge verdict, String words, List<DeviceView.Fact> figures) {}
}
