package dev.skerry.bundle.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds where the elements of tensors lie in an ONNX file, by walking its wire format (Protocol
 * Buffers encoding). What is not understood is passed over: it is still packed, only less well.
 */
final class OnnxTensors {
  /** Fewer bytes are not worth an entry. */
  static final int LEAST_BYTES = 48;

  private static final int MAX_DEPTH = 32;

  // field numbers of onnx.proto
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int NODE_ATTRIBUTE = 5;
  private static final int ATTRIBUTE_TENSOR = 5;
  private static final int ATTRIBUTE_GRAPH = 6;
  private static final int ATTRIBUTE_TENSORS = 10;
  private static final int ATTRIBUTE_GRAPHS = 11;
  private static final int TENSOR_DIMS = 1;
  private static final int TENSOR_TYPE = 2;
  private static final int TENSOR_FLOATS = 4;
  private static final int TENSOR_RAW = 9;
  private static final int TENSOR_DOUBLES = 10;

  private final byte[] file;
  private final List<Elements> found = new ArrayList<>();

  private OnnxTensors(byte[] file) {
    this.file = file;
  }

  /** Elements of one tensor, from {@code start} on. */
  record Elements(int start, int length, Element element, List<Long> dims) {}

  private enum Message {
    MODEL,
    GRAPH,
    NODE,
    ATTRIBUTE
  }

  /** In the order of the file; nothing for a file that is no ONNX file. */
  static List<Elements> in(byte[] file) {
    OnnxTensors tensors = new OnnxTensors(file);
    try {
      tensors.walk(Message.MODEL, 0, file.length, 0);
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      return List.of(); // not the wire format; it is packed as plain bytes
    }
    return tensors.found;
  }

  /** One field's place: its number, and where its content lies when it has a length. */
  private record Field(int number, int type, long value, int start, int end) {
    boolean isMessage() {
      return type == 2;
    }
  }

  private Field field(int at, int limit) {
    Varint key = varint(at, limit);
    int type = (int) (key.value() & 7);
    int number = Math.toIntExact(key.value() >>> 3);
    return switch (type) {
      case 0 -> {
        Varint value = varint(key.end(), limit);
        yield new Field(number, type, value.value(), key.end(), value.end());
      }
      case 1 -> new Field(number, type, 0, key.end(), within(key.end() + 8L, limit));
      case 2 -> {
        Varint length = varint(key.end(), limit);
        int end = within(Math.addExact(length.end(), length.value()), limit);
        yield new Field(number, type, 0, length.end(), end);
      }
      case 5 -> new Field(number, type, 0, key.end(), within(key.end() + 4L, limit));
      default -> throw new IndexOutOfBoundsException("wire type " + type);
    };
  }

  private static int within(long end, int limit) {
    if (end < 0 || end > limit) {
      throw new IndexOutOfBoundsException("a field ends at %d of %d".formatted(end, limit));
    }
    return (int) end;
  }

  private record Varint(long value, int end) {}

  private Varint varint(int at, int limit) {
    long value = 0;
    for (int i = 0; i < 10; i++) {
      within(at + i + 1L, limit);
      value |= (file[at + i] & 0x7FL) << 7 * i;
      if (file[at + i] >= 0) {
        return new Varint(value, at + i + 1);
      }
    }
    throw new IndexOutOfBoundsException("a number is longer than 10 bytes");
  }

  private void walk(Message message, int start, int end, int depth) {
    if (depth > MAX_DEPTH) {
      return;
    }
    for (int at = start; at < end; ) {
      Field field = field(at, end);
      at = field.end();
      if (field.isMessage()) {
        enter(message, field, depth + 1);
      }
    }
  }

  private void enter(Message message, Field field, int depth) {
    int start = field.start();
    int end = field.end();
    switch (message) {
      case MODEL -> {
        if (field.number() == MODEL_GRAPH) {
          walk(Message.GRAPH, start, end, depth);
        }
      }
      case GRAPH -> {
        if (field.number() == GRAPH_NODE) {
          walk(Message.NODE, start, end, depth);
        } else if (field.number() == GRAPH_INITIALIZER) {
          tensor(start, end);
        }
      }
      case NODE -> {
        if (field.number() == NODE_ATTRIBUTE) {
          walk(Message.ATTRIBUTE, start, end, depth);
        }
      }
      case ATTRIBUTE -> {
        switch (field.number()) {
          case ATTRIBUTE_GRAPH, ATTRIBUTE_GRAPHS -> walk(Message.GRAPH, start, end, depth);
          case ATTRIBUTE_TENSOR, ATTRIBUTE_TENSORS -> tensor(start, end);
          default -> {
            // names, numbers
          }
        }
      }
    }
  }

  private void tensor(int start, int end) {
    List<Long> dims = new ArrayList<>();
    Optional<Element> element = Optional.empty();
    Field content = null;
    for (int at = start; at < end; ) {
      Field field = field(at, end);
      at = field.end();
      switch (field.number()) {
        case TENSOR_DIMS -> dims(field, dims);
        case TENSOR_TYPE -> element = Element.of(field.value());
        case TENSOR_FLOATS, TENSOR_RAW, TENSOR_DOUBLES ->
            content = field.isMessage() ? field : content;
        default -> {
          // names, other forms of content
        }
      }
    }
    if (content != null && element.isPresent()) {
      int length = content.end() - content.start();
      if (length >= LEAST_BYTES && element.get().divides(length)) {
        found.add(new Elements(content.start(), length, element.get(), dims));
      }
    }
  }

  private void dims(Field field, List<Long> dims) {
    if (!field.isMessage()) {
      dims.add(field.value());
      return;
    }
    for (int at = field.start(); at < field.end(); ) {
      Varint value = varint(at, field.end());
      dims.add(value.value());
      at = value.end();
    }
  }
}
