package dev.skerry.graph;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A constant array ({@code TensorProto}), or any array on its way into or out of a run.
 *
 * <p>Elements lie row-major and little-endian in {@link #data}, sub-byte elements packed low bits
 * first. The memory is borrowed: from a mapped file (which must stay open), from a run's output, or
 * from the heap; it must not be written to. Equality is identity; use {@link #contentEquals}.
 */
public final class Tensor {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final DataType type;
  private final long[] dims;
  private final MemorySegment data;
  private final @Nullable List<Bytes> strings;
  private final Bytes extra;

  private Tensor(
      DataType type, long[] dims, MemorySegment data, @Nullable List<Bytes> strings, Bytes extra) {
    this.type = type;
    this.dims = dims.clone();
    this.data = data;
    this.strings = strings;
    this.extra = extra;
  }

  /**
   * A tensor over memory that the caller lends.
   *
   * @param dims one size per axis; none for a scalar
   * @throws IllegalArgumentException if {@code data} does not hold just the elements of {@code
   *     dims}
   */
  public static Tensor of(DataType type, long[] dims, MemorySegment data) {
    long expected = type.bytes(elementCount(dims));
    if (type == DataType.STRING || data.byteSize() != expected) {
      throw new IllegalArgumentException(
          "%s%s takes %d bytes, not %d"
              .formatted(type, Arrays.toString(dims), expected, data.byteSize()));
    }
    return new Tensor(type, dims, data.asReadOnly(), null, Bytes.EMPTY);
  }

  public static Tensor ofBytes(DataType type, long[] dims, byte... data) {
    return of(type, dims, MemorySegment.ofArray(data));
  }

  public static Tensor ofFloats(long[] dims, float... data) {
    return of(DataType.FLOAT, dims, MemorySegment.ofArray(data));
  }

  public static Tensor ofLongs(long[] dims, long... data) {
    return of(DataType.INT64, dims, MemorySegment.ofArray(data));
  }

  public static Tensor ofInts(long[] dims, int... data) {
    return of(DataType.INT32, dims, MemorySegment.ofArray(data));
  }

  /** A rank-1 INT64 tensor, the form in which ONNX passes axes and shapes. */
  public static Tensor vector(long... data) {
    return ofLongs(new long[] {data.length}, data);
  }

  public static Tensor scalar(float value) {
    return ofFloats(new long[0], value);
  }

  public static Tensor scalar(long value) {
    return ofLongs(new long[0], value);
  }

  /** A tensor of strings; {@link #data} is empty. */
  public static Tensor ofStrings(long[] dims, List<Bytes> values) {
    if (elementCount(dims) != values.size()) {
      throw new IllegalArgumentException(
          "STRING%s takes %d strings, not %d"
              .formatted(Arrays.toString(dims), elementCount(dims), values.size()));
    }
    return new Tensor(DataType.STRING, dims, MemorySegment.NULL, List.copyOf(values), Bytes.EMPTY);
  }

  public DataType type() {
    return type;
  }

  /** One size per axis; a copy. */
  public long[] dims() {
    return dims.clone();
  }

  public int rank() {
    return dims.length;
  }

  /** The size of {@code axis}; negative axes count from the end. */
  public long dim(int axis) {
    return dims[axis < 0 ? axis + dims.length : axis];
  }

  public long elementCount() {
    return elementCount(dims);
  }

  /** Product of {@code dims}; 1 for a scalar. Throws ArithmeticException on overflow. */
  public static long elementCount(long... dims) {
    return LongStream.of(dims).reduce(1, Math::multiplyExact);
  }

  /** The elements' bytes, read-only. */
  public MemorySegment data() {
    return data;
  }

  public long byteSize() {
    List<Bytes> texts = strings;
    return texts == null ? data.byteSize() : texts.stream().mapToLong(Bytes::length).sum();
  }

  /** The elements of a STRING tensor; empty for other types. */
  public List<Bytes> strings() {
    List<Bytes> texts = strings;
    return texts == null ? List.of() : texts;
  }

  /** The element at flat {@code index} as a double; integers are converted, BOOL gives 0 or 1. */
  public double asDouble(long index) {
    return switch (type) {
      case FLOAT -> data.get(FLOAT, index * 4);
      case DOUBLE -> data.get(DOUBLE, index * 8);
      case FLOAT16 -> Float.float16ToFloat(data.get(SHORT, index * 2));
      case BFLOAT16 -> Float.intBitsToFloat(data.get(SHORT, index * 2) << 16);
      case INT8, UINT8, BOOL, INT16, UINT16, INT32, UINT32, INT64, UINT64 -> asLong(index);
      case INT4, UINT4, INT2, UINT2 -> asLong(index);
      case STRING, COMPLEX64, COMPLEX128, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2 ->
          throw notReadable("as a number");
      case FLOAT8E5M2FNUZ, FLOAT4E2M1, FLOAT8E8M0 -> throw notReadable("as a number");
    };
  }

  /** The element at flat {@code index} of an integer or BOOL tensor; UINT64 keeps its bits. */
  public long asLong(long index) {
    return switch (type) {
      case INT8 -> data.get(ValueLayout.JAVA_BYTE, index);
      case UINT8, BOOL -> data.get(ValueLayout.JAVA_BYTE, index) & 0xFF;
      case INT16 -> data.get(SHORT, index * 2);
      case UINT16 -> data.get(SHORT, index * 2) & 0xFFFF;
      case INT32 -> data.get(INT, index * 4);
      case UINT32 -> data.get(INT, index * 4) & 0xFFFF_FFFFL;
      case INT64, UINT64 -> data.get(LONG, index * 8);
      case UINT4 -> packed(index, 4);
      case INT4 -> packed(index, 4) << 60 >> 60;
      case UINT2 -> packed(index, 2);
      case INT2 -> packed(index, 2) << 62 >> 62;
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16, STRING, COMPLEX64, COMPLEX128, FLOAT8E4M3FN ->
          throw notReadable("as an integer");
      case FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT4E2M1, FLOAT8E8M0 ->
          throw notReadable("as an integer");
    };
  }

  private long packed(long index, int bits) {
    int perByte = 8 / bits;
    int shift = (int) (index % perByte) * bits;
    return (data.get(ValueLayout.JAVA_BYTE, index / perByte) >> shift) & ((1 << bits) - 1);
  }

  private IllegalStateException notReadable(String how) {
    return new IllegalStateException("a " + type + " tensor cannot be read " + how);
  }

  /** All elements of a real tensor as floats; a copy. Wider types lose precision. */
  public float[] toFloats() {
    if (type == DataType.FLOAT) {
      return data.toArray(FLOAT);
    }
    float[] values = new float[Math.toIntExact(elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) asDouble(i);
    }
    return values;
  }

  /** All elements of an integer or BOOL tensor; a copy. */
  public long[] toLongs() {
    if (type == DataType.INT64) {
      return data.toArray(LONG);
    }
    long[] values = new long[Math.toIntExact(elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = asLong(i);
    }
    return values;
  }

  /** The same elements under another shape of the same size. */
  public Tensor reshaped(long... changed) {
    List<Bytes> texts = strings;
    Tensor same = texts == null ? of(type, changed, data) : ofStrings(changed, texts);
    return same.withExtra(extra);
  }

  /** This tensor on the heap, so that whoever lent the memory may take it back. */
  public Tensor copy() {
    return strings == null ? of(type, dims, MemorySegment.ofArray(bytes())).withExtra(extra) : this;
  }

  /**
   * Fields of {@code TensorProto} that Skerry does not model, encoded: documentation, metadata, and
   * the name of a tensor inside an attribute (an initializer's name is its key in the graph).
   */
  public Bytes extra() {
    return extra;
  }

  public Tensor withExtra(Bytes changed) {
    return new Tensor(type, dims, data, strings, changed);
  }

  private byte[] bytes() {
    return data.toArray(ValueLayout.JAVA_BYTE);
  }

  /**
   * Whether both have the same type, shape and bits (so NaN equals NaN, and 0.0 is not -0.0),
   * whatever their {@link #extra}.
   */
  public boolean contentEquals(Tensor other) {
    return type == other.type
        && Arrays.equals(dims, other.dims)
        && strings().equals(other.strings())
        && data.byteSize() == other.data.byteSize()
        && data.mismatch(other.data) == -1;
  }

  /** Type and shape as people write them: {@code FLOAT[16, 3, 3, 3]}. */
  @Override
  public String toString() {
    return LongStream.of(dims)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", type + "[", "]"));
  }
}
