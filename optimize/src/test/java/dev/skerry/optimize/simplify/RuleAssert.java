package dev.skerry.optimize.simplify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import java.util.List;

/** Says of one rule where it fires, where it does not and why, and that outputs agree. */
final class RuleAssert {
  /** Relative to the largest output: one or two roundings of single precision. */
  private static final double TOLERANCE = 3e-6;

  private final Step step;

  private RuleAssert(Step step) {
    this.step = step;
  }

  static RuleAssert rule(Rule rule) {
    return new RuleAssert(new Step.Each(rule));
  }

  static RuleAssert rule(GraphRule rule) {
    return new RuleAssert(new Step.Whole(rule));
  }

  /** The model after the rule alone, after checking that it fired and that outputs agree. */
  Graph firesOn(ModelSketch sketch) {
    Model before = sketch.model();
    Simplified after = alone(before);
    assertThat(after.report().firings()).as("firings").containsKey(step.name());
    assertThat(after.model().graph().inputs()).isEqualTo(before.graph().inputs());
    Agreement.require(before, after.model(), TOLERANCE, 11);
    return after.model().graph();
  }

  /** Moreover the operators that are left, in order. */
  Graph firesOn(ModelSketch sketch, String... operators) {
    Graph after = firesOn(sketch);
    assertThat(after.nodes()).extracting(Node::op).containsExactly(operators);
    return after;
  }

  void doesNotFireOn(ModelSketch sketch, String reason) {
    assertThat(alone(sketch.model()).report().firings()).as(reason).isEmpty();
  }

  private Simplified alone(Model model) {
    Simplified simplified =
        Simplifier.simplify(model, SimplifyOptions.standard().withMaxRounds(8), List.of(step));
    assertThat(simplified.report().notes()).isEmpty();
    return simplified;
  }
}
