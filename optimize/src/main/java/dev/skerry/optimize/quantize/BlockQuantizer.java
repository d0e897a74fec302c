package dev.skerry.optimize.quantize;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.FreshNames;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.differentiate.Emitter;
import dev.skerry.optimize.moments.Moments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Weight-only quantization of matrix products in blocks: {@code com.microsoft.MatMulNBits} version
 * 1, symmetric, with accuracy level 4 (the kernel rounds activations to int8 per block).
 */
public final class BlockQuantizer {
  private static final int ACCURACY_LEVEL = 4;

  /** Elements of weights below which a block's scale and the node take what is saved. */
  private static final long LEAST_ELEMENTS = 4096;

  private final GraphIndex index;
  private final int bits;
  private final int blockSize;
  private final Moments inputs;
  private final SequencedMap<String, Tensor> constants;
  private final FreshNames names;
  private final List<Node> nodes = new ArrayList<>();

  private BlockQuantizer(Graph graph, int bits, int blockSize, Moments inputs, FreshNames names) {
    this.index = new GraphIndex(graph);
    this.bits = bits;
    this.blockSize = blockSize;
    this.inputs = inputs;
    this.names = names;
    this.constants = new LinkedHashMap<>(graph.initializers());
  }

  /**
   * {@code graph} and every graph inside it with their MatMul weights in blocks.
   *
   * @param bits 4 or 8
   * @param blockSize inputs that share a scale: a power of two, 16 or more
   * @param inputs how those of products vary, by output, as {@link #inputs} tells; weights of
   *     others go to the nearest integers
   */
  public static Graph quantize(Graph graph, int bits, int blockSize, Moments inputs) {
    if ((bits != 4 && bits != 8) || blockSize < 16 || Integer.bitCount(blockSize) != 1) {
      throw new IllegalArgumentException("bits " + bits + ", block size " + blockSize);
    }
    return new BlockQuantizer(graph, bits, blockSize, inputs, new FreshNames(graph)).build();
  }

  /** How the inputs of the products of {@code model} that would be quantized vary. */
  public static Moments inputs(Model model, List<Map<String, Tensor>> batches) {
    GraphIndex index = new GraphIndex(model.graph());
    Emitter emit = new Emitter(model.graph(), "moments/");
    Map<String, String> rows = new LinkedHashMap<>();
    for (Node node : model.graph().nodes()) {
      weight(index, node)
          .filter(weight -> weight.dim(0) <= Moments.MAX_SIZE)
          .ifPresent(weight ->
              rows.put(node.output(0), emit.reshape(node.input(0), 1, -1, weight.dim(0))));
    }
    return rows.isEmpty() ? Moments.NONE : Moments.of(model, emit, rows, batches);
  }

  private static Optional<Tensor> weight(GraphIndex index, Node node) {
    return node.is("MatMul")
        ? index
            .constant(node.input(1))
            .filter(w -> w.type() == DataType.FLOAT && w.rank() == 2)
            .filter(w -> w.elementCount() >= LEAST_ELEMENTS)
        : Optional.empty();
  }

  private Graph build() {
    for (Node node : index.graph().nodes()) {
      nodes.add(
          weight(index, node)
              .map(weight -> blocked(node, weight))
              .orElseGet(() ->
                  node.mapSubgraphs(
                      graph -> new BlockQuantizer(graph, bits, blockSize, inputs, names).build())));
    }
    Set<String> used = new LinkedHashSet<>(index.graph().outputNames());
    nodes.forEach(node -> used.addAll(GraphIndex.uses(node)));
    constants.keySet().retainAll(used);
    return index.graph().withNodes(nodes).withInitializers(constants);
  }

  private Node blocked(Node node, Tensor weight) {
    int inputSize = Math.toIntExact(weight.dim(0));
    int outputs = Math.toIntExact(weight.dim(1));
    int blocks = Math.ceilDiv(inputSize, blockSize);
    int blockBytes = blockSize * bits / 8;
    byte[] packed = new byte[outputs * blocks * blockBytes]; // [outputs, blocks, blockBytes]
    float[] scales = new float[outputs * blocks];
    float[] data = weight.toFloats(); // [inputs, outputs]
    BlockRounding rounding = BlockRounding.of(bits, blockSize, inputs.values().get(node.output(0)));
    IntStream.range(0, outputs)
        .parallel()
        .forEach(output -> {
          float[] column = new float[inputSize];
          for (int i = 0; i < inputSize; i++) {
            column[i] = data[i * outputs + output];
          }
          int[] integers = new int[inputSize];
          float[] steps = new float[blocks];
          rounding.round(column, integers, steps);
          System.arraycopy(steps, 0, scales, output * blocks, blocks);
          pack(integers, packed, output * blocks * blockBytes);
        });
    String weights = names.fresh(node.output(0) + "_blocks");
    String steps = names.fresh(node.output(0) + "_scales");
    constants.put(
        weights, Tensor.ofBytes(DataType.UINT8, new long[] {outputs, blocks, blockBytes}, packed));
    constants.put(steps, Tensor.ofFloats(new long[] {scales.length}, scales));
    SequencedMap<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("K", Attribute.of(inputSize));
    attributes.put("N", Attribute.of(outputs));
    attributes.put("bits", Attribute.of(bits));
    attributes.put("block_size", Attribute.of(blockSize));
    attributes.put("accuracy_level", Attribute.of(ACCURACY_LEVEL));
    return new Node(
        node.name(),
        "com.microsoft",
        "MatMulNBits",
        List.of(node.input(0), weights, steps),
        node.outputs(),
        attributes,
        node.extra());
  }

  /** Packs an output's integers, low bits first, above the middle of the unsigned range. */
  private void pack(int[] integers, byte[] packed, int offset) {
    int middle = 1 << (bits - 1);
    int padded = Math.ceilDiv(integers.length, blockSize) * blockSize;
    for (int i = 0; i < padded; i++) {
      int integer = middle + (i < integers.length ? integers[i] : 0);
      packed[offset + i * bits / 8] |= (byte) (integer << (i * bits % 8));
    }
  }
}
