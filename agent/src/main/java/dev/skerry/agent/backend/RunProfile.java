package dev.skerry.agent.backend;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What runs of one installed file take on this device; microseconds.
 *
 * @param p50Micros median
 * @param costMicros that nearly all runs stay below
 * @param longestNodeMicros how long stopping a run may take; empty where it cannot be told
 */
public record RunProfile(
    Key key, double p50Micros, double costMicros, OptionalDouble longestNodeMicros) {

  /**
   * What a profile depends on: it is measured anew when any of this has changed.
   *
   * @param conditions as in {@link Backends}
   */
  public record Key(Digest file, String backend, String conditions) {}

  Json.Obj toJson() {
    Json.ObjectBuilder json =
        Json.object()
            .put("file", key.file().hex())
            .put("backend", key.backend())
            .put("conditions", key.conditions())
            .put("p50-micros", p50Micros)
            .put("cost-micros", costMicros);
    longestNodeMicros.ifPresent(micros -> json.put("longest-node-micros", micros));
    return json.build();
  }

  static RunProfile of(JsonObject json) {
    Optional<Double> longest = json.optionalNumber("longest-node-micros");
    return new RunProfile(
        new Key(new Digest(json.text("file")), json.text("backend"), json.text("conditions")),
        json.number("p50-micros"),
        json.number("cost-micros"),
        longest.map(OptionalDouble::of).orElse(OptionalDouble.empty()));
  }
}
