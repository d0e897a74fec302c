package dev.skerry.fleet.rollout;

import dev.skerry.fleet.device.DeviceView;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.RefusalRecord;
import dev.skerry.wire.SlotRecord;
import java.util.List;
import java.util.Optional;

/**
 * What a device has of one model, as it said last.
 *
 * @param known whether the device said that it has the model, or that it has none at all
 * @param active counter of the release that serves, 0 for none
 * @param candidate counter of the release on its way, 0 for none
 * @param fallback counter of the release that it can go back to, 0 for none
 * @param watched whether the active release is still in its probation
 */
public record Running(
    boolean known,
    long active,
    long candidate,
    long fallback,
    boolean watched,
    List<RefusalRecord> refused) {
  /** A device without the model. */
  public static final Running NOTHING = new Running(false, 0, 0, 0, false, List.of());

  private static final Running EMPTY = new Running(true, 0, 0, 0, false, List.of());

  public Running {
    refused = List.copyOf(refused);
  }

  /** As the device said last. One that said that it has no model at all takes what it is told. */
  static Running of(String model, DeviceView device) {
    List<ModelStatus> reported = device.models();
    return device.hasReported() && reported.isEmpty() ? EMPTY : of(model, reported);
  }

  static Running of(String model, List<ModelStatus> reported) {
    return reported.stream()
        .filter(status -> status.model().equals(model))
        .findFirst()
        .map(Running::of)
        .orElse(NOTHING);
  }

  private static Running of(ModelStatus status) {
    return new Running(
        true,
        counter(status, "active"),
        counter(status, "candidate"),
        counter(status, "fallback"),
        status.state().equals("probation"),
        status.refused());
  }

  private static long counter(ModelStatus status, String place) {
    return status.slots().stream()
        .filter(slot -> slot.place().equals(place))
        .mapToLong(SlotRecord::counter)
        .findFirst()
        .orElse(0);
  }

  /** The newest refusal of a release. */
  Optional<RefusalRecord> refusal(long counter) {
    return refused.reversed().stream().filter(refusal -> refusal.counter() == counter).findFirst();
  }
}
