package dev.skerry.graph;

import dev.skerry.graph.OnnxProto.StringStringEntryProto;
import dev.skerry.graph.OnnxProto.TensorProto;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one {@code TensorProto}. Raw, external and packed float or double data are borrowed; other
 * typed fields are counted first and then unpacked into the little-endian form that {@code
 * raw_data} has.
 */
final class TensorReader {
  /** Most axes of a tensor; more than any operator takes. */
  static final int MAX_RANK = 64;

  /** Most elements of a tensor: their bits can be counted in a long. */
  private static final long MAX_ELEMENTS = Long.MAX_VALUE / 128;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final WireReader message;
  private final ExternalFiles files;
  private final List<Long> dims = new ArrayList<>();
  private final Map<String, String> external = new HashMap<>();
  private final KeptFields kept = new KeptFields();
  private String name = "";
  private long typeCode;
  private long location;
  private @Nullable MemorySegment raw;

  /** The typed field that holds the elements, 0 when none does. */
  private int typedField;

  private long typedCount;

  TensorReader(WireReader message, ExternalFiles files) {
    this.message = message;
    this.files = files;
    WireReader in = message.again();
    while (in.next()) {
      readField(in);
    }
  }

  private void readField(WireReader in) {
    switch (in.field()) {
      case TensorProto.DIMS -> in.varints(size -> addAxis(in, size));
      case TensorProto.DATA_TYPE -> typeCode = in.varint();
      case TensorProto.NAME -> name = in.text();
      case TensorProto.RAW_DATA -> raw = in.segment();
      case TensorProto.DATA_LOCATION -> location = in.varint();
      case TensorProto.EXTERNAL_DATA -> readExternal(in.message());
      case TensorProto.FLOAT_DATA,
          TensorProto.INT32_DATA,
          TensorProto.INT64_DATA,
          TensorProto.DOUBLE_DATA,
          TensorProto.UINT64_DATA,
          TensorProto.STRING_DATA ->
          count(in);
      default -> kept.keep(in);
    }
  }

  private void addAxis(WireReader in, long size) {
    if (size < 0 || dims.size() == MAX_RANK) {
      throw in.failField(
          size < 0
              ? "a tensor has an axis of size " + size
              : "a tensor has more than " + MAX_RANK + " axes");
    }
    dims.add(size);
  }

  private void readExternal(WireReader in) {
    String key = "";
    String value = "";
    while (in.next()) {
      switch (in.field()) {
        case StringStringEntryProto.KEY -> key = in.text();
        case StringStringEntryProto.VALUE -> value = in.text();
        default -> in.skip();
      }
    }
    external.put(key, value);
  }

  private void count(WireReader in) {
    if (typedField != 0 && typedField != in.field()) {
      throw in.failField(
          "a tensor has elements in both fields %d and %d".formatted(typedField, in.field()));
    }
    typedField = in.field();
    readTyped(in, _ -> typedCount++);
  }

  private static void readTyped(WireReader in, LongConsumer sink) {
    switch (in.field()) {
      case TensorProto.FLOAT_DATA -> in.fixeds(4, sink);
      case TensorProto.DOUBLE_DATA -> in.fixeds(8, sink);
      case TensorProto.STRING_DATA -> {
        in.segment();
        sink.accept(0);
      }
      default -> in.varints(sink);
    }
  }

  /** The key of an initializer. */
  String name() {
    return name;
  }

  /** The tensor without its name. */
  Tensor initializer() {
    long[] shape = dims.stream().mapToLong(Long::longValue).toArray();
    DataType type =
        DataType.ofCode(typeCode)
            .orElseThrow(() ->
                message.failMessage(
                    "tensor '%s' has data type %d, which Skerry does not know"
                        .formatted(name, typeCode)));
    Tensor tensor =
        type == DataType.STRING
            ? Tensor.ofStrings(shape, strings(shape))
            : Tensor.of(type, shape, elements(type, byteSize(type, shape)));
    return tensor.withExtra(kept.toBytes());
  }

  /** The tensor with its name among the fields that are kept. */
  Tensor attributeValue() {
    Tensor unnamed = initializer();
    WireWriter extra = new WireWriter();
    extra.optionalText(TensorProto.NAME, name);
    extra.raw(unnamed.extra());
    return unnamed.withExtra(Bytes.of(extra.toByteArray()));
  }

  private long byteSize(DataType type, long... shape) {
    long count = 1;
    for (long size : shape) {
      if (size > 0 && count > MAX_ELEMENTS / size) {
        throw message.failMessage("tensor '%s' has the absurd shape %s".formatted(name, dims));
      }
      count *= size;
    }
    return type.bytes(count);
  }

  private MemorySegment elements(DataType type, long expected) {
    if (location == TensorProto.EXTERNAL) {
      return external(expected);
    }
    MemorySegment bytes = raw;
    if (bytes == null) {
      bytes = expected == 0 ? MemorySegment.ofArray(new byte[0]) : typed(type, expected);
    }
    if (bytes.byteSize() != expected) {
      throw message.failMessage(
          "tensor '%s', %s%s, takes %,d bytes but the file holds %,d"
              .formatted(name, type, dims, expected, bytes.byteSize()));
    }
    return bytes;
  }

