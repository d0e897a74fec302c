package dev.skerry.fleet.rollout;

import dev.skerry.fleet.device.DeviceView;
import dev.skerry.fleet.selector.Attributes;
import dev.skerry.wire.Facts;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.SlotRecord;

/** A device's labels and facts under the names that selectors know. */
public final class DeviceAttributes {
  private DeviceAttributes() {}

  /**
   * @param releases know the version of what a device runs
   */
  public static Attributes of(DeviceView device, Releases releases) {
    Facts facts = device.facts();
    Attributes.Builder attributes =
        Attributes.builder()
            .labels(device.labels())
            .put("device", device.id())
            .put("target", facts.target())
            .put("agent", facts.agent())
            .put("engine", facts.engine())
            .put("architecture", facts.architecture())
            .put("features", facts.features())
            .put("providers", facts.providers())
            .put("memory", facts.memoryBytes())
            .put("cores", facts.cores());
    for (ModelStatus status : device.models()) {
      status.slots().stream()
          .filter(slot -> slot.place().equals("active"))
          .mapToLong(SlotRecord::counter)
          .findFirst()
          .ifPresent(counter -> {
            attributes.put(Attributes.RELEASE_PREFIX + status.model(), counter);
            attributes.put(
                Attributes.MODEL_PREFIX + status.model(),
                releases.version(status.model(), counter));
          });
    }
    return attributes.build();
  }
}
