package dev.skerry.agent.serve;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.Tensor;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The answer to an inference request as bytes: JSON, and behind it the outputs that are wanted as
 * binary data.
 *
 * @param jsonBytes of {@code body} that are JSON; empty when all are
 */
@SuppressWarnings("ArrayRecordComponent") // written to the connection as it is, never compared
record InferResponse(byte[] body, OptionalInt jsonBytes) {
  private static final int HEAD_BYTES = 256;
  private static final int BYTES_PER_NUMBER = 12;

  /** An output with its form. */
  private record Part(String name, Tensor tensor, Datatype datatype, boolean binary) {}

  static InferResponse of(InferRequest request, Models.Answer answer) {
    List<Part> parts = parts(request, answer);
    ByteSink json = new ByteSink(expectedBytes(parts));
    json.ascii("{\"model_name\":");
    json.quoted(answer.by().receipt().model());
    json.ascii(",\"model_version\":");
    json.quoted(Models.version(answer.by()));
    request
        .id()
        .ifPresent(id -> {
          json.ascii(",\"id\":");
          json.quoted(id);
        });
    json.ascii(",\"outputs\":[");
    ByteSink binary = new ByteSink(0);
    for (int i = 0; i < parts.size(); i++) {
      if (i > 0) {
        json.put(',');
      }
      output(parts.get(i), json, binary);
    }
    json.ascii("]}");
    int jsonBytes = json.size();
    json.put(binary.toByteArray());
    boolean mixed = parts.stream().anyMatch(Part::binary);
    return new InferResponse(
        json.toByteArray(), mixed ? OptionalInt.of(jsonBytes) : OptionalInt.empty());
  }

  /** The outputs {@code names} as an array of JSON objects. */
  static void outputs(Models.Answer answer, List<String> names, ByteSink json) {
    json.put('[');
    for (int i = 0; i < names.size(); i++) {
      if (i > 0) {
        json.put(',');
      }
      output(part(answer, names.get(i), false), json, new ByteSink(0));
    }
    json.put(']');
  }

  private static List<Part> parts(InferRequest request, Models.Answer answer) {
    List<Part> parts = new ArrayList<>();
    if (request.outputs().isEmpty()) {
      answer
          .usual(request.step().isPresent())
          .forEach(name -> parts.add(part(answer, name, request.allBinary())));
    }
    for (InferRequest.WantedOutput wanted : request.outputs()) {
      parts.add(part(answer, wanted.name(), wanted.binary().orElse(request.allBinary())));
    }
    return parts;
  }

  private static Part part(Models.Answer answer, String name, boolean binary) {
    return new Part(name, answer.output(name), answer.datatype(name), binary);
  }

  private static int expectedBytes(List<Part> parts) {
    long numbers =
        parts.stream()
            .filter(part -> !part.binary())
            .mapToLong(p -> p.tensor().elementCount())
            .sum();
    return (int) Math.min(1 << 24, HEAD_BYTES + numbers * BYTES_PER_NUMBER);
  }

  private static void output(Part part, ByteSink json, ByteSink binary) {
    json.ascii("{\"name\":");
    json.quoted(part.name());
    json.ascii(",\"datatype\":\"");
    json.ascii(part.datatype().name());
    json.ascii("\",\"shape\":[");
    long[] dims = part.tensor().dims();
    for (int i = 0; i < dims.length; i++) {
      if (i > 0) {
        json.put(',');
      }
      NumberText.write(dims[i], json);
    }
    json.put(']');
    if (part.binary()) {
      int before = binary.size();
      binary(part.tensor(), binary);
      json.ascii(",\"parameters\":{\"binary_data_size\":");
      NumberText.write((long) binary.size() - before, json);
      json.put('}');
    } else {
      json.ascii(",\"data\":[");
      data(part, json);
      json.put(']');
    }
    json.put('}');
  }

  private static void binary(Tensor tensor, ByteSink out) {
    if (tensor.strings().isEmpty()) {
      out.put(tensor.data().toArray(ValueLayout.JAVA_BYTE));
      return;
    }
    for (Bytes text : tensor.strings()) {
      byte[] length = new byte[Integer.BYTES];
      ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).putInt(text.length());
      out.put(length);
      out.put(text.toArray());
    }
  }

  private static void data(Part part, ByteSink out) {
    if (part.datatype() == Datatype.FP32) {
      floats(part.tensor(), out);
      return;
    }
    for (long i = 0; i < part.tensor().elementCount(); i++) {
      if (i > 0) {
        out.put(',');
      }
      element(part, i, out);
    }
  }

  private static void floats(Tensor tensor, ByteSink out) {
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      if (i > 0) {
        out.put(',');
      }
      NumberText.write(values[i], out);
    }
  }

  private static void element(Part part, long at, ByteSink out) {
    Tensor tensor = part.tensor();
    switch (part.datatype()) {
      case FP16, BF16, FP32 -> NumberText.write((float) tensor.asDouble(at), out);
      case FP64 -> NumberText.write(tensor.asDouble(at), out);
      case BOOL -> out.ascii(tensor.asLong(at) == 0 ? "false" : "true");
      case UINT64 -> out.ascii(Long.toUnsignedString(tensor.asLong(at)));
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 ->
          NumberText.write(tensor.asLong(at), out);
      case BYTES -> out.quoted(tensor.strings().get((int) at).utf8());
    }
  }
}
