package dev.skerry.testkit;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Drops, repeats, moves and renumbers whole fields of encoded messages and corrects the lengths
 * around them, so that what is damaged lies deep inside a file that can be read.
 */
final class FieldMutator {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;
  private static final int MAX_DEPTH = 12;

  private final RandomGenerator random;

  FieldMutator(RandomGenerator random) {
    this.random = random;
  }

  /** One field: all its bytes, and where in them its value and, behind a length, content starts. */
  private record Field(byte[] bytes, int wire, int value, int content) {
    byte[] payload() {
      return Arrays.copyOfRange(bytes, content, bytes.length);
    }
  }

  byte[] mutate(byte[] message) {
    return mutate(message, 0);
  }

  private byte[] mutate(byte[] message, int depth) {
    Optional<List<Field>> split = split(message);
    if (split.isEmpty() || split.get().isEmpty()) {
      return message;
    }
    List<byte[]> fields = new ArrayList<>(split.get().stream().map(Field::bytes).toList());
    int at = random.nextInt(fields.size());
    Field chosen = split.get().get(at);
    if (chosen.wire() == LENGTH && depth < MAX_DEPTH && random.nextInt(4) != 0) {
      byte[] inner = mutate(chosen.payload(), depth + 1);
      fields.set(at, join(List.of(tag(chosen), varint(inner.length), inner)));
    } else {
      change(fields, at);
    }
    return join(fields);
  }

  private void change(List<byte[]> fields, int at) {
    switch (random.nextInt(4)) {
      case 0 -> fields.remove(at);
      case 1 -> fields.add(random.nextInt(fields.size() + 1), fields.get(at));
      case 2 -> fields.add(random.nextInt(fields.size()), fields.remove(at));
      default -> {
        byte[] renumbered = fields.get(at).clone();
        renumbered[0] = (byte) ((renumbered[0] & 7) | (random.nextInt(1, 16) << 3));
        fields.set(at, renumbered);
      }
    }
  }

  private static byte[] tag(Field field) {
    return Arrays.copyOf(field.bytes(), field.value());
  }

  private static byte[] join(List<byte[]> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** The fields of {@code message}; empty when it is none. */
  private static Optional<List<Field>> split(byte[] message) {
    List<Field> fields = new ArrayList<>();
    int at = 0;
    while (at < message.length) {
      int value = afterVarint(message, at);
      int wire = message[at] & 7;
      int content = wire == VARINT || wire == LENGTH ? afterVarint(message, value) : value;
      long end =
          switch (wire) {
            case VARINT -> content;
            case FIXED64 -> content + 8L;
            case FIXED32 -> content + 4L;
            case LENGTH -> content + number(message, value, content);
            default -> -1;
          };
      if (end <= at || end > message.length) {
        return Optional.empty();
      }
      byte[] bytes = Arrays.copyOfRange(message, at, (int) end);
      fields.add(new Field(bytes, wire, value - at, content - at));
      at = (int) end;
    }
    return Optional.of(fields);
  }

  private static int afterVarint(byte[] message, int at) {
    int end = at;
    while (end < message.length && message[end] < 0) {
      end++;
    }
    return end + 1;
  }

  private static long number(byte[] message, int from, int to) {
    long value = 0;
    for (int i = Math.min(to, message.length) - 1; i >= from; i--) {
      value = (value << 7) | (message[i] & 0x7F);
    }
    return value & Integer.MAX_VALUE;
  }

  private static byte[] varint(int value) {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream(5);
    int rest = value;
    while (rest > 0x7F) {
      encoded.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    encoded.write(rest);
    return encoded.toByteArray();
  }
}
