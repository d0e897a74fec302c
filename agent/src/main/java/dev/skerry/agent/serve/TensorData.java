package dev.skerry.agent.serve;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code data} of one input on its way from JSON into native memory: flat, or nested as the
 * shape says; row-major in both cases.
 */
final class TensorData {
  /** Where the engine reads memory fastest; what is aligned so is not copied again. */
  static final long ALIGNMENT_BYTES = 64;

  private static final long UINT32_MAX = 0xFFFF_FFFFL;

  private final String name;
  private final Datatype datatype;
  private final long[] shape;
  private final int elements;
  private final MemorySegment memory;
  private final ByteBuffer target;
  private final List<Bytes> texts = new ArrayList<>();
  private final TensorBudget.Share budget;
  private final NumberScan number = new NumberScan();
  private int count;

  TensorData(DescribedInput input, Arena arena, TensorBudget.Share budget) {
    this.name = input.name();
    this.datatype = input.datatype();
    this.shape = input.shape();
    this.elements = input.elements();
    this.budget = budget;
    this.memory = input.memory(arena);
    this.target = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads all of {@code data}. */
  Tensor read(JsonInput in) {
    level(in, 0);
    if (count != elements) {
      throw miscounted(Integer.toString(count));
    }
    return datatype == Datatype.BYTES
        ? Tensor.ofStrings(shape, texts)
        : Tensor.of(datatype.element(), shape, memory);
  }

  private void level(JsonInput in, int level) {
    if (in.peek() != '[') {
      throw in.unexpected("the array 'data' of input '" + name + "'");
    }
    in.enter();
    long items = 0;
    if (in.peek() == '[') {
      do {
        level(in, level + 1);
        items++;
      } while (in.take(','));
      requireLength(level, items);
    } else if (in.peek() != ']') {
      int before = count;
      do {
        element(in);
      } while (in.take(','));
      // Flat data is one array of all elements, whatever the shape.
      if (level > 0) {
        requireLength(level, count - before);
        requireInnermost(level);
      }
    }
    in.leave(']');
  }

  private void requireLength(int level, long items) {
    if (level >= shape.length || shape[level] != items) {
      throw HttpProblem.badRequest(
          ("'data' of input '%s' has %d items in an array at level %d, which is not its shape %s;"
                  + " nest it as the shape says, or give one flat array")
              .formatted(name, items, level + 1, Arrays.toString(shape)));
    }
  }

  private void requireInnermost(int level) {
    if (level != shape.length - 1) {
      throw HttpProblem.badRequest(
          "'data' of input '%s' is nested %d deep, its shape %s %d deep"
              .formatted(name, level + 1, Arrays.toString(shape), shape.length));
    }
  }

  private HttpProblem miscounted(String found) {
    return HttpProblem.badRequest(
        "'data' of input '%s' has %s elements, its shape %s takes %,d"
            .formatted(name, found, Arrays.toString(shape), elements));
  }

  private void element(JsonInput in) {
    if (count == elements) {
      throw miscounted("more");
    }
    int at = count++;
    switch (datatype) {
      case FP32 -> target.putFloat(at * 4, real(in));
      case FP64 -> target.putDouble(at * 8, wide(in));
      case FP16 -> target.putShort(at * 2, Float.floatToFloat16(real(in)));
      case BF16 -> target.putShort(at * 2, bfloat16(real(in)));
      case BOOL -> target.put(at, (byte) (in.flag() ? 1 : 0));
      case INT8 -> target.put(at, (byte) integer(in, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case UINT8 -> target.put(at, (byte) integer(in, 0, 0xFF));
      case INT16 -> target.putShort(at * 2, (short) integer(in, Short.MIN_VALUE, Short.MAX_VALUE));
      case UINT16 -> target.putShort(at * 2, (short) integer(in, 0, 0xFFFF));
      case INT32 -> target.putInt(at * 4, (int) integer(in, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case UINT32 -> target.putInt(at * 4, (int) integer(in, 0, UINT32_MAX));
      case INT64 -> target.putLong(at * 8, integer(in, Long.MIN_VALUE, Long.MAX_VALUE));
      case UINT64 -> target.putLong(at * 8, unsigned(in));
      case BYTES -> text(in);
    }
  }

  private float real(JsonInput in) {
    int first = in.peek();
    if (first == 'N' || first == 'I' || first == '-') {
      Double special = notFinite(in);
      if (special != null) {
        return special.floatValue();
      }
    }
    in.number(number);
    float value = number.toFloat();
    boolean tooLarge =
        datatype == Datatype.FP16
            ? Float.isInfinite(Float.float16ToFloat(Float.floatToFloat16(value)))
            : Float.isInfinite(value);
    if (tooLarge) {
      throw outOfRange("too large for " + datatype);
    }
    return value;
  }

  private double wide(JsonInput in) {
    Double special = notFinite(in);
    if (special != null) {
      return special;
    }
    in.number(number);
    double value = number.toDouble();
    if (Double.isInfinite(value)) {
      throw outOfRange("too large for FP64");
    }
    return value;
  }

  /** What Python's json and Triton write for numbers that JSON has none for. */
  private static @Nullable Double notFinite(JsonInput in) {
    return switch (in.peek()) {
      case 'N' -> in.word("NaN") ? Double.valueOf(Double.NaN) : null;
      case 'I' -> in.word("Infinity") ? Double.valueOf(Double.POSITIVE_INFINITY) : null;
      case '-' -> in.word("-Infinity") ? Double.valueOf(Double.NEGATIVE_INFINITY) : null;
      default -> null;
    };
  }

  /** Rounds to nearest, ties to even. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int rounded = bits + 0x7FFF + ((bits >>> 16) & 1);
    return (short) ((Float.isNaN(value) ? bits : rounded) >>> 16);
  }

  private long integer(JsonInput in, long low, long high) {
    in.number(number);
    if (!number.isWithin(low, high)) {
      throw outOfRange("an integer from %d to %d was expected".formatted(low, high));
    }
    return number.toLong();
  }

  private long unsigned(JsonInput in) {
    in.number(number);
    if (!number.isUnsigned()) {
      throw outOfRange("an integer from 0 to 18446744073709551615 was expected");
    }
    return number.toUnsigned();
  }

  private void text(JsonInput in) {
    byte[] text = in.utf8("an element of input '" + name + "'", JsonInput.STRING_BYTES);
    budget.take(text.length);
    texts.add(Bytes.of(text));
  }

  private HttpProblem outOfRange(String expected) {
    return HttpProblem.badRequest(
        "element %d of input '%s' (%s) is %s: %s"
            .formatted(count - 1, name, datatype, number.literal(), expected));
  }
}
