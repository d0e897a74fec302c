package dev.skerry.graph;

import dev.skerry.graph.OnnxProto.AttributeProto;
import dev.skerry.graph.OnnxProto.GraphProto;
import dev.skerry.graph.OnnxProto.NodeProto;
import dev.skerry.graph.OnnxProto.ValueInfoProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Reads {@code GraphProto} and what is in it. */
final class GraphReader {
  /** Most graphs inside one another; the limit of stock protobuf readers comes to about as many. */
  static final int MAX_DEPTH = 32;

  private final ExternalFiles files;
  private int depth;

  GraphReader(ExternalFiles files) {
    this.files = files;
  }

  Graph graph(WireReader in) {
    if (++depth > MAX_DEPTH) {
      throw in.failMessage("graphs are nested more than " + MAX_DEPTH + " deep");
    }
    String name = "";
    List<ValueInfo> inputs = new ArrayList<>();
    List<ValueInfo> outputs = new ArrayList<>();
    List<ValueInfo> values = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    SequencedMap<String, Tensor> initializers = new LinkedHashMap<>();
    KeptFields kept = new KeptFields();
    while (in.next()) {
      switch (in.field()) {
        case GraphProto.NODE -> nodes.add(node(in.message()));
        case GraphProto.NAME -> name = in.text();
        case GraphProto.INITIALIZER -> initializer(in, initializers);
        case GraphProto.INPUT -> inputs.add(value(in.message()));
        case GraphProto.OUTPUT -> outputs.add(value(in.message()));
        case GraphProto.VALUE_INFO -> values.add(value(in.message()));
        default -> kept.keep(in);
      }
    }
    depth--;
    return new Graph(name, inputs, outputs, values, initializers, nodes, kept.toBytes());
  }

  private void initializer(WireReader in, SequencedMap<String, Tensor> initializers) {
    TensorReader tensor = new TensorReader(in.message(), files);
    if (initializers.put(tensor.name(), tensor.initializer()) != null) {
      throw in.failField("initializer '" + tensor.name() + "' occurs a second time");
    }
  }

  private static ValueInfo value(WireReader in) {
    String name = "";
    WireReader type = null;
    KeptFields kept = new KeptFields();
    while (in.next()) {
      switch (in.field()) {
        case ValueInfoProto.NAME -> name = in.text();
        case ValueInfoProto.TYPE -> type = in.message();
        default -> kept.keep(in);
      }
    }
    if (type == null) {
      return new ValueInfo(name, null, kept.toBytes());
    }
    TypeCodec.Decoded decoded = TypeCodec.read(type);
    WireWriter extra = new WireWriter();
    if (!decoded.complete()) {
      extra.bytes(ValueInfoProto.TYPE, type.encoded());
    }
    extra.raw(kept.toBytes());
    return new ValueInfo(name, decoded.type(), Bytes.of(extra.toByteArray()));
  }

  Node node(WireReader in) {
    String name = "";
    String domain = "";
    String op = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    SequencedMap<String, Attribute> attributes = new LinkedHashMap<>();
    KeptFields kept = new KeptFields();
    while (in.next()) {
      switch (in.field()) {
        case NodeProto.INPUT -> inputs.add(in.text());
        case NodeProto.OUTPUT -> outputs.add(in.text());
        case NodeProto.NAME -> name = in.text();
        case NodeProto.OP_TYPE -> op = in.text();
        case NodeProto.DOMAIN -> domain = in.text();
        case NodeProto.ATTRIBUTE -> attribute(in.message(), attributes, kept);
        default -> kept.keep(in);
      }
    }
    return new Node(name, domain, op, inputs, outputs, attributes, kept.toBytes());
  }

  private void attribute(
      WireReader message, SequencedMap<String, Attribute> attributes, KeptFields kept) {
    AttributeHead head = AttributeHead.read(message);
    KeptFields left = new KeptFields();
    Attribute value =
        head.kind == null || head.isReference
            ? new Attribute.Other(
                head.isReference ? "ref_attr_name" : "undefined", message.encoded())
            : value(message, head.kind, left);
    if (attributes.put(head.name, value) != null) {
      throw message.failMessage("a node has the attribute '" + head.name + "' twice");
    }
    kept.keepEntry(NodeProto.ATTRIBUTE, head.name, left);
  }

