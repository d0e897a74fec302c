package dev.skerry.wire;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a device is with its fleet, as the device sees it.
 *
 * @param device its name in the fleet
 * @param expires when its certificate does
 * @param contact when the fleet last answered, since the agent began
 * @param problem why the last attempt failed; empty when it did not
 * @param desired what the fleet wants, as far as the device was told
 */
public record FleetStatus(
    String url,
    String device,
    Instant expires,
    Optional<Instant> contact,
    String problem,
    List<DesiredModel> desired) {
  public FleetStatus {
    desired = List.copyOf(desired);
  }

  public Json.Obj toJson() {
    Json.ObjectBuilder json =
        Json.object().put("url", url).put("device", device).put("expires", expires.toString());
    contact.ifPresent(time -> json.put("contact", time.toString()));
    return json.put("problem", problem)
        .put("desired", desired.stream().map(DesiredModel::toJson).toList())
        .build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static FleetStatus of(JsonObject json) {
    return new FleetStatus(
        json.text("url"),
        json.text("device"),
        EventRecord.instant(json, "expires"),
        json.has("contact") ? Optional.of(EventRecord.instant(json, "contact")) : Optional.empty(),
        json.text("problem"),
        json.objects("desired").stream().map(DesiredModel::of).toList());
  }
}
