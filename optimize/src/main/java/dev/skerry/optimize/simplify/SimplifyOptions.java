package dev.skerry.optimize.simplify;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a model is simplified.
 *
 * @param dimensions sizes to which named free axes of the inputs are fixed, such as {@code N} to 1
 * @param beforeQuantizing whether operators are also turned into ones that have integer kernels
 * @param skipped names of rules that are left out
 * @param maxFirings rewrites after which to stop; halving it finds the one that does harm
 * @param maxRounds times the list of rules is gone through at most
 * @param timeLimit after which no further rule is begun
 * @param dumpFolder where the graph is written as text after each rule that fired, or null
 * @param clock tells how long each rule takes
 */
public record SimplifyOptions(
    Map<String, Long> dimensions,
    boolean beforeQuantizing,
    Set<String> skipped,
    int maxFirings,
    int maxRounds,
    Duration timeLimit,
    @Nullable Path dumpFolder,
    InstantSource clock) {

  public SimplifyOptions {
    dimensions = Map.copyOf(dimensions);
    skipped = Set.copyOf(skipped);
    requireKnown(skipped);
  }

  /** All standard rules, sizes left free, at most 50 rounds and 60 seconds. */
  public static SimplifyOptions standard() {
    return new SimplifyOptions(
        Map.of(),
        false,
        Set.of(),
        Integer.MAX_VALUE,
        50,
        Duration.ofSeconds(60),
        null,
        InstantSource.system());
  }

  public SimplifyOptions withDimensions(Map<String, Long> changed) {
    return new SimplifyOptions(
        changed, beforeQuantizing, skipped, maxFirings, maxRounds, timeLimit, dumpFolder, clock);
  }

  public SimplifyOptions withBeforeQuantizing(boolean changed) {
    return new SimplifyOptions(
        dimensions, changed, skipped, maxFirings, maxRounds, timeLimit, dumpFolder, clock);
  }

  public SimplifyOptions withSkipped(Set<String> changed) {
    return new SimplifyOptions(
        dimensions, beforeQuantizing, changed, maxFirings, maxRounds, timeLimit, dumpFolder, clock);
  }

  public SimplifyOptions withMaxFirings(int changed) {
    return new SimplifyOptions(
        dimensions, beforeQuantizing, skipped, changed, maxRounds, timeLimit, dumpFolder, clock);
  }

  public SimplifyOptions withMaxRounds(int changed) {
    return new SimplifyOptions(
        dimensions, beforeQuantizing, skipped, maxFirings, changed, timeLimit, dumpFolder, clock);
  }

  public SimplifyOptions withTimeLimit(Duration changed) {
    return new SimplifyOptions(
        dimensions, beforeQuantizing, skipped, maxFirings, maxRounds, changed, dumpFolder, clock);
  }

  public SimplifyOptions withDumpFolder(Path changed) {
    return new SimplifyOptions(
        dimensions, beforeQuantizing, skipped, maxFirings, maxRounds, timeLimit, changed, clock);
  }

  public SimplifyOptions withClock(InstantSource changed) {
    return new SimplifyOptions(
        dimensions,
        beforeQuantizing,
        skipped,
        maxFirings,
        maxRounds,
        timeLimit,
        dumpFolder,
        changed);
  }

  private static void requireKnown(Set<String> skipped) {
    List<String> known = Rules.beforeQuantizing().stream().map(Step::name).toList();
    for (String name : skipped) {
      if (!known.contains(name)) {
        throw new SkerryException(
            ErrorCode.USAGE,
            "there is no rule '%s' to skip; the rules are %s".formatted(name, known));
      }
    }
  }
}
