package dev.skerry.fleet.device;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Documents as the database has them. */
final class Texts {
  private Texts() {}

  static JsonObject object(String name, String text) {
    return JsonReader.readObject(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The items of an array. */
  static List<Json> list(String name, String text) {
    return switch (JsonReader.read(name, text.getBytes(StandardCharsets.UTF_8))) {
      case Json.Arr array -> array.items();
      case Json other -> throw new IllegalStateException(name + " is no array: " + other);
    };
  }

  static String of(Json value) {
    return new String(JsonWriter.pretty(value), StandardCharsets.UTF_8).strip();
  }
}
