package dev.skerry.wire;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.util.List;

/**
 * How a device is.
 *
 * @param version of Skerry
 * @param engine name and version
 * @param repository that it follows
 */
public record AgentStatus(
    String version, String engine, String repository, List<ModelStatus> models) {
  public AgentStatus {
    models = List.copyOf(models);
  }

  public Json.Obj toJson() {
    return Json.object()
        .put("version", version)
        .put("engine", engine)
        .put("repository", repository)
        .put("models", models.stream().map(ModelStatus::toJson).toList())
        .build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static AgentStatus of(JsonObject json) {
    return new AgentStatus(
        json.text("version"),
        json.text("engine"),
        json.text("repository"),
        json.objects("models").stream().map(ModelStatus::of).toList());
  }
}
