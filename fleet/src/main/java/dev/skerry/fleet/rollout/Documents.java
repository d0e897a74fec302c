package dev.skerry.fleet.rollout;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.fleet.gate.Figures;
import dev.skerry.fleet.gate.GateResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Documents as the database has them. */
final class Documents {
  private Documents() {}

  static String text(Json json) {
    return new String(JsonWriter.compact(json), StandardCharsets.UTF_8);
  }

  static JsonObject object(String name, String text) {
    return JsonReader.readObject(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Figures; an empty text is none. */
  static Figures figures(String text) {
    return text.isEmpty() ? Figures.NONE : Figures.of(object("figures", text));
  }

  /** Nothing measured takes no space. */
  static String text(Figures figures) {
    return figures.equals(Figures.NONE) ? "" : text(figures.toJson());
  }

  static String text(List<GateResult> gates) {
    return text(Json.array(gates.stream().map(GateResult::toJson).toList()));
  }

  static List<GateResult> gates(String text) {
    Json json = JsonReader.read("gates", text.getBytes(StandardCharsets.UTF_8));
    List<GateResult> gates = new ArrayList<>();
    if (json instanceof Json.Arr array) {
      array.items().forEach(item -> gates.add(GateResult.of(JsonObject.of("gate", item))));
    }
    return gates;
  }
}
