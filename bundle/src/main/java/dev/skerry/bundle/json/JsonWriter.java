package dev.skerry.bundle.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Writes JSON the same way every time. */
public final class JsonWriter {
  private final StringBuilder out = new StringBuilder();

  /** What is written for whom. */
  private enum Form {
    PRETTY,
    COMPACT,
    CANONICAL
  }

  private final Form form;

  private JsonWriter(Form form) {
    this.form = form;
  }

  /** For people: members in their order, two spaces a level, a newline at the end. */
  public static byte[] pretty(Json value) {
    JsonWriter writer = new JsonWriter(Form.PRETTY);
    writer.value(value, 0);
    return (writer.out + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** For networks: members in their order, no space, one line. */
  public static byte[] compact(Json value) {
    JsonWriter writer = new JsonWriter(Form.COMPACT);
    writer.value(value, 0);
    return writer.out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The bytes that signatures of The Update Framework are over: OLPC's canonical JSON. Members
   * sorted by code point, no space, integers only, only quote and backslash escaped.
   *
   * @throws IllegalArgumentException if there is a number that is no integer, or half a character
   */
  public static byte[] canonical(Json value) {
    JsonWriter writer = new JsonWriter(Form.CANONICAL);
    writer.value(value, 0);
    return utf8(writer.out);
  }

  private void value(Json value, int depth) {
    switch (value) {
      case Json.Obj object -> object(object, depth);
      case Json.Arr array ->
          list('[', ']', array.items(), depth, (item, inner) -> value(item, inner));
      case Json.Text text -> string(text.value());
      case Json.Num number -> out.append(requireWritable(number.literal()));
      case Json.Bool flag -> out.append(flag.value());
      case Json.Null _ -> out.append("null");
    }
  }

  private String requireWritable(String literal) {
    if (form == Form.CANONICAL && !literal.matches("-?[0-9]+")) {
      throw new IllegalArgumentException("canonical JSON has integers only, not " + literal);
    }
    return literal;
  }

  private void object(Json.Obj object, int depth) {
    Map<String, Json> members = object.members();
    if (form == Form.CANONICAL) {
      // UTF-8 sorts as code points do; Java's strings sort by their UTF-16 units.
      Map<String, Json> sorted = new TreeMap<>((a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b)));
      sorted.putAll(members);
      members = sorted;
    }
    list('{', '}', members.entrySet(), depth, this::member);
  }

  private void member(Map.Entry<String, Json> member, int depth) {
    string(member.getKey());
    out.append(form == Form.PRETTY ? ": " : ":");
    value(member.getValue(), depth);
  }

  private <T> void list(
      char first, char last, Collection<T> items, int depth, BiConsumer<T, Integer> write) {
    out.append(first);
    boolean comma = false;
    for (T item : items) {
      out.append(comma ? "," : "");
      newline(depth + 1);
      write.accept(item, depth + 1);
      comma = true;
    }
    if (comma) {
      newline(depth);
    }
    out.append(last);
  }

  private void newline(int depth) {
    if (form == Form.PRETTY) {
      out.append('\n').repeat("  ", depth);
    }
  }

  private void string(String text) {
    out.append('"')
        .append(text.chars().mapToObj(this::escaped).collect(Collectors.joining()))
        .append('"');
  }

  private String escaped(int unit) {
    return switch (unit) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      default ->
          form != Form.CANONICAL && unit < ' '
              ? "\\u%04x".formatted(unit)
              : Character.toString((char) unit);
    };
  }

  /**
   * Half a character has no bytes. A replacement for it would let two documents with different
   * members have the same canonical form, and so the same signature.
   */
  private static byte[] utf8(CharSequence text) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      return Arrays.copyOf(encoded.array(), encoded.limit());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("canonical JSON has no halves of surrogate pairs", e);
    }
  }
}
