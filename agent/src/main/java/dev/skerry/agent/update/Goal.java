package dev.skerry.agent.update;

/** Which release of a model a device should run. */
public sealed interface Goal {
  /** The newest that signed metadata names. */
  record Newest() implements Goal {}

  /**
   * The one that serves.
   *
   * @param why for people
   */
  record Keep(String why) implements Goal {}

  /**
   * One release, as far as signed metadata names it.
   *
   * @param why for people
   */
  record Exactly(long counter, String why) implements Goal {}
}
