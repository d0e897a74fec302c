package dev.skerry.optimize.quantize;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.FreshNames;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
  private final FreshNames names;
  private final Set<String> changed;

  /** Names are fresh in the whole model; what changes inside inner graphs is told as well. */
  private DynamicQuantizer(
      Graph graph, IntegerType weightType, FreshNames names, Set<String> changed) {
    this.index = new GraphIndex(graph);
    this.weightType = weightType;
    this.constants = new LinkedHashMap<>(graph.initializers());
    this.names = names;
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
    Graph result = new DynamicQuantizer(graph, weightType, new FreshNames(graph), changed).build();
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
            node.mapSubgraphs(
                graph -> new DynamicQuantizer(graph, weightType, names, changed).build()));
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
    String weights = addConstant(name + "_weight_q", quantized.integers());
    String steps =
        addConstant(name + "_weight_scale", Tensor.ofFloats(channels, quantized.steps()));
    String input = names.fresh(name + "_in_q");
    String inputStep = names.fresh(name + "_in_scale");
    String inputZero = names.fresh(name + "_in_zero_point");
    nodes.add(
        Node.of(
            "DynamicQuantizeLinear",
            input,
            List.of(node.input(0)),
            List.of(input, inputStep, inputZero)));
    String sum = add("MatMulInteger", name + "_sum", input, weights, inputZero);
    String real = add("Cast", name + "_float", sum);
    nodes.add(nodes.removeLast().with("to", Attribute.of(DataType.FLOAT.code())));
    String step = add("Mul", name + "_scale", inputStep, steps);
    if (node.hasInput(2)) {
      String product = add("Mul", name + "_product", real, step);
      nodes.add(Node.of("Add", node.name(), List.of(product, node.input(2)), node.outputs()));
    } else {
      nodes.add(Node.of("Mul", node.name(), List.of(real, step), node.outputs()));
    }
  }

  /** Adds a node that gives one new value, whose name comes back. */
  private String add(String op, String wanted, String... inputs) {
    String output = names.fresh(wanted);
    nodes.add(Node.of(op, output, List.of(inputs), List.of(output)));
    return output;
  }

  private String addConstant(String wanted, Tensor value) {
    String name = names.fresh(wanted);
    constants.put(name, value);
    return name;
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
    for (int weights : List.of(1, 2)) {
      List<String> quantized =
          addGates(name + (weights == 1 ? "_w" : "_r"), weight(node, weights).orElseThrow());
      inputs.set(weights, quantized.getFirst());
      inputs.addAll(quantized.subList(1, quantized.size()));
    }
    nodes.add(
        new Node(
            node.name(),
            "com.microsoft",
            "DynamicQuantizeLSTM",
            inputs,
            node.outputs(),
            node.without("layout").attributes(),
            node.extra()));
  }

  /**
   * [directions, gates, inputs] to int8 [directions, inputs, gates] with one scale per gate: the
   * names of the integers, the scales and the zero points.
   */
  private List<String> addGates(String name, Tensor weight) {
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
      MemorySegment.copy(
          quantized.integers().data(), ValueLayout.JAVA_BYTE, 0, integers, offset, gates * inputs);
    }
    long[] perGate = {directions, gates};
    return List.of(
        addConstant(
            name + "_q",
            Tensor.ofBytes(DataType.INT8, new long[] {directions, inputs, gates}, integers)),
        addConstant(name + "_scale", Tensor.ofFloats(perGate, steps)),
        addConstant(
            name + "_zero_point", Tensor.ofBytes(DataType.INT8, perGate, new byte[steps.length])));
  }
}
