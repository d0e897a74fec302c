package dev.skerry.graph;

import dev.skerry.graph.OnnxProto.AttributeProto;
import dev.skerry.graph.OnnxProto.FunctionProto;
import dev.skerry.graph.OnnxProto.GraphProto;
import dev.skerry.graph.OnnxProto.ModelProto;
import dev.skerry.graph.OnnxProto.NodeProto;
import dev.skerry.graph.OnnxProto.OperatorSetIdProto;
import dev.skerry.graph.OnnxProto.StringStringEntryProto;
import dev.skerry.graph.OnnxProto.TensorProto;
import dev.skerry.graph.OnnxProto.ValueInfoProto;
import java.util.List;
import java.util.Objects;

/**
 * Encodes a model as {@code ModelProto}, fields in order of their numbers, kept fields last. The
 * same model always gives the same bytes.
 */
final class ModelEncoder {
  private final ExternalPlan plan;

  /**
   * @param plan decides which initializers go to a file of their own
   */
  ModelEncoder(ExternalPlan plan) {
    this.plan = plan;
  }

  WireWriter model(Model model) {
    KeptFields.Split kept =
        new KeptFields.Split(model.extra(), ModelProto.OPSET_IMPORT, ModelProto.METADATA_PROPS);
    WireWriter out = new WireWriter();
    if (model.irVersion() != 0) {
      out.varint(ModelProto.IR_VERSION, model.irVersion());
    }
    out.optionalText(ModelProto.PRODUCER_NAME, model.producerName());
    out.optionalText(ModelProto.PRODUCER_VERSION, model.producerVersion());
    out.message(ModelProto.GRAPH, graph(model.graph()));
    opsets(out, ModelProto.OPSET_IMPORT, model.opsets(), kept);
    model
        .metadata()
        .forEach((key, value) -> {
          WireWriter entry = new WireWriter();
          entry.text(StringStringEntryProto.KEY, key);
          entry.text(StringStringEntryProto.VALUE, value);
          entry.raw(kept.take(ModelProto.METADATA_PROPS, key));
          out.message(ModelProto.METADATA_PROPS, entry);
        });
    model.functions().forEach(function -> out.message(ModelProto.FUNCTIONS, function(function)));
    out.raw(kept.rest());
    return out;
  }

  private static void opsets(
      WireWriter out, int field, List<OperatorSet> opsets, KeptFields.Split kept) {
    for (OperatorSet set : opsets) {
      WireWriter encoded = new WireWriter();
      encoded.text(OperatorSetIdProto.DOMAIN, set.domain());
      encoded.varint(OperatorSetIdProto.VERSION, set.version());
      encoded.raw(kept.take(field, set.domain()));
      out.message(field, encoded);
    }
  }

  private WireWriter function(Function function) {
    KeptFields.Split kept = new KeptFields.Split(function.extra(), FunctionProto.OPSET_IMPORT);
    WireWriter out = new WireWriter();
    out.text(FunctionProto.NAME, function.name());
    out.texts(FunctionProto.INPUT, function.inputs());
    out.texts(FunctionProto.OUTPUT, function.outputs());
    function.nodes().forEach(node -> out.message(FunctionProto.NODE, node(node)));
    opsets(out, FunctionProto.OPSET_IMPORT, function.opsets(), kept);
    out.text(FunctionProto.DOMAIN, function.domain());
    out.raw(kept.rest());
    return out;
  }

  private WireWriter graph(Graph graph) {
    WireWriter out = new WireWriter();
    graph.nodes().forEach(node -> out.message(GraphProto.NODE, node(node)));
    out.optionalText(GraphProto.NAME, graph.name());
    graph
        .initializers()
        .forEach((name, tensor) -> out.message(GraphProto.INITIALIZER, initializer(name, tensor)));
    graph.inputs().forEach(value -> out.message(GraphProto.INPUT, value(value)));
    graph.outputs().forEach(value -> out.message(GraphProto.OUTPUT, value(value)));
    graph.values().forEach(value -> out.message(GraphProto.VALUE_INFO, value(value)));
    out.raw(graph.extra());
    return out;
  }

  private static WireWriter value(ValueInfo value) {
    WireWriter out = new WireWriter();
    out.text(ValueInfoProto.NAME, value.name());
    Type type = value.type();
    KeptFields rest = new KeptFields();
    WireReader in = WireReader.over(ReadSource.of(value.extra()));
    while (in.next()) {
      if (in.field() != ValueInfoProto.TYPE) {
        rest.keep(in);
        continue;
      }
      // The whole type as it was read, which says more than Type can; good while Type is the same.
      WireReader whole = in.message();
      if (Objects.equals(TypeCodec.read(whole).type(), type)) {
        WireWriter same = new WireWriter();
        same.raw(whole.encoded());
        out.message(ValueInfoProto.TYPE, same);
        type = null;
      }
    }
    if (type != null) {
      out.message(ValueInfoProto.TYPE, TypeCodec.write(type));
    }
    out.raw(rest.toBytes());
    return out;
  }

