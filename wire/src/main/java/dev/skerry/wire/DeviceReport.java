package dev.skerry.wire;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * How a device is: {@code POST /v1/device/report}. Sending it twice changes nothing: counts are
 * cumulative and events numbered.
 *
 * @param facts when they have changed since they were last acknowledged
 * @param labels that the device gives itself
 * @param models that it runs, each once
 * @param events that were not acknowledged yet, oldest first
 * @param quality of the releases that it runs or ran since the last report
 */
public record DeviceReport(
    Optional<Facts> facts,
    SequencedMap<String, String> labels,
    List<ModelStatus> models,
    List<EventRecord> events,
    List<QualityRecord> quality) {
  /** Events of one report; the next ones come with the next report. */
  public static final int MOST_EVENTS = 500;

  /** Quality records of one report. */
  public static final int MOST_QUALITY = 200;

  private static final int MOST_MODELS = 100;

  public DeviceReport {
    labels = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(labels));
    models = List.copyOf(models);
    events = List.copyOf(events);
    quality = List.copyOf(quality);
  }

  public Json.Obj toJson() {
    Json.ObjectBuilder json = Json.object();
    facts.ifPresent(given -> json.put("facts", given.toJson()));
    return json.put("labels", Labels.toJson(labels))
        .put("models", models.stream().map(ModelStatus::toJson).toList())
        .put("events", events.stream().map(EventRecord::toJson).toList())
        .put("quality", quality.stream().map(QualityRecord::toJson).toList())
        .build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static DeviceReport of(JsonObject json) {
    return new DeviceReport(
        json.has("facts") ? Optional.of(Facts.of(json.object("facts"))) : Optional.empty(),
        Labels.of(json.object("labels")),
        Limits.most(json, "models", MOST_MODELS, json.objects("models")).stream()
            .map(ModelStatus::of)
            .toList(),
        Limits.most(json, "events", MOST_EVENTS, json.objects("events")).stream()
            .map(EventRecord::of)
            .toList(),
        Limits.most(json, "quality", MOST_QUALITY, json.objects("quality")).stream()
            .map(QualityRecord::of)
            .toList());
  }
}
