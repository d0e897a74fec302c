package dev.skerry.optimize.search;

import dev.skerry.graph.Model;
import dev.skerry.optimize.quantize.Placement;
import java.util.Set;

/**
 * One static int8 form of a model.
 *
 * @param keptFloat first outputs of the nodes that a decision keeps float
 */
public record Candidate(Set<String> keptFloat, Placement placement, Model model) {
  public Candidate {
    keptFloat = Set.copyOf(keptFloat);
  }
}