  private WireWriter node(Node node) {
    KeptFields.Split kept = new KeptFields.Split(node.extra(), NodeProto.ATTRIBUTE);
    WireWriter out = new WireWriter();
    out.texts(NodeProto.INPUT, node.inputs());
    out.texts(NodeProto.OUTPUT, node.outputs());
    out.optionalText(NodeProto.NAME, node.name());
    out.text(NodeProto.OP_TYPE, node.op());
    node.attributes()
        .forEach((name, value) -> {
          WireWriter attribute = attribute(name, value);
          attribute.raw(kept.take(NodeProto.ATTRIBUTE, name));
          out.message(NodeProto.ATTRIBUTE, attribute);
        });
    out.optionalText(NodeProto.DOMAIN, node.domain());
    out.raw(kept.rest());
    return out;
  }

  private WireWriter attribute(String name, Attribute attribute) {
    WireWriter out = new WireWriter();
    if (attribute instanceof Attribute.Other other) {
      out.raw(other.encoded());
      return out;
    }
    out.text(AttributeProto.NAME, name);
    AttributeKind kind = kind(attribute);
    switch (attribute) {
      case Attribute.Float(float value) -> out.float32(kind.field(), value);
      case Attribute.Int(long value) -> out.varint(kind.field(), value);
      case Attribute.Text(Bytes value) -> out.bytes(kind.field(), value);
      case Attribute.TensorValue(Tensor value) -> out.message(kind.field(), inline(value));
      case Attribute.GraphValue(Graph value) -> out.message(kind.field(), graph(value));
      case Attribute.Floats(List<Float> values) -> out.packedFloats(kind.field(), values);
      case Attribute.Ints ints -> out.packedVarints(kind.field(), ints.toArray());
      case Attribute.Texts(List<Bytes> values) ->
          values.forEach(value -> out.bytes(kind.field(), value));
      case Attribute.Tensors(List<Tensor> values) ->
          values.forEach(value -> out.message(kind.field(), inline(value)));
      case Attribute.Graphs(List<Graph> values) ->
          values.forEach(value -> out.message(kind.field(), graph(value)));
      case Attribute.Other _ -> {}
    }
    out.varint(AttributeProto.TYPE, kind.code());
    return out;
  }

  private static AttributeKind kind(Attribute attribute) {
    return switch (attribute) {
      case Attribute.Float _ -> AttributeKind.FLOAT;
      case Attribute.Int _ -> AttributeKind.INT;
      case Attribute.Text _ -> AttributeKind.STRING;
      case Attribute.TensorValue _ -> AttributeKind.TENSOR;
      case Attribute.GraphValue _ -> AttributeKind.GRAPH;
      case Attribute.Floats _ -> AttributeKind.FLOATS;
      case Attribute.Ints _ -> AttributeKind.INTS;
      case Attribute.Texts _ -> AttributeKind.STRINGS;
      case Attribute.Tensors _ -> AttributeKind.TENSORS;
      case Attribute.Graphs _ -> AttributeKind.GRAPHS;
      case Attribute.Other other -> throw new IllegalArgumentException(other.kind());
    };
  }

  private WireWriter initializer(String name, Tensor tensor) {
    WireWriter out = header(tensor);
    out.text(TensorProto.NAME, name);
    if (tensor.type() != DataType.STRING && plan.takes(tensor)) {
      reference(out, plan.add(tensor), tensor.byteSize());
    } else {
      elements(out, tensor);
    }
    out.raw(tensor.extra());
    return out;
  }

  private static WireWriter inline(Tensor tensor) {
    WireWriter out = header(tensor);
    elements(out, tensor);
    out.raw(tensor.extra());
    return out;
  }

  private static WireWriter header(Tensor tensor) {
    WireWriter out = new WireWriter();
    for (long size : tensor.dims()) {
      out.varint(TensorProto.DIMS, size);
    }
    out.varint(TensorProto.DATA_TYPE, tensor.type().code());
    return out;
  }

  private static void elements(WireWriter out, Tensor tensor) {
    if (tensor.type() == DataType.STRING) {
      tensor.strings().forEach(text -> out.bytes(TensorProto.STRING_DATA, text));
    } else {
      out.segment(TensorProto.RAW_DATA, tensor.data());
    }
  }

  private void reference(WireWriter out, long offset, long length) {
    entry(out, "location", plan.location());
    entry(out, "offset", Long.toString(offset));
    entry(out, "length", Long.toString(length));
    out.varint(TensorProto.DATA_LOCATION, TensorProto.EXTERNAL);
  }

  private static void entry(WireWriter out, String key, String value) {
    WireWriter entry = new WireWriter();
    entry.text(StringStringEntryProto.KEY, key);
    entry.text(StringStringEntryProto.VALUE, value);
    out.message(TensorProto.EXTERNAL_DATA, entry);
  }
}
