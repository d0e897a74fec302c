package dev.skerry.cli.fleet;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.cli.terminal.Terminal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What commands of the fleet print. */
final class Printed {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private Printed() {}

  /** Facts for programs, or text for people. */
  static void print(Terminal terminal, boolean json, Json facts, String text) {
    terminal
        .out()
        .print(json ? new String(JsonWriter.pretty(facts), StandardCharsets.UTF_8) : text);
  }

  static String time(String instant) {
    return TIME.format(Instant.parse(instant).atZone(ZoneId.systemDefault()));
  }

  /** {@code a=1 b=2}, of an object of texts. */
  static String labels(JsonObject labels) {
    SortedMap<String, String> sorted = new TreeMap<>();
    labels.keys().forEach(name -> sorted.put(name, labels.text(name)));
    return sorted.entrySet().stream()
        .map(label -> label.getKey() + "=" + Terminal.printable(label.getValue()))
        .collect(Collectors.joining(" "));
  }

  /** An object of texts. */
  static Json.Obj json(Map<String, String> labels) {
    Json.ObjectBuilder built = Json.object();
    labels.forEach(built::put);
    return built.build();
  }
}
