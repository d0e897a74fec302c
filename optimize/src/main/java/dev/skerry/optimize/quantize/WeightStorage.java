package dev.skerry.optimize.quantize;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.FreshNames;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Stores large float constants in fewer bytes; the speed stays.
 *
 * <p>Narrowed, {@code W} becomes {@code Cast(W_half)}, which the engine folds when it loads the
 * model, so that kernels see 32-bit constants with 11 bits of precision. Eight bits are too few to
 * do this without looking: a Fourier basis stored in int8 changes what a speech detector decides.
 */
public final class WeightStorage {
  /** Elements below which a node takes the bytes that narrow constants save. */
  private static final long LEAST_ELEMENTS = 256;

  private static final float LEAST_NORMAL = 0x1p-14f;

  private WeightStorage() {}

  /** {@code graph} and every graph inside it with their large constants narrowed. */
  public static Graph narrow(Graph graph) {
    Graph compact = compact(graph);
    return narrow(compact, new FreshNames(compact));
  }

  /** {@code graph} with constants that a formula gives stored as that, to 32-bit precision. */
  public static Graph compact(Graph graph) {
    return FourierBasis.compact(graph);
  }

  private static Graph narrow(Graph graph, FreshNames names) {
    List<Node> nodes = new ArrayList<>();
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
    graph
        .initializers()
        .forEach((name, tensor) -> {
          if (isNarrowable(graph, name, tensor)) {
            String half = names.fresh(name + "_half");
            constants.put(half, HalfPrecision.narrowed(tensor));
            nodes.add(
                Node.of("Cast", names.fresh(name + "_widen"), List.of(half), List.of(name))
                    .with("to", Attribute.of(DataType.FLOAT.code())));
          } else {
            constants.put(name, tensor);
          }
        });
    for (Node node : graph.nodes()) {
      nodes.add(node.mapSubgraphs(inner -> narrow(inner, names)));
    }
    return graph.withNodes(nodes).withInitializers(constants);
  }

  private static boolean isNarrowable(Graph graph, String name, Tensor tensor) {
    return tensor.type() == DataType.FLOAT
        && tensor.elementCount() >= LEAST_ELEMENTS
        && !graph.outputNames().contains(name)
        && graph.inputs().stream().noneMatch(input -> input.name().equals(name))
        && keepsItsPrecision(tensor);
  }

  /** Whether the largest magnitude is among the normal numbers of half precision. */
  private static boolean keepsItsPrecision(Tensor tensor) {
    float largest = 0;
    for (float value : tensor.toFloats()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest == 0 || (largest >= LEAST_NORMAL && largest <= HalfPrecision.LARGEST);
  }
}
