package dev.skerry.optimize.squeeze;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.differentiate.Emitter;
import dev.skerry.optimize.moments.Moments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A layer whose weights are constant 8-bit integers behind a DequantizeLinear, symmetric around
 * zero.
 *
 * @param weight makes the layer's weights; its inputs are integers, steps and zero points
 * @param bias makes the layer's bias from 32-bit integers; empty when the layer has none like that
 * @param outs outputs; each is a sum of {@code ins} products
 * @param groups of outputs that share their inputs with no other group
 */
record IntegerLayer(Node node, Node weight, Optional<Node> bias, int outs, int ins, int groups) {

  /** Layers whose weights and steps nothing else uses, in the order of {@code graph}. */
  static List<IntegerLayer> of(Graph graph) {
    GraphIndex index = new GraphIndex(graph);
    List<IntegerLayer> layers = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Optional<Node> weight =
          isLayer(node) ? ownConstant(index, node.input(1), DataType.INT8) : Optional.empty();
      if (weight.isEmpty() || !isSymmetric(index, weight.get())) {
        continue;
      }
      Tensor integers = index.constant(weight.get().input(0)).orElseThrow();
      int axis = outAxis(node);
      int outs = (int) integers.dim(axis);
      long steps = index.constant(weight.get().input(1)).orElseThrow().elementCount();
      boolean perOutput = steps == outs && weight.get().intAttribute("axis", 1) == axis;
      boolean biased = node.hasInput(2);
      Optional<Node> bias =
          biased ? ownConstant(index, node.input(2), DataType.INT32) : Optional.empty();
      if (integers.rank() >= 2 && perOutput && bias.isPresent() == biased) {
        int ins = (int) (integers.elementCount() / outs);
        int groups = (int) node.intAttribute("group", 1);
        layers.add(new IntegerLayer(node, weight.get(), bias, outs, ins, groups));
      }
    }
    return layers;
  }

  private static boolean isLayer(Node node) {
    return node.is("Conv")
        || node.is("MatMul")
        || (node.is("Gemm") && node.intAttribute("transA", 0) == 0);
  }

  private static int outAxis(Node node) {
    return node.is("Conv") || node.intAttribute("transB", 0) == 1 ? 0 : 1;
  }

  /** The DequantizeLinear of constants of its own that makes {@code value}. */
  private static Optional<Node> ownConstant(GraphIndex index, String value, DataType type) {
    return index
        .producer(value)
        .filter(node -> node.is("DequantizeLinear"))
        .filter(_ -> index.onlyConsumer(value).isPresent())
        .filter(node -> index.constant(node.input(0)).filter(c -> c.type() == type).isPresent())
        .filter(node -> index.constant(node.input(1)).isPresent())
        .filter(node -> index.onlyConsumer(node.input(0)).isPresent())
        .filter(node -> index.onlyConsumer(node.input(1)).isPresent());
  }

  private static boolean isSymmetric(GraphIndex index, Node weight) {
    return !weight.hasInput(2)
        || index
            .constant(weight.input(2))
            .filter(zeros -> Arrays.stream(zeros.toLongs()).allMatch(zero -> zero == 0))
            .isPresent();
  }

  long weights() {
    return (long) outs * ins;
  }

  /** Where the weight of an output and an input lies among the integers. */
  private int at(int out, int in) {
    return outAxis(node) == 0 ? out * ins + in : in * outs + out;
  }

  /** The integers as [outs][ins]. */
  byte[][] levels(Tensor integers) {
    byte[][] levels = new byte[outs][ins];
    for (int out = 0; out < outs; out++) {
      for (int in = 0; in < ins; in++) {
        levels[out][in] = (byte) integers.asLong(at(out, in));
      }
    }
    return levels;
  }

  /** The integers of [outs][ins] as they lie. */
  Tensor integers(byte[][] levels, long[] dims) {
    byte[] integers = new byte[outs * ins];
    for (int out = 0; out < outs; out++) {
      for (int in = 0; in < ins; in++) {
        integers[at(out, in)] = levels[out][in];
      }
    }
    return Tensor.ofBytes(DataType.INT8, dims, integers);
  }

  /** Inputs that lie together: the taps of a kernel. */
  int run(Tensor integers) {
    return node.is("Conv") ? (int) (ins / integers.dim(1)) : 1;
  }

  /** Parts of a sum that are looked at apart, because all of it would be too large. */
  int parts() {
    return IntStream.rangeClosed(1, ins)
        .filter(parts -> ins % parts == 0 && ins / parts <= Moments.MAX_SIZE)
        .findFirst()
        .orElse(ins);
  }

  /** The group of inputs that an output sums over. */
  int group(int out) {
    return out / (outs / groups);
  }

  /**
   * Emits what each output of the layer multiplies its weights with.
   *
   * @return [groups · parts, positions, ins / parts]
   */
  String rows(Emitter emit, Map<String, Tensor> constants) {
    long blocks = (long) groups * parts();
    long size = ins / parts();
    if (!node.is("Conv")) {
      String rows = emit.reshape(node.input(0), -1, blocks, size);
      return emit.transpose(rows, 1, 0, 2);
    }
    Tensor integers = Objects.requireNonNull(constants.get(weight.input(0)));
    int taps = run(integers);
    long[] dims = integers.dims();
    int channels = (int) dims[1] * groups;
    float[] ones = new float[channels * taps * taps]; // [channels · taps, 1, kernel…]
    for (int i = 0; i < channels * taps; i++) {
      ones[i * taps + i % taps] = 1;
    }
    dims[0] = (long) channels * taps;
    dims[1] = 1;
    String windows =
        emit.op(
            "Conv",
            node.with("group", Attribute.of(channels)).attributes(),
            node.input(0),
            emit.constant("windows", Tensor.ofFloats(dims, ones)));
    long[] shape = {0, blocks, size, -1};
    String parted = emit.op("Reshape", windows, emit.longs(shape)); // [samples, blocks, size, …]
    return emit.reshape(emit.transpose(parted, 1, 0, 3, 2), blocks, -1, size);
  }
}
