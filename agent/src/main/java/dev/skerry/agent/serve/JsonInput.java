package dev.skerry.agent.serve;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) value by value from a stream, in a fixed buffer: a request's numbers go
 * straight to where a tensor keeps them, and its text is never held as a whole.
 *
 * <p>All complaints are {@link HttpProblem}s of status 400 that name the byte.
 */
final class JsonInput {
  private static final int BUFFER_BYTES = 16 << 10;

  /** A longer number cannot be a sensible one. */
  static final int NUMBER_BYTES = 512;

  /** Longest name, id or key. */
  static final int NAME_BYTES = 4096;

  /** Longest element of a BYTES tensor. */
  static final int STRING_BYTES = 1 << 20;

  private static final int END = -1;

  private final InputStream in;
  private final int depthLimit;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int end;
  private boolean ended;

  /** Bytes of the text before the buffer. */
  private long before;

  private int depth;

  private @Nullable ByteArrayOutputStream captured;
  private int captureFrom;
  private int captureLimit;

  JsonInput(InputStream in, int depthLimit) {
    this.in = in;
    this.depthLimit = depthLimit;
  }

  /** The next byte that is not space, which stays; -1 at the end. */
  int peek() {
    while (true) {
      if (at == end && !fill(1)) {
        return END;
      }
      byte c = buffer[at];
      if (c > ' ' || (c != ' ' && c != '\n' && c != '\r' && c != '\t')) {
        return c & 0xFF;
      }
      at++;
    }
  }

  /** Takes {@code wanted} if it comes next. */
  boolean take(char wanted) {
    boolean there = peek() == wanted;
    at += there ? 1 : 0;
    return there;
  }

  void require(char wanted) {
    if (!take(wanted)) {
      throw unexpected("'" + wanted + "'");
    }
  }

  /**
   * Reads an object.
   *
   * @param what for messages
   * @param member reads the value of the key that it is given
   */
  void object(String what, Consumer<String> member) {
    if (peek() != '{') {
      throw unexpected("the object of " + what);
    }
    enter();
    Set<String> keys = new HashSet<>();
    if (!take('}')) {
      do {
        if (peek() != '"') {
          throw unexpected("a key in quotes");
        }
        String key = name("a key");
        if (!keys.add(key)) {
          throw HttpProblem.badRequest("%s has the key '%s' twice".formatted(what, key));
        }
        require(':');
        member.accept(key);
      } while (take(','));
      require('}');
    }
    depth--;
  }

  /** Reads an array; {@code item} reads one of its values. */
  void array(String what, Runnable item) {
    if (peek() != '[') {
      throw unexpected("the array of " + what);
    }
    enter();
    if (!take(']')) {
      do {
        item.run();
      } while (take(','));
      require(']');
    }
    depth--;
  }

  /** Takes the bracket that comes next and goes one level down. */
  void enter() {
    at++;
    if (++depth > depthLimit) {
      throw HttpProblem.badRequest(
          "the request nests deeper than the limit of %d levels".formatted(depthLimit));
    }
  }

  /** Takes the bracket {@code closing} and goes one level up. */
  void leave(char closing) {
    require(closing);
    depth--;
  }

  /** A string of at most {@link #NAME_BYTES} bytes. */
  String name(String what) {
    return new String(utf8(what, NAME_BYTES), StandardCharsets.UTF_8);
  }

  /** The bytes of a string in UTF-8. */
  byte[] utf8(String what, int limit) {
    if (peek() != '"') {
      throw unexpected(what + " in quotes");
    }
    at++;
    ByteArrayOutputStream text = new ByteArrayOutputStream(32);
    while (true) {
      int c = next();
      if (c == '"') {
        break;
      }
      if (c < ' ') {
        at--;
        throw unexpected("a string without control characters");
      }
      if (c == '\\') {
        escape(text);
      } else {
        text.write(c);
      }
      if (text.size() > limit) {
        throw HttpProblem.badRequest(
            "%s is longer than the limit of %d bytes".formatted(what, limit));
      }
    }
    return requireUtf8(what, text.toByteArray());
  }

