package dev.skerry.agent.fleet;

import dev.skerry.bundle.release.DeviceFacts;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * An order to make this device part of a fleet.
 *
 * @param url of the fleet
 * @param token text of an enrolment token
 * @param config the {@code agent.toml} to write or to complete
 * @param target class of devices; the architecture when it is not said
 * @param labels that the device gives itself
 * @param replace whether a device that belongs to a fleet gets a new key and name
 * @param version of Skerry
 */
public record EnrolOrder(
    String url,
    String token,
    Path config,
    Optional<String> target,
    SequencedMap<String, String> labels,
    boolean replace,
    DeviceFacts facts,
    String version) {
  public EnrolOrder {
    labels = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(labels));
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "EnrolOrder[%s, %s]".formatted(url, config);
  }
}
