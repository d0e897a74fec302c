package dev.skerry.fleet.selector;

import dev.skerry.fleet.problem.FleetException;

/** What is wrong with a selector: the problem, the text, and a mark under the place. */
final class Complaint {
  private Complaint() {}

  /**
   * @param position index of the character that is wrong, from 0; the length of the text when it
   *     ends too early
   */
  static FleetException at(String text, int position, String problem) {
    String line = text.replaceAll("\\s", " ");
    return FleetException.badRequest(
        "selector: %s%n  %s%n  %s^ here, at character %d"
            .formatted(problem, line, " ".repeat(position), position + 1));
  }
}
