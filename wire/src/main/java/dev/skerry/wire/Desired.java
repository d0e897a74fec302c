package dev.skerry.wire;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.util.List;

/**
 * What a device should run: the answer to {@code GET /v1/device/desired}.
 *
 * @param etag changes when anything else here does; without quotation marks
 * @param models that the fleet has an opinion on
 * @param pollSeconds between two questions, at least 1
 */
public record Desired(String etag, List<DesiredModel> models, int pollSeconds) {
  private static final int MOST_MODELS = 1000;
  private static final int MOST_SECONDS = 7 * 24 * 3600;

  public Desired {
    models = List.copyOf(models);
  }

  public Json.Obj toJson() {
    return Json.object()
        .put("etag", etag)
        .put("models", models.stream().map(DesiredModel::toJson).toList())
        .put("poll-seconds", pollSeconds)
        .build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static Desired of(JsonObject json) {
    return new Desired(
        Limits.text(json, "etag"),
        Limits.most(json, "models", MOST_MODELS, json.objects("models")).stream()
            .map(DesiredModel::of)
            .toList(),
        pollSeconds(json));
  }

  static int pollSeconds(JsonObject json) {
    long found = json.integer("poll-seconds", 1);
    if (found > MOST_SECONDS) {
      throw new BundleException(
          "%s.poll-seconds is %d, at most %d was expected"
              .formatted(json.place(), found, MOST_SECONDS));
    }
    return (int) found;
  }
}
