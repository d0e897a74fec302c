package dev.skerry.agent.backend;

import dev.skerry.bundle.release.Choice;
import dev.skerry.bundle.release.Ladder;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The backends that a device considers for its models: names of execution providers.
 *
 * @param names in the order in which they are tried; at least one
 * @param conditions machine, threads, and the engine with its version and its providers' settings:
 *     what was measured holds while these are the same
 * @param choice which variant a device with this backend alone would take
 * @param absence why a backend cannot be had on this device; empty if it can
 */
public record Backends(
    List<String> names,
    String conditions,
    BiFunction<List<Ladder>, String, Choice> choice,
    Function<String, Optional<String>> absence) {
  /** The processor itself. */
  public static final String PROCESSOR = Ladder.CPU;

  public Backends {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a device needs a backend");
    }
    names = List.copyOf(names);
  }

  /** A device that considers its processor alone. */
  public static Backends processor(String conditions, Function<List<Ladder>, Choice> choice) {
    return new Backends(
        List.of(PROCESSOR),
        conditions,
        (ladders, _) -> choice.apply(ladders),
        _ -> Optional.empty());
  }

  /** Whether there is nothing to choose. */
  public boolean isSingle() {
    return names.size() == 1;
  }
}
