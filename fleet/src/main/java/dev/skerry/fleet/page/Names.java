package dev.skerry.fleet.page;

import dev.skerry.fleet.rollout.Releases;

/** What releases are called on pages. */
record Names(Releases releases) {
  /** Such as {@code 1.2.0}; {@code release 3} when the repository does not have it. */
  String version(String model, long counter) {
    String version = releases.version(model, counter);
    return version.isEmpty() ? "release " + counter : version;
  }

  /** Such as {@code 1.2.0 (release 3)}. */
  String release(String model, long counter) {
    String version = releases.version(model, counter);
    return version.isEmpty() ? "release " + counter : "%s (release %d)".formatted(version, counter);
  }

  /** Such as {@code resnet8 1.2.0}. */
  String title(String model, long counter) {
    return model + " " + version(model, counter);
  }
}
