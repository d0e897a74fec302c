package dev.skerry.fleet.page;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.fleet.page.AuditView.Change;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What differs between two states of the audit log, property by property. */
final class Changes {
  /** Longest value that is shown whole, in characters. */
  private static final int LONGEST = 160;

  private Changes() {}

  /**
   * What differs.
   *
   * @param before JSON of an object, or empty
   * @param after JSON of an object, or empty
   */
  static List<Change> between(String before, String after) {
    try {
      return between(members(before), members(after));
    } catch (BundleException e) { // not an object: shown as it is
      return List.of(new Change("", brief(before), brief(after)));
    }
  }

  private static Map<String, Json> members(String text) {
    return text.isEmpty()
        ? Map.of()
        : JsonReader.readObject("state", text.getBytes(StandardCharsets.UTF_8)).json().members();
  }

  private static List<Change> between(Map<String, Json> before, Map<String, Json> after) {
    Set<String> names = new LinkedHashSet<>(before.keySet());
    names.addAll(after.keySet());
    List<Change> changes = new ArrayList<>();
    for (String name : names) {
      String was = shown(before.get(name));
      String is = shown(after.get(name));
      if (!was.equals(is)) {
        changes.add(new Change(name, was, is));
      }
    }
    return changes;
  }

  private static String shown(@Nullable Json value) {
    if (value == null) {
      return "";
    }
    return value instanceof Json.Text text
        ? brief(text.value())
        : brief(new String(JsonWriter.compact(value), StandardCharsets.UTF_8).strip());
  }

  private static String brief(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
