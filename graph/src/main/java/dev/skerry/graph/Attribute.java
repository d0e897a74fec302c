package dev.skerry.graph;

import java.util.List;

/** Value of a node's attribute ({@code AttributeProto}); its name is the key in the node's map. */
public sealed interface Attribute {
  record Float(float value) implements Attribute {}

  record Int(long value) implements Attribute {}

  /** A byte string; most are UTF-8 text. */
  record Text(Bytes value) implements Attribute {}

  record TensorValue(Tensor value) implements Attribute {}

  record GraphValue(Graph value) implements Attribute {}

  record Floats(List<java.lang.Float> values) implements Attribute {
    public Floats {
      values = List.copyOf(values);
    }
  }

  record Ints(List<Long> values) implements Attribute {
    public Ints {
      values = List.copyOf(values);
    }

    public static Ints of(long... values) {
      return new Ints(java.util.Arrays.stream(values).boxed().toList());
    }

    public long[] toArray() {
      return values.stream().mapToLong(Long::longValue).toArray();
    }
  }

  record Texts(List<Bytes> values) implements Attribute {
    public Texts {
      values = List.copyOf(values);
    }
  }

  record Tensors(List<Tensor> values) implements Attribute {
    public Tensors {
      values = List.copyOf(values);
    }
  }

  record Graphs(List<Graph> values) implements Attribute {
    public Graphs {
      values = List.copyOf(values);
    }
  }

  /**
   * An attribute that Skerry does not look into (sparse tensors, types, references of functions to
   * their own attributes): the encoded {@code AttributeProto}, written back as it was.
   */
  record Other(String kind, Bytes encoded) implements Attribute {}

  static Attribute of(long value) {
    return new Int(value);
  }

  static Attribute of(float value) {
    return new Float(value);
  }

  static Attribute of(String value) {
    return new Text(Bytes.ofUtf8(value));
  }
}
