package dev.skerry.fleet.device;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Labels as a JSON object, sorted by name. */
public final class LabelText {
  private LabelText() {}

  public static SortedMap<String, String> read(String text) {
    SortedMap<String, String> labels = new TreeMap<>();
    JsonObject json = Texts.object("labels", text);
    json.keys().forEach(name -> labels.put(name, json.text(name)));
    return labels;
  }

  public static Json.Obj json(Map<String, String> labels) {
    Json.ObjectBuilder json = Json.object();
    new TreeMap<>(labels).forEach(json::put);
    return json.build();
  }

  public static String write(Map<String, String> labels) {
    return Texts.of(json(labels));
  }

  /** Labels of a device, and those that people set, who win. */
  static SortedMap<String, String> merged(Map<String, String> own, Map<String, String> set) {
    SortedMap<String, String> merged = new TreeMap<>(own);
    merged.putAll(set);
    return merged;
  }
}
