package dev.skerry.wire;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * How a device is.
 *
 * @param version of Skerry
 * @param engine name and version
 * @param repository that it follows
 * @param fleet that it belongs to, if any
 */
public record AgentStatus(
    String version,
    String engine,
    String repository,
    Optional<FleetStatus> fleet,
    List<ModelStatus> models) {
  public AgentStatus {
    models = List.copyOf(models);
  }

  public Json.Obj toJson() {
    Json.ObjectBuilder json =
        Json.object().put("version", version).put("engine", engine).put("repository", repository);
    fleet.ifPresent(known -> json.put("fleet", known.toJson()));
    return json.put("models", models.stream().map(ModelStatus::toJson).toList()).build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static AgentStatus of(JsonObject json) {
    return new AgentStatus(
        json.text("version"),
        json.text("engine"),
        json.text("repository"),
        json.has("fleet") ? Optional.of(FleetStatus.of(json.object("fleet"))) : Optional.empty(),
        json.objects("models").stream().map(ModelStatus::of).toList());
  }
}
