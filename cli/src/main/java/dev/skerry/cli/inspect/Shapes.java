package dev.skerry.cli.inspect;

import dev.skerry.graph.Dimension;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Shapes of a graph's values at batch 1, as far as declarations and the common operators tell; good
 * for an estimate, and no more. Exact shapes come from running the model.
 */
final class Shapes {
  private final Graph graph;
  private final Map<String, Tensor> constants = new HashMap<>();
  private final Map<String, long[]> known = new HashMap<>();

  private Shapes(Graph graph) {
    this.graph = graph;
  }

  static Shapes of(Graph graph) {
    Shapes shapes = new Shapes(graph);
    shapes.walk();
    return shapes;
  }

  /** One size per axis; empty when it cannot be told. */
  Optional<long[]> of(String value) {
    return Optional.ofNullable(known.get(value));
  }

  private void walk() {
    graph.initializers().forEach(this::constant);
    List<ValueInfo> declared = new ArrayList<>(graph.inputs());
    declared.addAll(graph.values());
    declared.addAll(graph.outputs());
    declared.forEach(this::declare);
    for (Node node : graph.nodes()) {
      GraphIndex.constantOf(node).ifPresent(held -> constant(node.output(0), held));
      if (!node.outputs().isEmpty() && !known.containsKey(node.output(0))) {
        long[] shape = output(node);
        if (shape != null && Arrays.stream(shape).allMatch(size -> size >= 0)) {
          known.put(node.output(0), shape);
        }
      }
    }
  }

  private void constant(String name, Tensor value) {
    constants.put(name, value);
    known.put(name, value.dims());
  }

  /** Takes a varying first axis for the batch; any other varying axis leaves the value unknown. */
  private void declare(ValueInfo value) {
    if (!(value.type() instanceof Type.Tensor tensor) || known.containsKey(value.name())) {
      return;
    }
    List<Dimension> axes = tensor.shape();
    if (axes == null) {
      return;
    }
    long[] shape = new long[axes.size()];
    for (int i = 0; i < shape.length; i++) {
      if (axes.get(i) instanceof Dimension.Fixed(long size)) {
        shape[i] = size;
      } else if (i == 0) {
        shape[i] = 1;
      } else {
        return;
      }
    }
    known.put(value.name(), shape);
  }

  private long @Nullable [] output(Node node) {
    long[] input = known.get(node.input(0));
    return switch (node.op()) {
      case "Conv", "ConvInteger" -> windowed(node, input, known.get(node.input(1)));
      case "QLinearConv" -> windowed(node, input, known.get(node.input(3)));
      case "MaxPool", "AveragePool" -> windowed(node, input, null);
      case "GlobalAveragePool", "GlobalMaxPool" -> input == null ? null : pooled(input);
      case "MatMul", "MatMulInteger" -> product(input, known.get(node.input(1)));
      case "QLinearMatMul" -> product(input, known.get(node.input(3)));
      case "Gemm" -> gemm(node, input, known.get(node.input(1)));
      case "Transpose" -> transposed(node, input);
      case "Reshape" -> reshaped(input, constants.get(node.input(1)));
      case "Flatten" -> flattened(node, input);
      case "Concat" -> concatenated(node);
      case "Pad" -> padded(node, input);
      case "Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "PRelu" ->
          broadcast(input, known.get(node.input(1)));
      case "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip", "HardSigmoid", "HardSwish", "Elu" ->
          input;
      case "Identity", "Dropout", "Cast", "BatchNormalization", "InstanceNormalization" -> input;
      case "Softmax", "LogSoftmax", "Exp", "Log", "Sqrt", "Abs", "Neg", "Gelu", "Erf" -> input;
      case "LayerNormalization", "QuantizeLinear", "DequantizeLinear" -> input;
      default -> null;
    };
  }

  /** Output of a convolution or pooling: [N, M, spatial...]. */
  private static long @Nullable [] windowed(
      Node node, long @Nullable [] input, long @Nullable [] weight) {
    long[] kernel = kernel(node, weight);
    if (input == null || kernel == null || input.length != kernel.length + 2) {
      return null;
    }
    if (weight == null && node.op().contains("Conv")) {
      return null;
    }
    int axes = kernel.length;
    long[] strides = node.intsAttribute("strides").orElseGet(() -> ones(axes));
    long[] dilations = node.intsAttribute("dilations").orElseGet(() -> ones(axes));
    long[] pads = node.intsAttribute("pads").orElseGet(() -> new long[2 * axes]);
    String automatic = node.textAttribute("auto_pad", "NOTSET");
    long[] output = input.clone();
    output[1] = weight == null ? input[1] : weight[0];
    for (int i = 0; i < axes; i++) {
      long size = input[i + 2];
      long window = (kernel[i] - 1) * dilations[i] + 1;
      long room = size + pads[i] + pads[i + axes] - window;
      output[i + 2] =
          automatic.startsWith("SAME")
              ? Math.ceilDiv(size, strides[i])
              : (node.intAttribute("ceil_mode", 0) == 1
                      ? Math.ceilDiv(room, strides[i])
                      : Math.floorDiv(room, strides[i]))
                  + 1;
    }
    return output;
  }

