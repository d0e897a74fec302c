package dev.skerry.fleet.api;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.fleet.problem.FleetException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bodies of requests, made into what endpoints take. */
final class Bodies {
  private Bodies() {}

  /** Refuses the character 0, which PostgreSQL has no place for. */
  static JsonObject json(byte[] bytes) {
    if (bytes.length == 0) {
      throw FleetException.badRequest("the request has no body, a JSON object was expected");
    }
    JsonObject json = JsonReader.readObject("the request", bytes);
    requireStorable(json.json());
    return json;
  }

  private static void requireStorable(Json value) {
    switch (value) {
      case Json.Obj object ->
          object
              .members()
              .forEach((key, member) -> {
                requireStorable(key);
                requireStorable(member);
              });
      case Json.Arr array -> array.items().forEach(Bodies::requireStorable);
      case Json.Text text -> requireStorable(text.value());
      case Json.Num _, Json.Bool _, Json.Null _ -> {}
    }
  }

  private static void requireStorable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        throw FleetException.badRequest("a text has the character 0, which no text here may have");
      }
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          throw FleetException.badRequest("a text has half a character (a surrogate alone)");
        }
        i++;
      }
    }
  }

  /** {@code a=1&b=2}, as forms and queries have it; the first of several values counts. */
  static Map<String, String> fields(String text) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String part : text.split("&")) {
      if (!part.isEmpty()) {
        int equals = part.indexOf('=');
        String name = decode(equals < 0 ? part : part.substring(0, equals));
        String value = equals < 0 ? "" : decode(part.substring(equals + 1));
        fields.putIfAbsent(name, value);
      }
    }
    return fields;
  }

  static String decode(String text) {
    try {
      String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
      requireStorable(decoded);
      return decoded;
    } catch (IllegalArgumentException e) {
      throw new FleetException(
          FleetException.Kind.BAD_REQUEST,
          "'%s' is not percent-encoded as it should be".formatted(text),
          e);
    }
  }

  /** A part of a path, in which {@code +} stands for itself. */
  static String decodePath(String text) {
    return decode(text.replace("+", "%2B"));
  }
}
