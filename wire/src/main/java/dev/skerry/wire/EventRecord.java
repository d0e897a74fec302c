package dev.skerry.wire;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * Something that happened in a device's life with a model.
 *
 * @param sequence number of the event on this device, from 1 on
 * @param at by the device's clock, which may be wrong
 * @param counter of the release that it is about, 0 when it is about none
 * @param state of the device's life after it
 * @param event its name, such as {@code disagreed}
 * @param text for people: what happened and why
 */
public record EventRecord(
    long sequence,
    Instant at,
    String model,
    long counter,
    String state,
    String event,
    String text) {
  public Json.Obj toJson() {
    return Json.object()
        .put("sequence", sequence)
        .put("at", at.toString())
        .put("model", model)
        .put("counter", counter)
        .put("state", state)
        .put("event", event)
        .put("text", text)
        .build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static EventRecord of(JsonObject json) {
    return new EventRecord(
        json.integer("sequence", 0),
        instant(json, "at"),
        json.text("model"),
        json.integer("counter", 0),
        json.text("state"),
        json.text("event"),
        json.text("text"));
  }

  static Instant instant(JsonObject json, String key) {
    try {
      return Instant.parse(json.text(key));
    } catch (DateTimeException e) {
      throw new BundleException(
          "%s.%s is %s, a time such as 2026-01-31T12:00:00Z was expected"
              .formatted(json.place(), key, json.text(key)),
          e);
    }
  }
}
