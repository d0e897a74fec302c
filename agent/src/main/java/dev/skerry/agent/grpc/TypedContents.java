package dev.skerry.agent.grpc;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.agent.serve.DescribedInput;
import dev.skerry.agent.serve.HttpProblem;
import dev.skerry.agent.serve.TensorBudget;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Elements of a tensor as {@code InferTensorContents} has them: one list for each kind of type. */
final class TypedContents {
  /** Names of the fields, by their numbers. */
  private static final Map<Integer, String> FIELDS =
      Map.of(
          1, "bool_contents",
          2, "int_contents",
          3, "int64_contents",
          4, "uint_contents",
          5, "uint64_contents",
          6, "fp32_contents",
          7, "fp64_contents",
          8, "bytes_contents");

  private final DescribedInput input;
  private final TensorBudget.Share budget;
  private final int expected;
  private final MemorySegment memory;
  private final ByteBuffer target;
  private final List<Bytes> texts = new ArrayList<>();
  private int count;

  private TypedContents(DescribedInput input, Arena arena, TensorBudget.Share budget) {
    this.input = input;
    this.budget = budget;
    this.expected =
        field(input.datatype())
            .orElseThrow(() ->
                HttpProblem.badRequest(
                    "input '%s' is %s, which has no contents; send it in raw_input_contents"
                        .formatted(input.name(), input.datatype())));
    this.memory = input.memory(arena);
    this.target = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Number of the field that holds elements of {@code datatype}; empty when they go raw alone. */
  static Optional<Integer> field(Datatype datatype) {
    return Optional.ofNullable(
        switch (datatype) {
          case BOOL -> 1;
          case INT8, INT16, INT32 -> 2;
          case INT64 -> 3;
          case UINT8, UINT16, UINT32 -> 4;
          case UINT64 -> 5;
          case FP32 -> 6;
          case FP64 -> 7;
          case BYTES -> 8;
          case FP16, BF16 -> null;
        });
  }

  /**
   * Reads the contents of {@code input}.
   *
   * @throws HttpProblem 400 if they are not what its type and shape take
   */
  static Tensor read(
      List<ProtoReader> contents, DescribedInput input, Arena arena, TensorBudget.Share budget) {
    TypedContents reader = new TypedContents(input, arena, budget);
    contents.forEach(reader::read);
    return reader.finish();
  }

  private void read(ProtoReader in) {
    while (in.next()) {
      if (in.field() != expected) {
        throw HttpProblem.badRequest(
            "input '%s' is %s, which takes %s, but it has %s"
                .formatted(
                    input.name(),
                    input.datatype(),
                    FIELDS.get(expected),
                    FIELDS.getOrDefault(in.field(), "field " + in.field())));
      }
      if (input.datatype() == Datatype.BYTES) {
        text(in);
      } else if (in.isDelimited()) {
        ProtoReader packed = in.inner();
        while (packed.hasRaw()) {
          element(packed);
        }
      } else {
        element(in); // one at a time, which the encoding allows
      }
    }
  }

  private void element(ProtoReader in) {
    int at = counted();
    switch (input.datatype()) {
      case FP32 -> target.putInt(at * 4, in.rawFixed32());
      case FP64 -> target.putLong(at * 8, in.rawFixed64());
      case BOOL -> target.put(at, (byte) (in.rawVarint() == 0 ? 0 : 1));
      case INT8 -> target.put(at, (byte) within(in.rawVarint(), Byte.MIN_VALUE, Byte.MAX_VALUE));
      case UINT8 -> target.put(at, (byte) within(in.rawVarint(), 0, 0xFF));
      case INT16 ->
          target.putShort(at * 2, (short) within(in.rawVarint(), Short.MIN_VALUE, Short.MAX_VALUE));
      case UINT16 -> target.putShort(at * 2, (short) within(in.rawVarint(), 0, 0xFFFF));
      case INT32, UINT32 -> target.putInt(at * 4, (int) in.rawVarint());
      case INT64, UINT64 -> target.putLong(at * 8, in.rawVarint());
      case BYTES, FP16, BF16 -> throw new IllegalStateException("not a list of numbers");
    }
  }

  /** The index of the next element. */
  private int counted() {
    if (count == input.elements()) {
      throw miscounted("more");
    }
    return count++;
  }

  private long within(long value, long low, long high) {
    if (value < low || value > high) {
      throw HttpProblem.badRequest(
          "element %d of input '%s' (%s) is %d: an integer from %d to %d was expected"
              .formatted(count - 1, input.name(), input.datatype(), value, low, high));
    }
    return value;
  }

  private void text(ProtoReader in) {
    counted();
    InferMessage.Slice text = in.slice();
    budget.take(text.length());
    texts.add(Bytes.of(text.toArray()));
  }

  private HttpProblem miscounted(String found) {
    return HttpProblem.badRequest(
        "%s of input '%s' has %s elements, its shape %s takes %,d"
            .formatted(
                FIELDS.get(expected),
                input.name(),
                found,
                Arrays.toString(input.shape()),
                input.elements()));
  }

  private Tensor finish() {
    if (count != input.elements()) {
      throw miscounted(Integer.toString(count));
    }
    return input.datatype() == Datatype.BYTES
        ? Tensor.ofStrings(input.shape(), texts)
        : Tensor.of(input.datatype().element(), input.shape(), memory);
  }
}
