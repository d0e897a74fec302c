package dev.skerry.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtUtil;
import ai.onnxruntime.TensorInfo;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Turns Skerry's tensors into the engine's and back, without arrays of arrays. */
final class NativeTensors {
  /** What one direct buffer can hold: 2 GiB less one byte. */
  private static final long MAX_BYTES = Integer.MAX_VALUE;

  /** Where vector instructions read fastest, and where the engine aligns its own memory. */
  static final long ALIGNMENT_BYTES = 64;

  private static final String TYPE_PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

  private NativeTensors() {}

  /** The binding's name for {@code type}; empty when it cannot pass such elements. */
  static Optional<OnnxJavaType> engineType(DataType type) {
    return switch (type) {
      case FLOAT -> Optional.of(OnnxJavaType.FLOAT);
      case DOUBLE -> Optional.of(OnnxJavaType.DOUBLE);
      case FLOAT16 -> Optional.of(OnnxJavaType.FLOAT16);
      case BFLOAT16 -> Optional.of(OnnxJavaType.BFLOAT16);
      case INT8 -> Optional.of(OnnxJavaType.INT8);
      case UINT8 -> Optional.of(OnnxJavaType.UINT8);
      case INT16 -> Optional.of(OnnxJavaType.INT16);
      case INT32 -> Optional.of(OnnxJavaType.INT32);
      case INT64 -> Optional.of(OnnxJavaType.INT64);
      case BOOL -> Optional.of(OnnxJavaType.BOOL);
      case STRING -> Optional.of(OnnxJavaType.STRING);
      case UINT16, UINT32, UINT64, UINT4, INT4, UINT2, INT2 -> Optional.empty();
      case COMPLEX64, COMPLEX128, FLOAT8E4M3FN, FLOAT8E4M3FNUZ -> Optional.empty();
      case FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT4E2M1, FLOAT8E8M0 -> Optional.empty();
    };
  }

  /** The element type that the engine reports; empty when Skerry's table lacks it. */
  static Optional<DataType> typeOf(TensorInfo info) {
    String name = info.onnxType.name().substring(TYPE_PREFIX.length());
    return Stream.of(DataType.values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /**
   * An engine tensor over the memory of {@code tensor} when that is native and aligned, else over
   * one copy of it in {@code arena}. The caller closes it, and keeps the memory until then.
   */
  static OnnxTensor lend(String input, Tensor tensor, Arena arena) throws OrtException {
    if (tensor.type() == DataType.STRING) {
      String[] texts = tensor.strings().stream().map(Bytes::utf8).toArray(String[]::new);
      return OnnxTensor.createTensor(Engine.environment(), texts, tensor.dims());
    }
    MemorySegment data = tensor.data();
    boolean usable = data.isNative() && data.address() % ALIGNMENT_BYTES == 0;
    return over(input, tensor.type(), tensor.dims(), usable ? data : copyInto(arena, data));
  }

  /** An engine tensor over {@code memory}, which is native and outlives it. */
  static OnnxTensor over(String name, DataType type, long[] dims, MemorySegment memory)
      throws OrtException {
    OnnxJavaType engineType =
        engineType(type)
            .orElseThrow(() ->
                new SkerryException(
                    ErrorCode.BAD_DATA,
                    "'%s' is %s, which the engine's Java binding cannot pass; let the graph Cast"
                            .formatted(name, type)
                        + " it from INT32 or INT64"));
    if (memory.byteSize() > MAX_BYTES) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "'%s' takes %,d bytes, more than the %,d that one tensor may take"
              .formatted(name, memory.byteSize(), MAX_BYTES));
    }
    ByteBuffer buffer = memory.asByteBuffer().order(ByteOrder.nativeOrder());
    return OnnxTensor.createTensor(Engine.environment(), buffer, dims, engineType);
  }

  static MemorySegment copyInto(Arena arena, MemorySegment data) {
    return arena.allocate(data.byteSize(), ALIGNMENT_BYTES).copyFrom(data);
  }

  /** What the engine made, on the heap. */
  static Tensor copy(String output, OnnxTensor value) throws OrtException {
    TensorInfo info = value.getInfo();
    DataType type =
        typeOf(info)
            .orElseThrow(() ->
                new SkerryException(
                    ErrorCode.BAD_MODEL,
                    "output '%s' has elements of type %s, which Skerry does not know"
                        .formatted(output, info.onnxType)));
    if (type == DataType.STRING) {
      return Tensor.ofStrings(info.getShape(), texts(value));
    }
    if (type.bits() % Byte.SIZE != 0 || engineBytes(info) < 0) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "output '%s' is %s, which the engine's Java binding cannot read; let the graph Cast it"
              .formatted(output, type));
    }
    if (info.getNumElements() == 0) {
      return Tensor.ofBytes(type, info.getShape());
    }
    return Tensor.of(type, info.getShape(), MemorySegment.ofBuffer(value.getByteBuffer()));
  }

  private static long engineBytes(TensorInfo info) {
    return info.type == OnnxJavaType.UNKNOWN ? -1 : info.type.size;
  }

  private static List<Bytes> texts(OnnxTensor value) throws OrtException {
    Object content = value.getValue();
    String[] flat = content instanceof String text ? new String[] {text} : flatten(content);
    return Stream.of(flat).map(Bytes::ofUtf8).toList();
  }

  private static String[] flatten(Object content) {
    return content instanceof String[] row ? row : OrtUtil.flattenString(content);
  }
}
