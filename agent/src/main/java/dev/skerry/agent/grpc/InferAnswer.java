package dev.skerry.agent.grpc;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.agent.serve.Models;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Writes a {@code ModelInferResponse}. */
final class InferAnswer {
  private InferAnswer() {}

  private record Part(String name, Tensor tensor, Datatype datatype) {}

  /**
   * The message as a frame.
   *
   * @param id to be echoed
   * @param wanted names of outputs, in their order
   * @param raw whether outputs go as {@code raw_output_contents}; they do in any case when one of
   *     them has a type without contents of its own
   */
  static byte[] frame(Models.Answer answer, String id, List<String> wanted, boolean raw) {
    List<Part> parts = parts(answer, wanted);
    boolean allRaw =
        raw || parts.stream().anyMatch(part -> TypedContents.field(part.datatype()).isEmpty());
    ProtoWriter out = new ProtoWriter();
    out.text(1, answer.by().receipt().model()).text(2, Models.version(answer.by())).text(3, id);
    for (Part part : parts) {
      out.message(
          5,
          inner -> {
            inner.text(1, part.name()).text(2, part.datatype().name());
            inner.integers(3, part.tensor().dims());
            if (!allRaw) {
              inner.message(5, contents -> typed(part, contents));
            }
          });
    }
    if (allRaw) {
      parts.forEach(part -> raw(part.tensor(), out));
    }
    return out.frame();
  }

  private static List<Part> parts(Models.Answer answer, List<String> wanted) {
    List<Part> parts = new ArrayList<>();
    for (String name : wanted) {
      parts.add(new Part(name, answer.output(name), answer.datatype(name)));
    }
    return parts;
  }

  private static void typed(Part part, ProtoWriter out) {
    Tensor tensor = part.tensor();
    int field = TypedContents.field(part.datatype()).orElseThrow();
    switch (part.datatype()) {
      // Packed, these are the bytes that the tensor has.
      case FP32, FP64, BOOL -> out.bytes(field, tensor.data());
      case BYTES -> tensor.strings().forEach(text -> out.bytes(field, text.toArray()));
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> {
        long[] values = new long[Math.toIntExact(tensor.elementCount())];
        for (int i = 0; i < values.length; i++) {
          values[i] = tensor.asLong(i);
        }
        out.integers(field, values);
      }
      case FP16, BF16 -> throw new IllegalStateException("has no contents");
    }
  }

  private static void raw(Tensor tensor, ProtoWriter out) {
    if (tensor.strings().isEmpty()) {
      out.bytes(6, tensor.data());
      return;
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Bytes text : tensor.strings()) {
      ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      all.writeBytes(length.putInt(0, text.length()).array());
      all.writeBytes(text.toArray());
    }
    out.bytes(6, all.toByteArray());
  }
}
