package dev.skerry.optimize;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.optimize.OptimizationReport.Form;
import dev.skerry.optimize.quantize.Placement;
import dev.skerry.optimize.search.Candidate;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Says of every node of the base graph what became of it in a candidate, and why. */
final class Decisions {
  private final Model base;
  private final Candidate candidate;
  private final Set<String> spoilers;
  private final Set<String> keptForLatency;
  private final boolean measuredHere;

  /**
   * Explains {@code candidate}.
   *
   * @param spoilers nodes that alone ruin the outputs as integers
   * @param keptForLatency nodes that were float before accuracy was looked at
   */
  Decisions(
      Model base,
      Candidate candidate,
      Set<String> spoilers,
      Set<String> keptForLatency,
      boolean measuredHere) {
    this.base = base;
    this.candidate = candidate;
    this.spoilers = spoilers;
    this.keptForLatency = keptForLatency;
    this.measuredHere = measuredHere;
  }

  Map<String, Variants.Decided> byOutput() {
    Map<String, Variants.Decided> decided = new HashMap<>();
    for (Node node : base.graph().nodes()) {
      decided.put(node.output(0), decide(node));
    }
    return decided;
  }

  private Variants.Decided decide(Node node) {
    Placement placement = candidate.placement();
    String output = node.output(0);
    if (placement.isInteger(node)) {
      return new Variants.Decided(Form.INT8, "has an integer kernel");
    }
    if (placement.absorbed().contains(node)) {
      return new Variants.Decided(
          Form.REMOVED, "the output grid of the operator before it saturates there");
    }
    if (spoilers.contains(output)) {
      return new Variants.Decided(Form.FLOAT, "alone on integers it ruins the outputs, measured");
    }
    if (keptForLatency.contains(output)) {
      return new Variants.Decided(
          Form.FLOAT,
          measuredHere
              ? "the whole model is faster with it in float, measured"
              : "integer kernels of this kind are slow on the target, by rule");
    }
    if (candidate.keptFloat().contains(output)) {
      return new Variants.Decided(Form.FLOAT, "back to float for accuracy");
    }
    return new Variants.Decided(
        Form.FLOAT,
        new Placement(new GraphIndex(base.graph()), Set.of()).isInteger(node)
            ? "its neighbours are float"
            : "has no integer kernel, or none between its neighbours");
  }
}
