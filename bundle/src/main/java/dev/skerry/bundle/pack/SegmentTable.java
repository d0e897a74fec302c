package dev.skerry.bundle.pack;

import dev.skerry.bundle.BundleException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** The list of segments as bytes, in front of their content. */
final class SegmentTable {
  /** Longest table, in bytes. */
  static final int MAX_BYTES = 8 << 20;

  /** Most segments. */
  static final int MAX_SEGMENTS = 16_384;

  private static final int PLAIN = 0;
  private static final int LEVELS = 1;
  private static final int PLANES = 2;

  private final byte[] table;
  private int at;

  private SegmentTable(byte[] table) {
    this.table = table;
  }

  static byte[] write(List<Segment> segments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Segment segment : segments) {
      switch (segment) {
        case Segment.Plain(int length) -> {
          out.write(PLAIN);
          varint(out, length);
        }
        case Segment.Levels levels -> {
          head(out, LEVELS, levels.element(), levels.length(), levels.layout());
          levels(out, levels);
        }
        case Segment.Planes planes -> {
          head(out, PLANES, planes.element(), planes.length(), planes.layout());
          out.write(planes.modelled());
        }
      }
    }
    return out.toByteArray();
  }

  private static void head(
      ByteArrayOutputStream out, int kind, Element element, int length, Layout layout) {
    out.write(kind | element.code() << 2);
    varint(out, length);
    varint(out, layout.row());
    varint(out, layout.inner());
    varint(out, layout.width());
  }

  /** Runs of neighbouring values: how many are skipped, how many follow. */
  private static void levels(ByteArrayOutputStream out, Segment.Levels segment) {
    long[] levels = segment.levels();
    varint(out, levels.length - 1);
    out.write(segment.zero());
    long next = 0;
    for (int i = 0; i < levels.length; ) {
      int run = 1;
      while (i + run < levels.length && levels[i + run] == levels[i] + run) {
        run++;
      }
      varint(out, levels[i] - next);
      varint(out, run - 1);
      next = levels[i] + run;
      i += run;
    }
  }

  static void varint(ByteArrayOutputStream out, long value) {
    long left = value;
    while ((left & ~0x7FL) != 0) {
      out.write((int) (left & 0x7F | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  /**
   * The segments of a table; together they are {@code bytes} long.
   *
   * @throws BundleException if it is not a table
   */
  static List<Segment> read(byte[] table, long bytes) {
    SegmentTable reader = new SegmentTable(table);
    List<Segment> segments = new ArrayList<>();
    long total = 0;
    while (reader.at < table.length) {
      Segment segment = reader.segment();
      segments.add(segment);
      if (segments.size() > MAX_SEGMENTS) {
        throw wrong("it has more than %,d parts".formatted(MAX_SEGMENTS));
      }
      total += segment.length();
    }
    if (total != bytes) {
      throw wrong("its parts have %,d bytes and it has %,d".formatted(total, bytes));
    }
    return segments;
  }

  private Segment segment() {
    int first = octet();
    int kind = first & 3;
    int length = (int) within(varint(), 1, Segment.MAX_BYTES);
    if (kind == PLAIN) {
      return new Segment.Plain(length);
    }
    Element element =
        Element.of(first >> 2)
            .filter(known -> known.divides(length))
            .orElseThrow(
                () -> wrong("a part of %d bytes has the type %d".formatted(length, first)));
    Layout layout = new Layout(size(), size(), size());
    return switch (kind) {
      case LEVELS -> levels(length, element, layout);
      case PLANES -> new Segment.Planes(length, element, layout, octet());
      default -> throw wrong("it has a part of the kind " + kind);
    };
  }

  private Segment levels(int length, Element element, Layout layout) {
    int count = (int) within(varint(), 0, Segment.MAX_LEVELS - 1) + 1;
    int zero = (int) within(octet(), 0, count - 1);
    long[] levels = new long[count];
    long next = 0;
    for (int i = 0; i < count; ) {
      next += varint();
      int run = (int) within(varint(), 0, count - i - 1) + 1;
      for (int end = i + run; i < end; i++) {
        levels[i] = next++;
      }
    }
    return new Segment.Levels(length, element, layout, levels, zero);
  }

  private int size() {
    return (int) within(varint(), 1, Integer.MAX_VALUE);
  }

  private int octet() {
    if (at == table.length) {
      throw wrong("its list of parts was cut off");
    }
    return table[at++] & 0xFF;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int octet = octet();
      value |= (octet & 0x7FL) << shift;
      if (octet < 0x80) {
        return value;
      }
    }
    throw wrong("a number in its list of parts is too long");
  }

  private static long within(long value, long least, long most) {
    if (value < least || value > most) {
      throw wrong("it says %d where %d to %d was expected".formatted(value, least, most));
    }
    return value;
  }

  private static BundleException wrong(String what) {
    return new BundleException("this is not a packed file: " + what);
  }
}
