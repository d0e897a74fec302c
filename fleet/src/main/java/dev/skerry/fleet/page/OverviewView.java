package dev.skerry.fleet.page;

import java.util.List;

/**
 * The fleet at a glance.
 *
 * @param attention what waits for a person, most urgent first
 * @param health all devices by how they are
 * @param field which versions run, model by model
 * @param rollouts that are not over
 * @param recent what happened last, newest first
 * @param start what to do first, while the fleet is empty
 */
record OverviewView(
    List<Attention> attention,
    Health health,
    List<Field> field,
    List<RolloutRow> rollouts,
    List<Happening> recent,
    List<Step> start) {

  /** Something that waits for a person: what, why, and where to deal with it. */
  record Attention(Tone tone, String title, String why, String path, String action) {}

  /**
   * All devices by how they are; each is counted once.
   *
   * @param settled run what they should, and report
   * @param moving on their way to what they should run
   * @param stopped do not run what they should, and are not on their way
   * @param silent have not reported for long
   */
  record Health(long settled, long moving, long stopped, long silent) {
    long all() {
      return settled + moving + stopped + silent;
    }

    Strip strip() {
      return new Strip(
          "All devices",
          List.of(
              new Strip.Part("as desired", settled, "good"),
              new Strip.Part("on their way", moving, "busy"),
              new Strip.Part("stopped", stopped, "bad"),
              new Strip.Part("silent", silent, "quiet")));
    }
  }

  /** The versions of one model in the field, newest first. */
  record Field(String model, Strip versions) {}

  /** Something that happened: who did what, or what a device reported. */
  record Happening(When when, String text, String path) {}

  /** A step of setting up a fleet. */
  record Step(String title, String text, String command) {}
}
