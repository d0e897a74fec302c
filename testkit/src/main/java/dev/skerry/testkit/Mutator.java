package dev.skerry.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Damages encoded messages: bits, bytes, cuts, pieces of others, lengths and numbers that lie,
 * fields that are missing or in the wrong place. The same generator state always does the same
 * damage.
 */
public final class Mutator {
  /** Largest piece that is copied, moved or dropped, in bytes. */
  private static final int MAX_PIECE = 64;

  /** Most bytes that a result may have: growth must not add up over several mutations. */
  private static final int MAX_BYTES = 1 << 20;

  private final RandomGenerator random;
  private final List<byte[]> donors;

  /**
   * @param donors other messages, to splice pieces from
   */
  public Mutator(RandomGenerator random, List<byte[]> donors) {
    this.random = random;
    this.donors = List.copyOf(donors);
  }

  /** A copy of {@code original} with one to four mutations. */
  public byte[] mutate(byte[] original) {
    byte[] bytes = original.clone();
    for (int i = random.nextInt(1, 5); i > 0 && bytes.length > 0; i--) {
      bytes = once(bytes);
    }
    return bytes.length > MAX_BYTES ? Arrays.copyOf(bytes, MAX_BYTES) : bytes;
  }

  private byte[] once(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(20)) {
      case 0 -> set(bytes, at, bytes[at] ^ (1 << random.nextInt(8)));
      case 1 -> set(bytes, at, random.nextInt(256));
      case 2 -> Arrays.copyOf(bytes, at);
      case 3 -> replace(bytes, at, 0, piece(donors.get(random.nextInt(donors.size()))));
      case 4 -> replace(bytes, at, pieceLength(bytes, at), piece(bytes));
      case 5 -> replace(bytes, at, pieceLength(bytes, at), new byte[0]);
      case 6 -> replace(bytes, at, 1, extremeVarint());
      case 7 -> lieAboutALength(bytes, at);
      case 8 -> repeat(bytes, at);
      case 9 -> set(bytes, at, List.of(0, 1, 0x7F, 0x80, 0xFF).get(random.nextInt(5)));
      default -> new FieldMutator(random).mutate(bytes);
    };
  }

  private static byte[] set(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
    return bytes;
  }

  private int pieceLength(byte[] bytes, int at) {
    return Math.min(bytes.length - at, random.nextInt(1, MAX_PIECE));
  }

  private byte[] piece(byte[] bytes) {
    int from = random.nextInt(bytes.length);
    return Arrays.copyOfRange(bytes, from, from + pieceLength(bytes, from));
  }

  private static byte[] replace(byte[] bytes, int at, int length, byte[] piece) {
    byte[] changed = Arrays.copyOf(bytes, bytes.length - length + piece.length);
    System.arraycopy(piece, 0, changed, at, piece.length);
    System.arraycopy(bytes, at + length, changed, at + piece.length, bytes.length - at - length);
    return changed;
  }

  /** An encoded number at an end of some range: lengths, axes and codes become absurd. */
  private byte[] extremeVarint() {
    long[] extremes = {
      0,
      127,
      128,
      1 << 20,
      Integer.MAX_VALUE,
      1L << 31,
      1L << 32,
      Long.MAX_VALUE,
      Long.MIN_VALUE,
      -1
    };
    long rest = extremes[random.nextInt(extremes.length)];
    byte[] encoded = new byte[10];
    int length = 0;
    while ((rest & ~0x7FL) != 0) {
      encoded[length++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    encoded[length++] = (byte) rest;
    return Arrays.copyOf(encoded, length);
  }

  /** Changes a byte that follows what looks like the tag of a field with a length. */
  private byte[] lieAboutALength(byte[] bytes, int from) {
    for (int i = from; i < bytes.length - 1; i++) {
      if ((bytes[i] & 7) == 2) {
        return random.nextBoolean()
            ? set(bytes, i + 1, bytes[i + 1] + random.nextInt(-3, 4))
            : replace(bytes, i + 1, 1, extremeVarint());
      }
    }
    return bytes;
  }

  /** Writes a piece many times over, as a damaged disk or a hostile sender would. */
  private byte[] repeat(byte[] bytes, int at) {
    int length = pieceLength(bytes, at);
    byte[] piece = Arrays.copyOfRange(bytes, at, at + length);
    byte[] many = new byte[length * random.nextInt(1, 20)];
    for (int i = 0; i < many.length; i++) {
      many[i] = piece[i % length];
    }
    return replace(bytes, at, 0, many);
  }
}
