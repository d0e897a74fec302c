package dev.skerry.agent.grpc;

import dev.skerry.agent.sequence.SequenceStep;
import dev.skerry.agent.serve.DescribedInput;
import dev.skerry.agent.serve.HttpProblem;
import dev.skerry.agent.serve.StepParameters;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A {@code ModelInferRequest} as it came; the data of its tensors stays where it is in the message.
 * Field numbers are those of the Open Inference Protocol.
 *
 * @param version empty for any
 * @param id empty for none
 * @param step of a sequence that it is
 * @param outputs that are wanted; all when empty
 * @param raw data of the inputs in their order; none when inputs have contents of their own
 */
record InferMessage(
    String model,
    String version,
    String id,
    Optional<SequenceStep> step,
    List<Input> inputs,
    List<String> outputs,
    List<Slice> raw) {
  /** Inputs, outputs or data of one request. */
  private static final int MOST_PARTS = 1024;

  /** A part of the message. */
  @SuppressWarnings("ArrayRecordComponent") // a view of the message, never compared
  record Slice(byte[] message, int offset, int length) {
    InputStream stream() {
      return new ByteArrayInputStream(message, offset, length);
    }

    byte[] toArray() {
      byte[] copy = new byte[length];
      System.arraycopy(message, offset, copy, 0, length);
      return copy;
    }
  }

  /**
   * An input as it was described.
   *
   * @param contents each an {@code InferTensorContents}; none when its data is raw
   */
  @SuppressWarnings("ArrayRecordComponent") // a shape on its way to a tensor, never compared
  record Input(String name, String datatype, long[] shape, List<ProtoReader> contents) {}

  /**
   * Reads a message.
   *
   * @throws HttpProblem 400 if it is none
   */
  static InferMessage read(byte[] message) {
    String model = "";
    String version = "";
    String id = "";
    List<Input> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    List<Slice> raw = new ArrayList<>();
    StepParameters step = new StepParameters();
    ProtoReader in = new ProtoReader(message);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> model = in.text();
        case 2 -> version = in.text();
        case 3 -> id = in.text();
        case 4 -> parameter(in.inner(), step);
        case 5 -> add(inputs, input(in.inner()));
        case 6 -> add(outputs, output(in.inner()));
        case 7 -> add(raw, in.slice());
        default -> {} // fields of later versions
      }
    }
    return new InferMessage(model, version, id, step.read(), inputs, outputs, raw);
  }

  /** An entry of the map of parameters: its key, and an {@code InferParameter}. */
  private static void parameter(ProtoReader in, StepParameters step) {
    String key = "";
    boolean flag = false;
    String text = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.text();
        case 2 -> {
          ProtoReader value = in.inner();
          while (value.next()) {
            switch (value.field()) {
              case 1 -> flag = value.varint() != 0;
              case 2, 5 -> text = Long.toUnsignedString(value.varint());
              case 3 -> text = value.text();
              default -> {} // other types, which no known parameter has
            }
          }
        }
        default -> {} // fields of later versions
      }
    }
    switch (key) {
      case "sequence_id" -> step.id(text);
      case "sequence_start" -> step.start(flag);
      case "sequence_end" -> step.end(flag);
      default -> {} // of other extensions
    }
  }

  private static <T> void add(List<T> parts, T part) {
    if (parts.size() == MOST_PARTS) {
      throw HttpProblem.badRequest(
          "the request has more than %d inputs, outputs or parts of data".formatted(MOST_PARTS));
    }
    parts.add(part);
  }

  private static Input input(ProtoReader in) {
    String name = "";
    String datatype = "";
    List<Long> shape = new ArrayList<>();
    List<ProtoReader> contents = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.text();
        case 2 -> datatype = in.text();
        case 3 -> shape(in, shape);
        case 5 -> add(contents, in.inner());
        default -> {} // parameters, and fields of later versions
      }
    }
    long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
    return new Input(name, datatype, sizes, contents);
  }

  /** Packed, or one element at a time. */
  private static void shape(ProtoReader in, List<Long> shape) {
    if (!in.isDelimited()) {
      axis(in.varint(), shape);
      return;
    }
    ProtoReader packed = in.inner();
    while (packed.hasRaw()) {
      axis(packed.rawVarint(), shape);
    }
  }

  private static void axis(long size, List<Long> shape) {
    if (size < 0 || size > Integer.MAX_VALUE || shape.size() == DescribedInput.MOST_AXES) {
      throw HttpProblem.badRequest(
          "axis %d of a shape is %d; at most %d axes from 0 to %d were expected"
              .formatted(shape.size(), size, DescribedInput.MOST_AXES, Integer.MAX_VALUE));
    }
    shape.add(size);
  }

  private static String output(ProtoReader in) {
    String name = "";
    while (in.next()) {
      if (in.field() == 1) {
        name = in.text();
      }
    }
    return name;
  }
}
