package dev.skerry.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Skerry does not model passes through: fields unknown to it at every level, and others. */
class UnknownFieldsTest {
  /** A field number that no message of ONNX has. */
  private static final int UNKNOWN = 2000;

  private static final Path NOWHERE = Path.of(".");

  private static WireWriter marked(String marker) {
    WireWriter message = new WireWriter();
    message.text(UNKNOWN, "<" + marker + ">");
    return message;
  }

  private static WireWriter type() {
    WireWriter dim = marked("dim");
    dim.varint(OnnxProto.TypeProto.DIM_VALUE, 4);
    WireWriter shape = marked("shape");
    shape.message(OnnxProto.TypeProto.DIM, dim);
    WireWriter tensor = marked("tensor type");
    tensor.varint(OnnxProto.TypeProto.ELEM_TYPE, 1);
    tensor.message(OnnxProto.TypeProto.SHAPE, shape);
    WireWriter type = marked("type");
    type.message(OnnxProto.TypeProto.TENSOR_TYPE, tensor);
    type.text(OnnxProto.TypeProto.DENOTATION, "<denotation>");
    return type;
  }

  private static WireWriter value(String name) {
    WireWriter value = marked("value " + name);
    value.text(OnnxProto.ValueInfoProto.NAME, name);
    value.message(OnnxProto.ValueInfoProto.TYPE, type());
    return value;
  }

  private static WireWriter tensor(String name) {
    WireWriter tensor = marked("tensor " + name);
    tensor.varint(OnnxProto.TensorProto.DIMS, 1);
    tensor.varint(OnnxProto.TensorProto.DATA_TYPE, 1);
    tensor.text(OnnxProto.TensorProto.NAME, name);
    tensor.bytes(OnnxProto.TensorProto.RAW_DATA, Bytes.of(new byte[4]));
    return tensor;
  }

  private static WireWriter attribute(String name, int field, WireWriter content, int type) {
    WireWriter attribute = marked("attribute " + name);
    attribute.text(OnnxProto.AttributeProto.NAME, name);
    attribute.message(field, content);
    attribute.varint(OnnxProto.AttributeProto.TYPE, type);
    return attribute;
  }

  private static WireWriter node() {
    WireWriter node = marked("node");
    node.text(OnnxProto.NodeProto.OUTPUT, "y");
    node.text(OnnxProto.NodeProto.OP_TYPE, "Constant");
    node.message(
        OnnxProto.NodeProto.ATTRIBUTE,
        attribute("value", OnnxProto.AttributeProto.T, tensor("<held>"), 5 - 1));
    node.message(
        OnnxProto.NodeProto.ATTRIBUTE,
        attribute("sparse", OnnxProto.AttributeProto.SPARSE_TENSOR, marked("sparse"), 11));
    WireWriter reference = marked("reference");
    reference.text(OnnxProto.AttributeProto.NAME, "alpha");
    reference.text(OnnxProto.AttributeProto.REF_ATTR_NAME, "<outer alpha>");
    node.message(OnnxProto.NodeProto.ATTRIBUTE, reference);
    return node;
  }

  private static WireWriter keyed(String key) {
    WireWriter entry = marked("entry " + key);
    entry.text(1, key);
    return entry;
  }

  /** A model with a marker in an unknown field of every message, modelled fields mixed in. */
  private static byte[] model() {
    WireWriter graph = marked("graph");
    graph.message(OnnxProto.GraphProto.NODE, node());
    graph.message(OnnxProto.GraphProto.INITIALIZER, tensor("w"));
    graph.message(OnnxProto.GraphProto.SPARSE_INITIALIZER, marked("sparse initializer"));
    graph.message(OnnxProto.GraphProto.INPUT, value("x"));
    graph.message(14, marked("quantization annotation"));
    WireWriter function = marked("function");
    function.text(OnnxProto.FunctionProto.NAME, "F");
    function.message(OnnxProto.FunctionProto.NODE, node());
    function.message(OnnxProto.FunctionProto.OPSET_IMPORT, keyed("own"));
    WireWriter model = marked("model");
    model.message(OnnxProto.ModelProto.METADATA_PROPS, keyed("author"));
    model.message(OnnxProto.ModelProto.FUNCTIONS, function);
    model.message(OnnxProto.ModelProto.GRAPH, graph);
    model.message(OnnxProto.ModelProto.OPSET_IMPORT, keyed("own"));
    model.message(20, marked("training info"));
    model.varint(2001, 7);
    return model.toByteArray();
  }

