package dev.skerry.bundle.json;

import dev.skerry.bundle.BundleException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Reads JSON as RFC 8259 writes it and nothing else: UTF-8 without a mark, no comments, no trailing
 * commas, no key twice (two readers could disagree about it), limited depth.
 */
public final class JsonReader {
  /** Objects and arrays inside one another. */
  public static final int DEPTH_LIMIT = 64;

  private final String name;
  private final String text;
  private int at;

  private JsonReader(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /**
   * The one value in {@code content}.
   *
   * @param name how messages call it
   * @throws BundleException if it is not JSON
   */
  public static Json read(String name, byte[] content) {
    JsonReader reader = new JsonReader(name, decode(name, content));
    reader.skipSpace();
    Json value = reader.value(0);
    reader.skipSpace();
    if (reader.at < reader.text.length()) {
      throw reader.unexpected("the end");
    }
    return value;
  }

  /** As {@link #read}, for documents whose root is an object. */
  public static JsonObject readObject(String name, byte[] content) {
    return JsonObject.of(name, read(name, content));
  }

  private static String decode(String name, byte[] content) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new BundleException(name + " is not JSON: its bytes are not UTF-8", e);
    }
  }

  private Json value(int depth) {
    if (depth > DEPTH_LIMIT) {
      throw new BundleException(
          "%s nests deeper than the limit of %d".formatted(name, DEPTH_LIMIT));
    }
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> new Json.Text(string());
      case 't' -> word("true", new Json.Bool(true));
      case 'f' -> word("false", new Json.Bool(false));
      case 'n' -> word("null", new Json.Null());
      default -> number();
    };
  }

  private Json object(int depth) {
    at++;
    SequencedMap<String, Json> members = new LinkedHashMap<>();
    skipSpace();
    if (take('}')) {
      return new Json.Obj(members);
    }
    do {
      skipSpace();
      if (peek() != '"') {
        throw unexpected("a key in quotes");
      }
      String key = string();
      skipSpace();
      require(':');
      skipSpace();
      if (members.put(key, value(depth + 1)) != null) {
        throw new BundleException("%s has the key '%s' twice".formatted(name, key));
      }
      skipSpace();
    } while (take(','));
    require('}');
    return new Json.Obj(members);
  }

  private Json array(int depth) {
    at++;
    List<Json> items = new ArrayList<>();
    skipSpace();
    if (take(']')) {
      return new Json.Arr(items);
    }
    do {
      skipSpace();
      items.add(value(depth + 1));
      skipSpace();
    } while (take(','));
    require(']');
    return new Json.Arr(items);
  }

  private String string() {
    at++;
    StringBuilder built = new StringBuilder();
    while (true) {
      char c = peek();
      if (c < ' ') {
        throw unexpected("a string without control characters");
      }
      at++;
      if (c == '"') {
        return built.toString();
      }
      built.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hexadecimal();
      default -> {
        at--;
        throw unexpected("an escape");
      }
    };
  }

  private char hexadecimal() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw unexpected("four hexadecimal digits");
      }
      code = code * 16 + digit;
      at++;
    }
    return (char) code;
  }

  private Json number() {
    int start = at;
    take('-');
    if (!take('0')) {
      digits();
    }
    if (take('.')) {
      digits();
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      digits();
    }
    return new Json.Num(text.substring(start, at));
  }

  private void digits() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == start) {
      throw unexpected("a value");
    }
  }

  private Json word(String word, Json value) {
    if (!text.startsWith(word, at)) {
      throw unexpected("a value");
    }
    at += word.length();
    return value;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw new BundleException(name + " is not JSON: it ends in the middle, is it truncated?");
    }
    return text.charAt(at);
  }

  private boolean take(char c) {
    boolean there = at < text.length() && text.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  private void require(char c) {
    if (peek() != c) {
      throw unexpected("'" + c + "'");
    }
    at++;
  }

  private BundleException unexpected(String expected) {
    String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
    return new BundleException(
        "%s is not JSON: %s was expected at character %d, not %s"
            .formatted(name, expected, at, found));
  }
}
