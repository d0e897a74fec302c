package dev.skerry.runtime.data;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A NumPy array file ({@code .npy}, format versions 1 to 3) over mapped memory, which whoever
 * opened the arena owns.
 *
 * <p>The first axis counts samples. Elements are read as doubles, so that 64-bit integers above
 * 2^53 lose precision.
 */
final class NpyArray {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** Bytes of the header text; NumPy itself refuses more than 10,000 by default. */
  private static final int MAX_HEADER = 1 << 20;

  private static final Pattern DESCR =
      Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z])([0-9]*)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]*)\\)");

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * How elements are stored.
   *
   * @param swapped whether the most significant byte comes first
   */
  private record Elements(char kind, int bytes, boolean swapped) {}

  private final String name;
  private final Elements elements;
  private final long[] shape;
  private final long[] strides; // elements from one index to the next, per axis
  private final boolean fortran;
  private final MemorySegment data;

  private NpyArray(
      String name, Elements elements, long[] shape, boolean fortran, MemorySegment data) {
    this.name = name;
    this.elements = elements;
    this.shape = shape;
    this.strides = strides(shape, fortran);
    this.fortran = fortran;
    this.data = data;
  }

  /** Maps {@code file} for as long as {@code arena} is open; {@code name} is for messages. */
  static NpyArray map(String name, Path file, Arena arena) {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      return parse(name, channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena));
    } catch (IOException unreadable) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "cannot read " + name + ": " + unreadable + "; check the path",
          unreadable);
    }
  }

  private static SkerryException bad(String name, String why) {
    return new SkerryException(
        ErrorCode.BAD_DATA,
        "%s is no usable .npy array: %s; save it with numpy.save".formatted(name, why));
  }

  private static NpyArray parse(String name, MemorySegment file) {
    if (file.byteSize() < 12 || !Arrays.equals(MAGIC, bytes(file, 0, MAGIC.length))) {
      throw bad(name, "it does not begin as .npy files do");
    }
    int major = file.get(ValueLayout.JAVA_BYTE, 6);
    long length = major == 1 ? unsigned(file, 8, 2) : unsigned(file, 8, 4);
    long start = (major == 1 ? 10 : 12) + length;
    if (major < 1 || major > 3 || length > MAX_HEADER || start > file.byteSize()) {
      throw bad(name, "its header (version %d, %d bytes) is damaged".formatted(major, length));
    }
    String header = new String(bytes(file, start - length, (int) length), StandardCharsets.UTF_8);
    return array(name, header, file.asSlice(start));
  }

  private static byte[] bytes(MemorySegment from, long at, int count) {
    return from.asSlice(at, count).toArray(ValueLayout.JAVA_BYTE);
  }

  private static long unsigned(MemorySegment from, long at, int count) {
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = value << 8 | (from.get(ValueLayout.JAVA_BYTE, at + i) & 0xFF);
    }
    return value;
  }

  private static NpyArray array(String name, String header, MemorySegment data) {
    Matcher descr = DESCR.matcher(header);
    Matcher order = FORTRAN.matcher(header);
    Matcher axes = SHAPE.matcher(header);
    if (!descr.find() || !order.find() || !axes.find()) {
      throw bad(name, "its header is not understood: " + header.strip());
    }
    Elements elements = elements(name, descr);
    long[] shape =
        Arrays.stream(axes.group(1).split(","))
            .map(String::strip)
            .filter(axis -> !axis.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
    long expected = byteSize(name, shape, elements.bytes());
    if (data.byteSize() < expected) {
      throw bad(
          name, "it ends early: %d bytes of data, not %d".formatted(data.byteSize(), expected));
    }
    return new NpyArray(
        name, elements, shape, order.group(1).equals("True"), data.asSlice(0, expected));
  }

  private static long byteSize(String name, long[] shape, int bytes) {
    try {
      long size = bytes;
      for (long axis : shape) {
        size = Math.multiplyExact(size, axis);
      }
      return size;
    } catch (ArithmeticException _) {
      throw bad(name, "its shape " + Arrays.toString(shape) + " is beyond any memory");
    }
  }

  private static Elements elements(String name, Matcher descr) {
    char kind = descr.group(2).charAt(0);
    int bytes = descr.group(3).isEmpty() ? 1 : Integer.parseInt(descr.group(3));
    boolean known =
        switch (kind) {
          case 'b' -> bytes == 1;
          case 'i', 'u' -> bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
          case 'f' -> bytes == 2 || bytes == 4 || bytes == 8;
          default -> false;
        };
    if (!known) {
      throw bad(
          name,
          "its elements are '%s%d', expected a bool, integer or float type".formatted(kind, bytes));
    }
    return new Elements(kind, bytes, descr.group(1).equals(">"));
  }

  private static long[] strides(long[] shape, boolean fortran) {
    long[] strides = new long[shape.length];
    long step = 1;
    for (int i = 0; i < shape.length; i++) {
      int axis = fortran ? i : shape.length - 1 - i;
      strides[axis] = step;
      step *= shape[axis];
    }
    return strides;
  }

  String name() {
    return name;
  }

  /** One size per axis; a copy. */
  long[] shape() {
    return shape.clone();
  }

  /** Whether elements are whole numbers. */
  boolean isInteger() {
    return elements.kind == 'i' || elements.kind == 'u';
  }

  /** The size of the first axis; 1 for a scalar. */
  long count() {
    return shape.length == 0 ? 1 : shape[0];
  }

  /** The sizes of all axes but the first. */
  long[] sampleShape() {
    return shape.length == 0 ? shape() : Arrays.copyOfRange(shape, 1, shape.length);
  }

  /** Elements of one sample. */
  long sampleSize() {
    return Arrays.stream(sampleShape()).reduce(1, (a, b) -> a * b);
  }

  /** The element at row-major {@code index} within the sample at {@code sample}. */
  double at(long sample, long index) {
    return element(fortran ? offset(sample, index) : sample * sampleSize() + index);
  }

  private long offset(long sample, long index) {
    long offset = shape.length == 0 ? 0 : sample * strides[0];
    long rest = index;
    for (int axis = shape.length - 1; axis > 0; axis--) {
      offset += rest % shape[axis] * strides[axis];
      rest /= shape[axis];
    }
    return offset;
  }

  private double element(long position) {
    long at = position * elements.bytes;
    return switch (elements.bytes) {
      case 1 -> {
        byte value = data.get(ValueLayout.JAVA_BYTE, at);
        yield elements.kind == 'i' ? value : value & 0xFF;
      }
      case 2 -> {
        short bits = data.get(SHORT, at);
        yield of16(elements.swapped ? Short.reverseBytes(bits) : bits);
      }
      case 4 -> {
        int bits = data.get(INT, at);
        yield of32(elements.swapped ? Integer.reverseBytes(bits) : bits);
      }
      default -> {
        long bits = data.get(LONG, at);
        yield of64(elements.swapped ? Long.reverseBytes(bits) : bits);
      }
    };
  }

  private double of16(short bits) {
    return switch (elements.kind) {
      case 'f' -> Float.float16ToFloat(bits);
      case 'i' -> bits;
      default -> bits & 0xFFFF;
    };
  }

  private double of32(int bits) {
    return switch (elements.kind) {
      case 'f' -> Float.intBitsToFloat(bits);
      case 'i' -> bits;
      default -> bits & 0xFFFF_FFFFL;
    };
  }

  private double of64(long bits) {
    return switch (elements.kind) {
      case 'f' -> Double.longBitsToDouble(bits);
      case 'i' -> bits;
      default -> bits >= 0 ? bits : 2.0 * (bits >>> 1);
    };
  }
}