  private static byte[] requireUtf8(String what, byte[] text) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
      return text;
    } catch (CharacterCodingException e) {
      throw new HttpProblem(HttpProblem.BAD_REQUEST, what + " is not UTF-8", e);
    }
  }

  private void escape(ByteArrayOutputStream text) {
    int c = next();
    switch (c) {
      case '"', '\\', '/' -> text.write(c);
      case 'b' -> text.write('\b');
      case 'f' -> text.write('\f');
      case 'n' -> text.write('\n');
      case 'r' -> text.write('\r');
      case 't' -> text.write('\t');
      case 'u' -> text.writeBytes(codePoint().getBytes(StandardCharsets.UTF_8));
      default -> {
        at--;
        throw unexpected("an escape");
      }
    }
  }

  /**
   * The four digits after {@code \\u}, and those of the second half when it is the first of a pair.
   */
  private String codePoint() {
    char first = hexadecimal();
    if (!Character.isSurrogate(first)) {
      return String.valueOf(first);
    }
    if (Character.isHighSurrogate(first) && next() == '\\' && next() == 'u') {
      char second = hexadecimal();
      if (Character.isLowSurrogate(second)) {
        return new String(new char[] {first, second});
      }
    }
    throw unexpected("the second half of a surrogate pair");
  }

  private char hexadecimal() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(next(), 16);
      if (digit < 0) {
        at--;
        throw unexpected("four hexadecimal digits");
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }

  /** {@code true} or {@code false}. */
  boolean flag() {
    if (peek() == 't' && word("true")) {
      return true;
    }
    if (peek() == 'f' && word("false")) {
      return false;
    }
    throw unexpected("true or false");
  }

  /** Takes {@code word} if it comes next. */
  boolean word(String word) {
    peek();
    fill(word.length() + 1);
    if (end - at < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (buffer[at + i] != word.charAt(i)) {
        return false;
      }
    }
    at += word.length();
    return true;
  }

  /** Makes the whole next number lie in the buffer and lets {@code scan} find its end. */
  void number(NumberScan scan) {
    int first = peek();
    if (first != '-' && (first < '0' || first > '9')) {
      throw unexpected("a number");
    }
    if (end - at < NUMBER_BYTES) {
      fill(NUMBER_BYTES);
    }
    int after = scan.scan(buffer, at, end);
    if (after < 0) {
      at = -after - 1;
      throw unexpected("a digit");
    }
    if (after - at >= NUMBER_BYTES) {
      throw HttpProblem.badRequest(
          "the number at byte %d is longer than the limit of %d bytes"
              .formatted(position(), NUMBER_BYTES));
    }
    at = after;
  }

  /** Passes over a value, whatever it is. */
  void skip() {
    switch (peek()) {
      case '{' -> object("a value", _ -> skip());
      case '[' -> array("a value", this::skip);
      case '"' -> utf8("a string", STRING_BYTES);
      case 't', 'f' -> flag();
      case 'n' -> {
        if (!word("null")) {
          throw unexpected("a value");
        }
      }
      default -> number(new NumberScan());
    }
  }

  /**
   * Passes over a value and gives its text.
   *
   * @param limit in bytes
   */
  byte[] text(int limit) {
    peek();
    captured = new ByteArrayOutputStream();
    captureFrom = at;
    captureLimit = limit;
    skip();
    byte[] text = capture().toByteArray();
    captured = null;
    return text;
  }

  /** Requires that nothing but space is left. */
  void requireEnd() {
    if (peek() != END) {
      throw unexpected("the end");
    }
  }

  /** Bytes from the start of the text to the next one. */
  long position() {
    return before + at;
  }

  HttpProblem unexpected(String wanted) {
    int c = at < end || fill(1) ? buffer[at] & 0xFF : END;
    if (c == END) {
      return HttpProblem.badRequest(
          "the request is not JSON: it ends at byte %d where %s was expected; is it truncated?"
              .formatted(position(), wanted));
    }
    return HttpProblem.badRequest(
        "the request is not what was expected at byte %d: %s instead of %s"
            .formatted(position(), printable(c), wanted));
  }

  private static String printable(int c) {
    return c > ' ' && c < 0x7F ? "'" + (char) c + "'" : "the byte 0x%02x".formatted(c);
  }

  private int next() {
    if (at == end && !fill(1)) {
      throw unexpected("the rest of a string");
    }
    return buffer[at++] & 0xFF;
  }

  /** Tries to have {@code wanted} bytes from {@link #at} on; false when the text ends first. */
  private boolean fill(int wanted) {
    if (end - at >= wanted) {
      return true;
    }
    if (ended) {
      return false;
    }
    if (captured != null) {
      capture();
      captureFrom = 0;
    }
    System.arraycopy(buffer, at, buffer, 0, end - at);
    before += at;
    end -= at;
    at = 0;
    try {
      while (end < wanted) {
        int count = in.read(buffer, end, buffer.length - end);
        if (count < 0) {
          ended = true;
          return false;
        }
        end += count;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return true;
  }

  /** Keeps what was passed over since {@link #captureFrom}. */
  private ByteArrayOutputStream capture() {
    ByteArrayOutputStream kept = Objects.requireNonNull(captured);
    if (kept.size() + at - captureFrom > captureLimit) {
      throw new HttpProblem(
          HttpProblem.TOO_LARGE,
          ("'data' comes before 'name', 'datatype' and 'shape' and is longer than %,d bytes; put it"
                  + " after them")
              .formatted(captureLimit));
    }
    kept.write(buffer, captureFrom, at - captureFrom);
    captureFrom = at;
    return kept;
  }
}
