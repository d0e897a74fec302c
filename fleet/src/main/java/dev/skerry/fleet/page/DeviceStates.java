package dev.skerry.fleet.page;

import dev.skerry.fleet.device.DeviceEntry;
import dev.skerry.fleet.rollout.Membership;
import dev.skerry.fleet.rollout.Progress;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.RefusalRecord;
import dev.skerry.wire.SlotRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How a device is, in a word and a reason, from its row alone. */
final class DeviceStates {
  private DeviceStates() {}

  /**
   * How a device is.
   *
   * @param why empty when the badge says it all
   */
  record Shown(Badge badge, String why) {}

  static Shown of(DeviceEntry device, Instant now, Duration silence) {
    if (device.revokedAt().isPresent()) {
      return new Shown(new Badge("revoked", Tone.QUIET), "the fleet answers it nothing");
    }
    Optional<Instant> seen = device.lastSeen();
    if (seen.isEmpty()) {
      return new Shown(new Badge("never seen", Tone.QUIET), "enrolled, and has not polled yet");
    }
    if (seen.get().isBefore(now.minus(silence))) {
      return new Shown(new Badge("silent", Tone.QUIET), "");
    }
    return reporting(device);
  }

  private static Shown reporting(DeviceEntry device) {
    List<ModelStatus> models = device.view().models();
    Optional<Membership> newest = newest(device);
    if (newest.isPresent()) {
      Progress progress = newest.get().progress();
      if (progress == Progress.FAILED || progress == Progress.STRANDED) {
        return new Shown(new Badge("stopped", Tone.BAD), refusal(models));
      }
      if (progress == Progress.ASSIGNED) {
        return new Shown(new Badge("on its way", Tone.BUSY), doing(models));
      }
    }
    return models.isEmpty()
        ? new Shown(new Badge("no model", Tone.QUIET), "no rollout has reached it")
        : new Shown(new Badge("as desired", Tone.GOOD), "");
  }

  private static Optional<Membership> newest(DeviceEntry device) {
    List<Membership> memberships = Membership.read(device.view().assignment());
    return memberships.isEmpty() ? Optional.empty() : Optional.of(memberships.getLast());
  }

  private static String refusal(List<ModelStatus> models) {
    return models.stream()
        .flatMap(model -> model.refused().stream())
        .reduce((_, last) -> last)
        .map(DeviceStates::words)
        .orElse("it cannot run what it should");
  }

  /** Why a release was refused. */
  static String words(RefusalRecord refusal) {
    return "refuses release %d of %s: %s, %s"
        .formatted(refusal.counter(), refusal.model(), refusal.reason(), refusal.evidence());
  }

  private static String doing(List<ModelStatus> models) {
    return models.stream()
        .filter(model -> slot(model, "candidate").isPresent() || !model.state().equals("idle"))
        .map(ModelStatus::doing)
        .findFirst()
        .orElse("");
  }

  static Optional<SlotRecord> slot(ModelStatus model, String place) {
    return model.slots().stream().filter(slot -> slot.place().equals(place)).findFirst();
  }
}
