package dev.skerry.bundle.json;

import dev.skerry.bundle.BundleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * An object of a document with its place in it, so that every complaint names the document, the key
 * and what was expected.
 */
public final class JsonObject {
  private final String place;
  private final Json.Obj object;

  private JsonObject(String place, Json.Obj object) {
    this.place = place;
    this.object = object;
  }

  /** {@code value} as an object that messages call {@code place}. */
  public static JsonObject of(String place, Json value) {
    if (value instanceof Json.Obj object) {
      return new JsonObject(place, object);
    }
    throw wrong(place, "an object", value);
  }

  /** The value itself. */
  public Json.Obj json() {
    return object;
  }

  /** How messages call this object. */
  public String place() {
    return place;
  }

  public Set<String> keys() {
    return object.members().sequencedKeySet();
  }

  public boolean has(String key) {
    return object.members().containsKey(key);
  }

  public Json value(String key) {
    Json found = object.members().get(key);
    if (found == null) {
      throw new BundleException("%s lacks the key '%s'".formatted(place, key));
    }
    return found;
  }

  public String text(String key) {
    return text(place(key), value(key));
  }

  public Optional<String> optionalText(String key) {
    return has(key) ? Optional.of(text(key)) : Optional.empty();
  }

  public long integer(String key) {
    return integer(place(key), value(key));
  }

  /** An integer of at least {@code least}. */
  public long integer(String key, long least) {
    long found = integer(key);
    if (found < least) {
      throw new BundleException(
          "%s is %d, at least %d was expected".formatted(place(key), found, least));
    }
    return found;
  }

  public double number(String key) {
    if (value(key) instanceof Json.Num number) {
      return Double.parseDouble(number.literal());
    }
    throw wrong(place(key), "a number", value(key));
  }

  public Optional<Double> optionalNumber(String key) {
    return has(key) ? Optional.of(number(key)) : Optional.empty();
  }

  public boolean flag(String key) {
    if (value(key) instanceof Json.Bool flag) {
      return flag.value();
    }
    throw wrong(place(key), "true or false", value(key));
  }

  public JsonObject object(String key) {
    return of(place(key), value(key));
  }

  public List<JsonObject> objects(String key) {
    return items(key, JsonObject::of);
  }

  public List<String> texts(String key) {
    return items(key, JsonObject::text);
  }

  public List<Long> integers(String key) {
    return items(key, JsonObject::integer);
  }

  private <T> List<T> items(String key, BiFunction<String, Json, T> read) {
    if (!(value(key) instanceof Json.Arr array)) {
      throw wrong(place(key), "an array", value(key));
    }
    List<T> items = new ArrayList<>();
    for (Json item : array.items()) {
      items.add(read.apply("%s[%d]".formatted(place(key), items.size()), item));
    }
    return items;
  }

  private static String text(String place, Json value) {
    if (value instanceof Json.Text text) {
      return text.value();
    }
    throw wrong(place, "a string", value);
  }

  private static long integer(String place, Json value) {
    if (value instanceof Json.Num number) {
      try {
        return Long.parseLong(number.literal());
      } catch (NumberFormatException e) {
        throw new BundleException(
            "%s is %s, an integer of 64 bits was expected".formatted(place, number.literal()), e);
      }
    }
    throw wrong(place, "an integer", value);
  }

  private String place(String key) {
    return place + "." + key;
  }

  private static BundleException wrong(String place, String expected, Json found) {
    String kind =
        switch (found) {
          case Json.Obj _ -> "an object";
          case Json.Arr _ -> "an array";
          case Json.Text text -> "\"" + text.value() + "\"";
          case Json.Num number -> number.literal();
          case Json.Bool flag -> Boolean.toString(flag.value());
          case Json.Null _ -> "null";
        };
    return new BundleException("%s is %s, %s was expected".formatted(place, kind, expected));
  }
}
