package dev.skerry.optimize.quantize;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Integer matrix products whose activations are quantized as they come, so no data is needed.
 *
 * <p>MatMul and Gemm with constant weights become DynamicQuantizeLinear + MatMulInteger (opset 11),
 * which the engine fuses into one kernel; LSTM becomes {@code com.microsoft.DynamicQuantizeLSTM}.
 * Weights are int8 per output channel.
 */
public final class DynamicQuantizer {
  /** Elements of weights below which quantizing the activation costs more than it saves. */
  private static final long LEAST_ELEMENTS = 4096;

  private final GraphIndex index;
  private final IntegerType weightType;
  private final SequencedMap<String, Tensor> constants;
  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> changed;

  private DynamicQuantizer(Graph graph, IntegerType weightType, Set<String> changed) {
    this.index = new GraphIndex(graph);
    this.weightType = weightType;
    this.constants = new LinkedHashMap<>(graph.initializers());
    this.changed = changed;
  }

  /**
   * What came out.
   *
   * @param changed the first outputs of the nodes that now run on integers
   */
  public record Result(Graph graph, Set<String> changed) {
    public Result {
      changed = Set.copyOf(changed);
    }
  }

  /** {@code graph} and every graph inside it with its matrix products on integers. */
  public static Result quantize(Graph graph, IntegerType weightType) {
    Set<String> changed = new LinkedHashSet<>();
    Graph result = new DynamicQuantizer(graph, weightType, changed).build();
    return new Result(result, changed);
  }

  private Graph build() {
    for (Node node : index.graph().nodes()) {
      if (isQuantizableMatrix(node)) {
        addMatrix(node);
        changed.add(node.output(0));
      } else if (isQuantizableLstm(node)) {
        addLstm(node);
        changed.add(node.output(0));
      } else {
        nodes.add(
            node.mapSubgraphs(graph -> new DynamicQuantizer(graph, weightType, changed).build()));
      }
    }
    Set<String> used = new LinkedHashSet<>(index.graph().outputNames());
    nodes.forEach(node -> used.addAll(GraphIndex.uses(node)));
    constants.keySet().retainAll(used);
    return index.graph().withNodes(nodes).withInitializers(constants);
  }

  private boolean isQuantizableMatrix(Node node) {
    boolean form =
        node.is("MatMul")
            || (node.is("Gemm")
                && node.floatAttribute("alpha", 1) == 1
                && node.floatAttribute("beta", 1) == 1
                && node.intAttribute("transA", 0) == 0);
    return form && weight(node, 1).filter(w -> w.rank() == 2).isPresent();
  }

  private Optional<Tensor> weight(Node node, int input) {
    return index
        .constant(node.input(input))
        .filter(w -> w.type() == DataType.FLOAT && w.elementCount() >= LEAST_ELEMENTS);
  }

  private boolean isQuantizableLstm(Node node) {
    return node.is("LSTM")
        && node.intAttribute("layout", 0) == 0
        && weight(node, 1).isPresent()
        && weight(node, 2).isPresent();
  }

  private void addMatrix(Node node) {
    Tensor weight = weight(node, 1).orElseThrow();
    boolean transposed = node.is("Gemm") && node.intAttribute("transB", 0) != 0;
    Tensor byInput = transposed ? transposed(weight) : weight; // [inputs, outputs]
    QuantizedWeight quantized = QuantizedWeight.of(byInput, 1, weightType, new float[0]);
    String name = node.output(0);
    long[] channels = {quantized.steps().length};
    constants.put(name + "_weight_q", quantized.integers());
    constants.put(name + "_weight_scale", Tensor.ofFloats(channels, quantized.steps()));
    nodes.add(
        Node.of(
            "DynamicQuantizeLinear",
            name + "_quantize",
            List.of(node.input(0)),
            List.of(name + "_in_q", name + "_in_scale", name + "_in_zero_point")));
    add(
        "MatMulInteger",
        name + "_sum",
        name + "_in_q",
        name + "_weight_q",
        name + "_in_zero_point");
    nodes.add(
        Node.of("Cast", name + "_cast", List.of(name + "_sum"), List.of(name + "_float"))
            .with("to", Attribute.of(DataType.FLOAT.code())));
    add("Mul", name + "_scale", name + "_in_scale", name + "_weight_scale");
    if (node.hasInput(2)) {
      add("Mul", name + "_product", name + "_float", name + "_scale");
      add("Add", name, name + "_product", node.input(2));
    } else {
      add("Mul", name, name + "_float", name + "_scale");
    }
  }

  private void add(String op, String output, String... inputs) {
    nodes.add(Node.of(op, output, List.of(inputs), List.of(output)));
  }

  private static Tensor transposed(Tensor matrix) {
    int rows = Math.toIntExact(matrix.dim(0));
    int columns = Math.toIntExact(matrix.dim(1));
    return Tensor.ofFloats(
        new long[] {columns, rows}, transposed(matrix.toFloats(), 0, rows, columns));
  }

  private static float[] transposed(float[] data, int offset, int rows, int columns) {
    float[] result = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        result[column * rows + row] = data[offset + row * columns + column];
      }
    }
    return result;
  }

  private void addLstm(Node node) {
    List<String> inputs = new ArrayList<>(node.inputs());
    while (inputs.size() < 8) {
      inputs.add("");
    }
    String name = node.output(0).isEmpty() ? node.output(1) : node.output(0);
    inputs.set(1, addGates(name + "_w", weight(node, 1).orElseThrow()));
    inputs.set(2, addGates(name + "_r", weight(node, 2).orElseThrow()));
    for (String weights : List.of(name + "_w", name + "_r")) {
      inputs.add(weights + "_scale");
      inputs.add(weights + "_zero_point");
    }
    nodes.add(
        new Node(
            node.name(),
            "com.microsoft",
            "DynamicQuantizeLSTM",
            inputs,
            node.outputs(),
            node.attributes(),
            node.extra()));
  }

  /** [directions, gates, inputs] to int8 [directions, inputs, gates] with one scale per gate. */
  private String addGates(String name, Tensor weight) {
    int directions = Math.toIntExact(weight.dim(0));
    int gates = Math.toIntExact(weight.dim(1));
    int inputs = Math.toIntExact(weight.dim(2));
    float[] data = weight.toFloats();
    byte[] integers = new byte[data.length];
    float[] steps = new float[directions * gates];
    for (int direction = 0; direction < directions; direction++) {
      int offset = direction * gates * inputs;
      Tensor byInput =
          Tensor.ofFloats(new long[] {inputs, gates}, transposed(data, offset, gates, inputs));
      QuantizedWeight quantized = QuantizedWeight.of(byInput, 1, weightType, new float[0]);
      System.arraycopy(quantized.steps(), 0, steps, direction * gates, gates);
      java.lang.foreign.MemorySegment.copy(
          quantized.integers().data(),
          java.lang.foreign.ValueLayout.JAVA_BYTE,
          0,
          integers,
          offset,
          gates * inputs);
    }
    long[] perGate = {directions, gates};
    constants.put(
        name + "_q",
        Tensor.ofBytes(DataType.INT8, new long[] {directions, inputs, gates}, integers));
    constants.put(name + "_scale", Tensor.ofFloats(perGate, steps));
    constants.put(
        name + "_zero_point", Tensor.ofBytes(DataType.INT8, perGate, new byte[steps.length]));
    return name + "_q";
  }
}
