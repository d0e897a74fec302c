package dev.skerry.cli.release;

import dev.skerry.bundle.release.Ladder;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.optimize.target.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Targets by name: the built-in ones, and those whose files were given. */
final class Targets {
  private final Map<String, Target> given = new LinkedHashMap<>();

  /**
   * @param namesOrFiles names of built-in targets and paths of target files
   */
  Targets(List<String> namesOrFiles) {
    for (String one : namesOrFiles) {
      Target target = Target.of(one);
      given.put(target.name(), target);
    }
  }

  /**
   * The target of this name.
   *
   * @throws SkerryException USAGE if there is none
   */
  Target named(String name) {
    Target known = given.get(name);
    if (known != null) {
      return known;
    }
    if (Target.BUILT_IN.contains(name)) {
      return Target.of(name);
    }
    throw new SkerryException(
        ErrorCode.USAGE,
        "what a device of the target '%s' is like is not known; give its file with --target PATH.toml"
            .formatted(name));
  }

  /** What a device must be like to be of the class of {@code target}. */
  static Ladder.Needs needs(Target target) {
    return new Ladder.Needs(
        target.architecture(),
        target.needs(),
        target.needsOneOf(),
        target.lacks(),
        target.providers());
  }
}
