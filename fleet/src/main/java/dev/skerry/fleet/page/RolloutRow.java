package dev.skerry.fleet.page;

import java.util.List;

/**
 * A rollout in a list.
 *
 * @param title model and version
 * @param why the rollout is in its state, in words
 * @param waves how each wave is
 * @param counts devices in short, such as {@code 7 of 12 serve it}
 */
record RolloutRow(
    long id,
    String title,
    String selector,
    Badge state,
    String why,
    List<Wave> waves,
    String counts,
    When begun) {
  String path() {
    return "/rollouts/" + id;
  }

  /** One wave of a track: its size as it was given, and how it is. */
  record Wave(String size, Tone tone, String word) {}
}
