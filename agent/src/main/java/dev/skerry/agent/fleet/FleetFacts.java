package dev.skerry.agent.fleet;

import dev.skerry.bundle.release.DeviceFacts;
import dev.skerry.wire.Facts;
import java.util.Optional;

/** What a device tells its fleet of itself. */
final class FleetFacts {
  private FleetFacts() {}

  /**
   * @param target class of devices; the architecture when it is not said
   * @param version of Skerry
   */
  static Facts of(DeviceFacts facts, Optional<String> target, String version) {
    return new Facts(
        target.orElse(facts.architecture()),
        version,
        facts.engine(),
        facts.architecture(),
        facts.features().stream().sorted().toList(),
        facts.providers(),
        facts.memoryBytes(),
        facts.cores());
  }
}
