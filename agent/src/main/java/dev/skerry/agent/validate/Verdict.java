package dev.skerry.agent.validate;

import dev.skerry.bundle.json.Json;

/** What a check says of a candidate, with the figures that it rests on. */
public sealed interface Verdict {
  /** Figures for the record: the same keys whatever the verdict. */
  Json.Obj evidence();

  /** The candidate passed. */
  record Accepted(Json.Obj evidence) implements Verdict {}

  /**
   * The candidate must not serve.
   *
   * @param reason for people: what was found, where, what was allowed
   */
  record Rejected(String reason, Json.Obj evidence) implements Verdict {}
}
