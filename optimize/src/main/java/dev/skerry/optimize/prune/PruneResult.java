package dev.skerry.optimize.prune;

import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A pruned model.
 *
 * @param model repaired, if that was asked for
 * @param unrepaired just without its channels
 * @param layers with their outputs before and after
 * @param kept why layers keep all their outputs, by layer
 */
public record PruneResult(
    Model model,
    Model unrepaired,
    List<Layer> layers,
    Map<String, String> kept,
    long parametersBefore,
    long parametersAfter,
    long multiplyAddsBefore,
    long multiplyAddsAfter) {
  public PruneResult {
    layers = List.copyOf(layers);
    kept = Collections.unmodifiableMap(new LinkedHashMap<>(kept));
  }

  /**
   * @param before channels that the layer gave
   * @param after channels that it gives
   */
  public record Layer(String name, long before, long after) {}

  static PruneResult of(Dependencies dependencies, Model pruned, Model repaired) {
    Graph before = dependencies.graph();
    Graph after = pruned.graph();
    List<Layer> layers = new ArrayList<>();
    long[] work = new long[2];
    for (WeightedLayer layer : WeightedLayer.of(before)) {
      Tensor was = before.initializers().get(layer.weight());
      Tensor is = after.initializers().get(layer.weight());
      if (was == null || is == null) {
        continue;
      }
      Slots slots = dependencies.slots();
      long positions =
          layer.positions(slots.dims(layer.node().input(0)), slots.dims(layer.node().output(0)));
      work[0] += was.elementCount() * positions;
      work[1] += is.elementCount() * positions;
      layers.add(
          new Layer(layer.node().label(), was.dim(layer.outAxis()), is.dim(layer.outAxis())));
    }
    return new PruneResult(
        repaired,
        pruned,
        layers,
        dependencies.kept(),
        Pruner.parameters(before),
        Pruner.parameters(after),
        work[0],
        work[1]);
  }
}