  /** What tells how to read an attribute's value; {@code kind} is null when there is none. */
  private record AttributeHead(String name, @Nullable AttributeKind kind, boolean isReference) {
    static AttributeHead read(WireReader message) {
      String name = "";
      long declared = 0;
      AttributeKind seen = null;
      boolean isReference = false;
      WireReader in = message.again();
      while (in.next()) {
        switch (in.field()) {
          case AttributeProto.NAME -> name = in.text();
          case AttributeProto.TYPE -> declared = in.varint();
          case AttributeProto.REF_ATTR_NAME -> isReference = !in.text().isEmpty();
          default -> {
            // Files before IR version 2 leave the type out.
            seen = AttributeKind.ofField(in.field()).orElse(seen);
            in.skip();
          }
        }
      }
      AttributeKind kind = declared == 0 ? seen : AttributeKind.ofCode(declared).orElse(null);
      return new AttributeHead(name, kind, isReference);
    }
  }

  /** Reads the fields that {@code kind} uses; those of other kinds are {@code left}. */
  private Attribute value(WireReader message, AttributeKind kind, KeptFields left) {
    return switch (kind) {
      case FLOAT -> new Attribute.Float(last(floats(message, kind, left), 0f));
      case FLOATS -> new Attribute.Floats(floats(message, kind, left));
      case INT -> new Attribute.Int(last(ints(message, kind, left), 0L));
      case INTS -> new Attribute.Ints(ints(message, kind, left));
      case STRING -> new Attribute.Text(last(texts(message, kind, left), Bytes.EMPTY));
      case STRINGS -> new Attribute.Texts(texts(message, kind, left));
      case TENSOR ->
          new Attribute.TensorValue(only(message, tensors(message, kind, left), "tensor"));
      case TENSORS -> new Attribute.Tensors(tensors(message, kind, left));
      case GRAPH -> new Attribute.GraphValue(only(message, graphs(message, kind, left), "graph"));
      case GRAPHS -> new Attribute.Graphs(graphs(message, kind, left));
      case SPARSE_TENSOR -> new Attribute.Other("sparse_tensor", message.encoded());
      case SPARSE_TENSORS -> new Attribute.Other("sparse_tensors", message.encoded());
      case TYPE_PROTO -> new Attribute.Other("tp", message.encoded());
      case TYPE_PROTOS -> new Attribute.Other("type_protos", message.encoded());
    };
  }

  /** The value of a field that should stand once; the last one counts, as in all of protobuf. */
  private static <T> T last(List<T> values, T whenAbsent) {
    return values.isEmpty() ? whenAbsent : values.getLast();
  }

  private static List<Float> floats(WireReader message, AttributeKind kind, KeptFields left) {
    List<Float> floats = new ArrayList<>();
    forValues(
        message,
        kind,
        left,
        in -> {
          if (kind == AttributeKind.FLOAT) {
            floats.add(in.float32());
          } else {
            in.fixeds(4, bits -> add(in, floats, Float.intBitsToFloat((int) bits)));
          }
        });
    return floats;
  }

  private static List<Long> ints(WireReader message, AttributeKind kind, KeptFields left) {
    List<Long> ints = new ArrayList<>();
    forValues(
        message,
        kind,
        left,
        in -> {
          if (kind == AttributeKind.INT) {
            ints.add(in.varint());
          } else {
            in.varints(value -> add(in, ints, value));
          }
        });
    return ints;
  }

  private static <N extends Number> void add(WireReader in, List<N> numbers, N value) {
    in.charge(ReadSource.NUMBER_BYTES);
    numbers.add(value);
  }

  private static List<Bytes> texts(WireReader message, AttributeKind kind, KeptFields left) {
    List<Bytes> texts = new ArrayList<>();
    forValues(message, kind, left, in -> texts.add(in.bytes()));
    return texts;
  }

  private List<Tensor> tensors(WireReader message, AttributeKind kind, KeptFields left) {
    List<Tensor> tensors = new ArrayList<>();
    forValues(
        message,
        kind,
        left,
        in -> tensors.add(new TensorReader(in.message(), files).attributeValue()));
    return tensors;
  }

  private List<Graph> graphs(WireReader message, AttributeKind kind, KeptFields left) {
    List<Graph> graphs = new ArrayList<>();
    forValues(message, kind, left, in -> graphs.add(graph(in.message())));
    return graphs;
  }

  private static <T> T only(WireReader message, List<T> values, String what) {
    if (values.size() != 1) {
      throw message.failMessage(
          "an attribute should hold one %s but holds %d".formatted(what, values.size()));
    }
    return values.getFirst();
  }

  private interface FieldReader {
    void read(WireReader in);
  }

  private static void forValues(
      WireReader message, AttributeKind kind, KeptFields left, FieldReader reader) {
    WireReader in = message.again();
    while (in.next()) {
      if (in.field() == kind.field()) {
        reader.read(in);
      } else if (in.field() == AttributeProto.NAME || in.field() == AttributeProto.TYPE) {
        in.skip();
      } else {
        left.keep(in);
      }
    }
  }
}
