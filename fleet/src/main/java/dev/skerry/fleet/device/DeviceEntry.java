package dev.skerry.fleet.device;

import dev.skerry.bundle.json.Json;
import dev.skerry.wire.ModelStatus;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A device as people see it.
 *
 * @param ownLabels that it gives itself
 * @param setLabels that people set, who win
 * @param lastSeen at its last poll or report; known within a second or so
 * @param reportedAt empty before the first report
 * @param revokedAt empty while it is let in
 */
public record DeviceEntry(
    DeviceView view,
    SortedMap<String, String> ownLabels,
    SortedMap<String, String> setLabels,
    Instant enrolledAt,
    Optional<Instant> lastSeen,
    Optional<Instant> reportedAt,
    Optional<Instant> revokedAt) {
  public String id() {
    return view.id();
  }

  public Json.Obj toJson() {
    Json.ObjectBuilder json =
        Json.object()
            .put("id", id())
            .put("labels", LabelText.json(view.labels()))
            .put("own-labels", LabelText.json(ownLabels))
            .put("set-labels", LabelText.json(setLabels))
            .put("facts", view.facts().toJson())
            .put("models", view.models().stream().map(ModelStatus::toJson).toList())
            .put("enrolled-at", enrolledAt.toString());
    lastSeen.ifPresent(at -> json.put("last-seen", at.toString()));
    reportedAt.ifPresent(at -> json.put("reported-at", at.toString()));
    revokedAt.ifPresent(at -> json.put("revoked-at", at.toString()));
    return json.build();
  }
}
