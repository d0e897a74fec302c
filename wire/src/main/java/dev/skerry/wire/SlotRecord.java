package dev.skerry.wire;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;

/**
 * One of a device's places for an installed release.
 *
 * @param place {@code active}, {@code candidate} or {@code fallback}
 * @param model that the release is of
 * @param counter of the release
 * @param variant that this device took
 * @param file digest of the model file
 * @param manifest digest of the release's manifest
 */
public record SlotRecord(
    String place, String model, long counter, String variant, Digest file, Digest manifest) {
  public Json.Obj toJson() {
    return Json.object()
        .put("place", place)
        .put("model", model)
        .put("counter", counter)
        .put("variant", variant)
        .put("file", file.hex())
        .put("manifest", manifest.hex())
        .build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static SlotRecord of(JsonObject json) {
    return new SlotRecord(
        json.text("place"),
        json.text("model"),
        json.integer("counter", 0),
        json.text("variant"),
        new Digest(json.text("file")),
        new Digest(json.text("manifest")));
  }
}
