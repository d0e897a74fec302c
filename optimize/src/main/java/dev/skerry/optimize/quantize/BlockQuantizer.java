package dev.skerry.optimize.quantize;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.FreshNames;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

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
  private final SequencedMap<String, Tensor> constants;
  private final FreshNames names;
  private final List<Node> nodes = new ArrayList<>();

  private BlockQuantizer(Graph graph, int bits, int blockSize, FreshNames names) {
    this.index = new GraphIndex(graph);
    this.bits = bits;
    this.blockSize = blockSize;
    this.names = names;
    this.constants = new LinkedHashMap<>(graph.initializers());
  }

  /**
   * {@code graph} and every graph inside it with their MatMul weights in blocks.
   *
   * @param bits 4 or 8
   * @param blockSize inputs that share a scale: a power of two, 16 or more
   */
  public static Graph quantize(Graph graph, int bits, int blockSize) {
    if ((bits != 4 && bits != 8) || blockSize < 16 || Integer.bitCount(blockSize) != 1) {
      throw new IllegalArgumentException("bits " + bits + ", block size " + blockSize);
    }
    return new BlockQuantizer(graph, bits, blockSize, new FreshNames(graph)).build();
  }

  private Graph build() {
    for (Node node : index.graph().nodes()) {
      boolean quantizable =
          node.is("MatMul")
              && index
                  .constant(node.input(1))
                  .filter(w -> w.type() == DataType.FLOAT && w.rank() == 2)
                  .filter(w -> w.elementCount() >= LEAST_ELEMENTS)
                  .isPresent();
      nodes.add(
          quantizable
              ? blocked(node)
              : node.mapSubgraphs(
                  graph -> new BlockQuantizer(graph, bits, blockSize, names).build()));
    }
    Set<String> used = new LinkedHashSet<>(index.graph().outputNames());
    nodes.forEach(node -> used.addAll(GraphIndex.uses(node)));
    constants.keySet().retainAll(used);
    return index.graph().withNodes(nodes).withInitializers(constants);
  }

  private Node blocked(Node node) {
    Tensor weight = index.constant(node.input(1)).orElseThrow();
    int inputs = Math.toIntExact(weight.dim(0));
    int outputs = Math.toIntExact(weight.dim(1));
    int blocks = Math.ceilDiv(inputs, blockSize);
    int blockBytes = blockSize * bits / 8;
    byte[] packed = new byte[outputs * blocks * blockBytes]; // [outputs, blocks, blockBytes]
    float[] scales = new float[outputs * blocks];
    float[] data = weight.toFloats(); // [inputs, outputs]
    for (int output = 0; output < outputs; output++) {
      for (int block = 0; block < blocks; block++) {
        int at = output * blocks + block;
        scales[at] = pack(data, inputs, outputs, output, block, packed, at * blockBytes);
      }
    }
    String weights = names.fresh(node.output(0) + "_blocks");
    String steps = names.fresh(node.output(0) + "_scales");
    constants.put(
        weights, Tensor.ofBytes(DataType.UINT8, new long[] {outputs, blocks, blockBytes}, packed));
    constants.put(steps, Tensor.ofFloats(new long[] {scales.length}, scales));
    SequencedMap<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("K", Attribute.of(inputs));
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

  /** Packs one block, low bits first, around the middle of the unsigned range; gives its scale. */
  private float pack(
      float[] data, int inputs, int outputs, int output, int block, byte[] packed, int offset) {
    int middle = 1 << (bits - 1);
    int first = block * blockSize;
    int last = Math.min(first + blockSize, inputs);
    float extreme = 0; // the element of largest magnitude takes the lowest integer
    for (int i = first; i < last; i++) {
      float value = data[i * outputs + output];
      extreme = Math.abs(value) > Math.abs(extreme) ? value : extreme;
    }
    float scale = extreme == 0 ? 1 : -extreme / middle;
    for (int i = 0; i < blockSize; i++) {
      float value = first + i < last ? data[(first + i) * outputs + output] : 0;
      int integer = Math.clamp((long) Math.rint(value / scale) + middle, 0, 2 * middle - 1);
      packed[offset + i * bits / 8] |= (byte) (integer << (i * bits % 8));
    }
    return scale;
  }
}
