package dev.skerry.optimize.prune;

import dev.skerry.graph.Node;

/**
 * Which indices of what an operator takes leave together with which of what it gives. A rule keeps
 * what removal cannot express; axes of which it says nothing may leave.
 */
interface CouplingRule {
  void couple(Node node, Coupler coupler);
}