  @Test
  void readAndWrite_keepsUnknownFieldsOfEveryMessage() {
    Model model = ModelReader.read(model(), NOWHERE);
    byte[] written = ModelWriter.toBytes(model);
    String text = new String(written, StandardCharsets.ISO_8859_1);
    List<String> markers =
        new String(model(), StandardCharsets.ISO_8859_1)
            .transform(all -> java.util.regex.Pattern.compile("<[a-zA-Z ]+>").matcher(all))
            .results()
            .map(java.util.regex.MatchResult::group)
            .toList();
    assertThat(markers).hasSizeGreaterThan(25);
    for (String marker : markers) {
      assertThat(text.split(marker, -1)).as(marker).hasSameSizeAs(in(marker));
    }
    Model again = ModelReader.read(written, NOWHERE);
    assertThat(GraphDiff.between(model, again)).isEmpty();
    assertThat(ModelWriter.toBytes(again)).isEqualTo(written);
  }

  private static String[] in(String marker) {
    return new String(model(), StandardCharsets.ISO_8859_1).split(marker, -1);
  }

  @Test
  void readAndWrite_modelledPartsAreReadBesideUnknownOnes() {
    Model model = ModelReader.read(model(), NOWHERE);
    assertThat(model.graph().inputs().getFirst().type())
        .isEqualTo(Type.Tensor.of(DataType.FLOAT, 4));
    Node node = model.graph().nodes().getFirst();
    assertThat(GraphIndex.constantOf(node.without("sparse").without("alpha"))).isPresent();
    assertThat(node.attribute("sparse")).containsInstanceOf(Attribute.Other.class);
    assertThat(node.attribute("alpha")).containsInstanceOf(Attribute.Other.class);
  }

  @Test
  void write_valueOfAnotherType_dropsWhatBelongedToTheOldOne() {
    Model model = ModelReader.read(model(), NOWHERE);
    ValueInfo old = model.graph().inputs().getFirst();
    ValueInfo changed = new ValueInfo(old.name(), Type.Tensor.of(DataType.FLOAT, 8), old.extra());
    Model again =
        ModelReader.read(
            ModelWriter.toBytes(model.withGraph(model.graph().withInputs(List.of(changed)))),
            NOWHERE);
    ValueInfo read = again.graph().inputs().getFirst();
    assertThat(read.type()).isEqualTo(changed.type());
    assertThat(read.extra().utf8()).contains("<value x>").doesNotContain("<denotation>");
  }

  @Test
  void write_attributeThatIsGone_dropsWhatBelongedToIt() {
    Model model = ModelReader.read(model(), NOWHERE);
    Node node = model.graph().nodes().getFirst().without("value");
    byte[] written = ModelWriter.toBytes(model.withGraph(model.graph().withNodes(List.of(node))));
    Graph again = ModelReader.read(written, NOWHERE).graph();
    assertThat(again.nodes().getFirst().extra().utf8())
        .contains("<node>")
        .doesNotContain("<attribute value>");
  }

  @Test
  void readAndWrite_entriesWithTheSameKey_keepWhatIsUnknownOnce() {
    WireWriter plain = new WireWriter();
    plain.text(OnnxProto.OperatorSetIdProto.DOMAIN, "own");
    WireWriter model = new WireWriter();
    model.message(OnnxProto.ModelProto.GRAPH, new WireWriter());
    model.message(OnnxProto.ModelProto.OPSET_IMPORT, plain);
    model.message(OnnxProto.ModelProto.OPSET_IMPORT, keyed("own"));
    Model first = ModelReader.read(model.toByteArray(), NOWHERE);
    Model again = ModelReader.read(ModelWriter.toBytes(first), NOWHERE);
    assertThat(GraphDiff.between(first, again)).isEmpty();
    assertThat(again.extra().utf8()).containsOnlyOnce("<entry own>");
  }
}
