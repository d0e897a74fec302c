package dev.skerry.agent.backend;

import dev.skerry.agent.slot.Slot;
import dev.skerry.agent.validate.ProbeFigures;
import dev.skerry.wire.ModelStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * What runs of the releases in a model's slots take, from disk while it still holds.
 *
 * @param conditions as in {@link Backends}
 */
public record Figures(Measurements measurements, String conditions) {
  private RunProfile.Key key(Slot slot) {
    return new RunProfile.Key(slot.file(), slot.backend(), conditions);
  }

  /** What was measured of {@code slot} on this machine. */
  public Optional<RunProfile> known(Slot slot) {
    return measurements.profile(key(slot));
  }

  /**
   * What runs of {@code slot} take by the newest probe.
   *
   * @param longestNode looked for once and for all, since that takes a session of its own
   */
  public RunProfile profile(
      Slot slot, ProbeFigures.Times probed, Supplier<OptionalDouble> longestNode) {
    OptionalDouble longest = known(slot).map(RunProfile::longestNodeMicros).orElseGet(longestNode);
    return new RunProfile(key(slot), probed.p50Micros(), probed.p99Micros(), longest);
  }

  /** What the release in {@code slot} runs on, and why not on something else. */
  public ModelStatus.Backend backend(Slot slot) {
    List<ModelStatus.Considered> considered =
        measurements
            .contest(slot.receipt())
            .map(
                contest -> contest.trials().stream().map(trial -> considered(trial, slot)).toList())
            .orElse(List.of());
    return new ModelStatus.Backend(slot.backend(), considered);
  }

  private static ModelStatus.Considered considered(Trial trial, Slot slot) {
    boolean isChosen = trial.backend().equals(slot.backend());
    String slower = trial.p50Micros().isPresent() && !isChosen ? "slower" : trial.refusal();
    return new ModelStatus.Considered(
        trial.backend(), trial.variant().map(Trial.Rung::name), trial.p50Micros(), slower);
  }

  /** Keeps {@code measured}; it is durable when this returns. */
  public void keep(RunProfile measured) {
    measurements.keep(measured);
  }
}
