package dev.skerry.fleet.device;

import dev.skerry.wire.DesiredModel;
import java.util.List;

/**
 * Which releases devices should run, as rollouts decide. Asked at every poll, by many threads: what
 * it costs is what a poll costs.
 */
public interface Assignments {
  /** Name of the number in {@code store.Versions} that grows when any answer may have changed. */
  String VERSION = "assignments";

  /** What {@code device} should run; models that no rollout is about are left out. */
  List<DesiredModel> desired(DeviceView device);

  /** A fleet without rollouts. */
  static Assignments none() {
    return _ -> List.of();
  }
}
