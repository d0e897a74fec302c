package dev.skerry.fleet.rollout;

import java.util.OptionalLong;

/** The signed releases of a model, as far as rollouts ask. */
public interface Releases {
  /** Whether the repository has this release. */
  boolean has(String model, long counter);

  /** The version for people of a release; empty when the repository does not have it. */
  String version(String model, long counter);

  /** Counter of the newest release with just the files of this one, which may be itself. */
  OptionalLong newestLike(String model, long counter);
}
