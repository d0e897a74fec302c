package dev.skerry.fleet;

import dev.skerry.fleet.access.Audit;
import dev.skerry.fleet.device.DeviceView;
import dev.skerry.fleet.rollout.Assigner;
import dev.skerry.fleet.rollout.Decider;
import dev.skerry.fleet.rollout.DeviceAttributes;
import dev.skerry.fleet.rollout.Releases;
import dev.skerry.fleet.rollout.Reports;
import dev.skerry.fleet.rollout.Rollouts;
import dev.skerry.fleet.selector.Selector;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.Versions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Predicate;

/** What a fleet has for rollouts. */
record RolloutParts(
    Assigner assigner, Reports reports, Rollouts rollouts, Decider decider, Releases releases) {
  /** Between two looks at the rollouts; each costs a few small reads. */
  private static final Duration LOOK = Duration.ofMillis(500);

  static RolloutParts start(
      Database database,
      Versions versions,
      Audit audit,
      Releases releases,
      InstantSource time,
      Duration poll) {
    Decider decider = new Decider(database, versions, time, poll);
    decider.start(LOOK);
    return new RolloutParts(
        new Assigner(database, versions, releases, time),
        new Reports(database, versions, releases, time),
        new Rollouts(database, versions, audit::record, releases, time),
        decider,
        releases);
  }

  /** Devices that a selector means; all of them when it is empty. */
  Predicate<DeviceView> meant(String text) {
    if (text.isBlank()) {
      return _ -> true;
    }
    Selector selector = rollouts.selector(text);
    return device -> selector.matches(DeviceAttributes.of(device, releases));
  }
}
