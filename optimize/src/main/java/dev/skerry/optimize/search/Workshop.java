package dev.skerry.optimize.search;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.observe.Observations;
import dev.skerry.optimize.quantize.BiasCorrection;
import dev.skerry.optimize.quantize.Calibration;
import dev.skerry.optimize.quantize.Placement;
import dev.skerry.optimize.quantize.Quantizer;
import dev.skerry.optimize.simplify.Layout;
import dev.skerry.optimize.simplify.Simplifier;
import dev.skerry.optimize.target.Target;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Makes int8 candidates of one float model for one target, by one recipe.
 *
 * @param base float, simplified, opset 13 or later
 * @param corrections biases to add, by the first output of their nodes
 * @param layouts how candidates read their inputs, where it applies
 */
public record Workshop(
    Model base,
    Target target,
    Calibration calibration,
    Map<String, float[]> corrections,
    Set<Layout> layouts) {

  public Workshop {
    corrections = Map.copyOf(corrections);
    layouts = Set.copyOf(layouts);
  }

  /** Ranges that have the least error per tensor; no corrections. */
  public static Workshop of(Model base, Target target, Observations observations) {
    return new Workshop(
        base,
        target,
        Calibration.perTensor(observations, target.activations()),
        Map.of(),
        Set.of());
  }

  public Workshop withCalibration(Calibration changed) {
    return new Workshop(base, target, changed, Map.of(), layouts);
  }

  public Workshop withLayouts(Set<Layout> changed) {
    return new Workshop(base, target, calibration, corrections, changed);
  }

  /** The candidate in which {@code keptFloat} stay float. */
  public Candidate make(Set<String> keptFloat) {
    Placement placement = new Placement(new GraphIndex(base.graph()), keptFloat);
    Model model = Quantizer.quantize(base, placement, calibration, target.weights(), corrections);
    return new Candidate(keptFloat, placement, Simplifier.arrange(model, layouts));
  }

  /** This recipe with the biases corrected for the placement of {@code candidate}. */
  public Workshop corrected(Candidate candidate, Collection<Map<String, Tensor>> samples) {
    Map<String, float[]> found =
        BiasCorrection.sequential(
            base, candidate.placement(), calibration, target.weights(), samples);
    return new Workshop(base, target, calibration, new HashMap<>(found), layouts);
  }
}
