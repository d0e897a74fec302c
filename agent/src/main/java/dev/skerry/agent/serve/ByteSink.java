package dev.skerry.agent.serve;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow at their end, such as the text of an answer. */
final class ByteSink {
  private byte[] bytes;
  private int size;

  ByteSink(int expected) {
    this.bytes = new byte[expected];
  }

  int size() {
    return size;
  }

  void put(int c) {
    reserve(1);
    bytes[size++] = (byte) c;
  }

  void put(byte[] content) {
    reserve(content.length);
    System.arraycopy(content, 0, bytes, size, content.length);
    size += content.length;
  }

  /** Characters below 128 alone. */
  void ascii(String text) {
    int length = text.length();
    reserve(length);
    for (int i = 0; i < length; i++) {
      bytes[size + i] = (byte) text.charAt(i);
    }
    size += length;
  }

  /** A string of JSON, quotes and escapes included. */
  void quoted(String text) {
    put('"');
    for (byte c : text.getBytes(StandardCharsets.UTF_8)) {
      switch (c) {
        case '"' -> ascii("\\\"");
        case '\\' -> ascii("\\\\");
        case '\n' -> ascii("\\n");
        case '\r' -> ascii("\\r");
        case '\t' -> ascii("\\t");
        default -> {
          if (c >= 0 && c < ' ') {
            ascii("\\u%04x".formatted((int) c));
          } else {
            put(c);
          }
        }
      }
    }
    put('"');
  }

  /** Room for {@code more} bytes, written with {@link #array} and {@link #advance}. */
  void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  byte[] array() {
    return bytes;
  }

  void advance(int to) {
    size = to;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }
}