  /** Spatial sizes of the window that {@code node} slides; null when they are not known. */
  static long @Nullable [] kernel(Node node, long @Nullable [] weight) {
    Optional<long[]> declared = node.intsAttribute("kernel_shape");
    if (declared.isPresent()) {
      return declared.get();
    }
    return weight == null || weight.length < 3
        ? null
        : Arrays.copyOfRange(weight, 2, weight.length);
  }

  private static long[] ones(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static long[] pooled(long[] input) {
    long[] output = ones(input.length);
    System.arraycopy(input, 0, output, 0, Math.min(2, input.length));
    return output;
  }

  private static long @Nullable [] product(long @Nullable [] left, long @Nullable [] right) {
    if (left == null || right == null || left.length < 2 || right.length < 2) {
      return null;
    }
    long[] batch =
        broadcast(Arrays.copyOf(left, left.length - 2), Arrays.copyOf(right, right.length - 2));
    if (batch == null) {
      return null;
    }
    long[] output = Arrays.copyOf(batch, batch.length + 2);
    output[batch.length] = left[left.length - 2];
    output[batch.length + 1] = right[right.length - 1];
    return output;
  }

  private static long @Nullable [] gemm(
      Node node, long @Nullable [] left, long @Nullable [] right) {
    if (left == null || right == null || left.length != 2 || right.length != 2) {
      return null;
    }
    return new long[] {
      left[node.intAttribute("transA", 0) == 1 ? 1 : 0],
      right[node.intAttribute("transB", 0) == 1 ? 0 : 1]
    };
  }

  private static long @Nullable [] transposed(Node node, long @Nullable [] input) {
    if (input == null) {
      return null;
    }
    int rank = input.length;
    long[] order =
        node.intsAttribute("perm")
            .orElseGet(() -> IntStream.range(0, rank).mapToLong(i -> rank - 1 - i).toArray());
    return order.length == rank
        ? Arrays.stream(order).map(axis -> input[(int) axis]).toArray()
        : null;
  }

  private static long @Nullable [] reshaped(long @Nullable [] input, @Nullable Tensor wanted) {
    if (input == null || wanted == null) {
      return null;
    }
    long[] output = wanted.toLongs();
    int open = -1;
    long taken = 1;
    for (int i = 0; i < output.length; i++) {
      if (output[i] == 0 && i < input.length) {
        output[i] = input[i];
      }
      if (output[i] == -1) {
        open = i;
      } else {
        taken *= output[i];
      }
    }
    if (open >= 0) {
      output[open] = taken == 0 ? 0 : Tensor.elementCount(input) / taken;
    }
    return output;
  }

  private static long @Nullable [] flattened(Node node, long @Nullable [] input) {
    if (input == null) {
      return null;
    }
    int axis = Math.floorMod((int) node.intAttribute("axis", 1), input.length + 1);
    return new long[] {
      Tensor.elementCount(Arrays.copyOf(input, axis)),
      Tensor.elementCount(Arrays.copyOfRange(input, axis, input.length))
    };
  }

  private long @Nullable [] concatenated(Node node) {
    long[] output = null;
    for (String name : node.inputs()) {
      long[] part = known.get(name);
      if (part == null || part.length == 0 || (output != null && part.length != output.length)) {
        return null;
      }
      int axis = Math.floorMod((int) node.intAttribute("axis", 0), part.length);
      if (output == null) {
        output = part.clone();
      } else {
        output[axis] += part[axis];
      }
    }
    return output;
  }

  private long @Nullable [] padded(Node node, long @Nullable [] input) {
    Tensor given = constants.get(node.input(1));
    long[] pads = given == null ? node.intsAttribute("pads").orElse(new long[0]) : given.toLongs();
    if (input == null || pads.length != 2 * input.length) {
      return null;
    }
    long[] output = input.clone();
    for (int i = 0; i < output.length; i++) {
      output[i] += pads[i] + pads[i + output.length];
    }
    return output;
  }

  private static long @Nullable [] broadcast(long @Nullable [] left, long @Nullable [] right) {
    if (left == null || right == null) {
      return null;
    }
    long[] output = new long[Math.max(left.length, right.length)];
    for (int i = 1; i <= output.length; i++) {
      long a = i <= left.length ? left[left.length - i] : 1;
      long b = i <= right.length ? right[right.length - i] : 1;
      output[output.length - i] = a == 1 ? b : a;
    }
    return output;
  }
}