  private MemorySegment external(long expected) {
    MemorySegment file = files.open(external.getOrDefault("location", ""));
    long offset = externalNumber("offset", 0);
    long length = externalNumber("length", expected);
    if (length != expected || offset > file.byteSize() || length > file.byteSize() - offset) {
      throw message.failMessage(
          "tensor '%s' takes %,d bytes; the file says that they are bytes %,d to %,d of '%s', which has %,d"
              .formatted(
                  name,
                  expected,
                  offset,
                  offset + length,
                  external.get("location"),
                  file.byteSize()));
    }
    return file.asSlice(offset, length);
  }

  private long externalNumber(String key, long whenAbsent) {
    String text = external.get(key);
    if (text == null) {
      return whenAbsent;
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw message.failMessage(
          "the external %s of tensor '%s' is '%s', not a number of bytes"
              .formatted(key, name, text));
    }
    return Long.parseLong(text);
  }

  private MemorySegment typed(DataType type, long expected) {
    int width = typedWidth(type);
    if (typedCount != expected / width) {
      throw message.failMessage(
          "tensor '%s', %s%s, takes %,d entries but the file holds %,d"
              .formatted(name, type, dims, expected / width, typedCount));
    }
    MemorySegment borrowed = type.isFloating() ? packedBytes(expected) : null;
    return borrowed == null ? unpacked(expected, width) : borrowed;
  }

  /**
   * Bytes of {@code raw_data} that one entry of the typed field stands for, as onnx.proto says
   * beside each field.
   */
  private int typedWidth(DataType type) {
    int field =
        switch (type) {
          case FLOAT, COMPLEX64 -> TensorProto.FLOAT_DATA;
          case DOUBLE, COMPLEX128 -> TensorProto.DOUBLE_DATA;
          case INT64 -> TensorProto.INT64_DATA;
          case UINT32, UINT64 -> TensorProto.UINT64_DATA;
          case INT32, INT16, INT8, UINT16, UINT8, BOOL -> TensorProto.INT32_DATA;
          case FLOAT16, BFLOAT16, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2 ->
              TensorProto.INT32_DATA;
          case FLOAT8E5M2FNUZ, FLOAT8E8M0 -> TensorProto.INT32_DATA;
          case UINT4, INT4, FLOAT4E2M1, UINT2, INT2 -> TensorProto.INT32_DATA;
          case STRING -> TensorProto.STRING_DATA;
        };
    if (typedField != field) {
      throw message.failMessage(
          "tensor '%s', %s%s, has its elements in field %d, where they should be in %d; 0 is nowhere"
              .formatted(name, type, dims, typedField, field));
    }
    return switch (field) {
      case TensorProto.FLOAT_DATA -> 4;
      case TensorProto.DOUBLE_DATA -> 8;
      default -> Math.max(1, type.bits() / 8);
    };
  }

  /** The elements as they lie in the file, when they are one packed run of floats or doubles. */
  private @Nullable MemorySegment packedBytes(long expected) {
    WireReader in = message.again();
    while (in.next()) {
      boolean packed = in.field() == typedField && in.isLengthDelimited();
      if (packed && typedField != TensorProto.INT32_DATA) {
        MemorySegment run = in.segment();
        return run.byteSize() == expected ? run : null;
      }
      in.skip();
    }
    return null;
  }

  private MemorySegment unpacked(long expected, int width) {
    if (expected > Integer.MAX_VALUE - 8) {
      throw message.failMessage(
          "tensor '%s' holds %,d bytes outside raw_data; at most 2 GiB can be unpacked"
              .formatted(name, expected));
    }
    message.charge(expected);
    byte[] bytes = new byte[(int) expected];
    MemorySegment target = MemorySegment.ofArray(bytes);
    byte[] entry = new byte[8];
    MemorySegment entryBits = MemorySegment.ofArray(entry);
    int[] at = {0};
    forEachTyped(bits -> {
      entryBits.set(LONG, 0, bits);
      System.arraycopy(entry, 0, bytes, at[0], width);
      at[0] += width;
    });
    return target;
  }

  private void forEachTyped(LongConsumer sink) {
    WireReader in = message.again();
    while (in.next()) {
      if (in.field() == typedField) {
        readTyped(in, sink);
      } else {
        in.skip();
      }
    }
  }

  private List<Bytes> strings(long... shape) {
    byteSize(DataType.STRING, shape);
    List<Bytes> strings = new ArrayList<>();
    WireReader in = message.again();
    while (in.next()) {
      if (in.field() == TensorProto.STRING_DATA) {
        strings.add(in.bytes());
      } else {
        in.skip();
      }
    }
    if (strings.size() != Tensor.elementCount(shape)) {
      throw message.failMessage(
          "tensor '%s', STRING%s, takes %,d strings but the file holds %,d"
              .formatted(name, dims, Tensor.elementCount(shape), strings.size()));
    }
    return strings;
  }
}
