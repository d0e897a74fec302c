package dev.skerry.optimize.prune;

import java.util.ArrayList;
import java.util.List;

/**
 * Chooses the ranks of layers: the least variance lost, summed over the layers, at some cost. Every
 * layer pays the same price for its cost, and the price is found by halving.
 *
 * @param multiple ranks are multiples of this
 * @param floor share of its outputs that a layer's rank is at least
 */
record RankChoice(List<Candidate> candidates, int multiple, double floor) {
  private static final int STEPS = 60;

  /** Above every price at which a layer would still be left whole. */
  private static final double HIGHEST_PRICE = 1e9;

  /**
   * A layer that can be split.
   *
   * @param whole what it costs as it is
   * @param each what a rank of it costs
   */
  record Candidate(OutputBasis basis, double whole, double each) {}

  RankChoice {
    candidates = List.copyOf(candidates);
  }

  /**
   * The rank of each candidate, or its number of outputs when it stays whole, so that all of them
   * cost at most {@code most}; as little as they can where that is more.
   */
  List<Integer> within(double most) {
    double low = 0;
    double high = HIGHEST_PRICE;
    for (int step = 0; step < STEPS; step++) {
      // prices are compared by their orders of magnitude
      double price = low == 0 ? high * 1e-3 : Math.sqrt(low * high);
      if (cost(ranks(price)) <= most) {
        high = price;
      } else {
        low = price;
      }
    }
    return ranks(high);
  }

  private double cost(List<Integer> ranks) {
    double sum = 0;
    for (int i = 0; i < ranks.size(); i++) {
      sum += cost(candidates.get(i), ranks.get(i));
    }
    return sum;
  }

  private static double cost(Candidate candidate, int rank) {
    return rank == candidate.basis().size() ? candidate.whole() : rank * candidate.each();
  }

  private List<Integer> ranks(double price) {
    List<Integer> ranks = new ArrayList<>();
    for (Candidate candidate : candidates) {
      OutputBasis basis = candidate.basis();
      int best = basis.size();
      double least = price * candidate.whole();
      int first = (int) Math.ceil(Math.max(1, floor * basis.size()) / multiple) * multiple;
      for (int rank = first; rank < basis.size(); rank += multiple) {
        double sum = basis.missing(rank) + price * rank * candidate.each();
        if (sum < least) {
          least = sum;
          best = rank;
        }
      }
      ranks.add(best);
    }
    return ranks;
  }
}
