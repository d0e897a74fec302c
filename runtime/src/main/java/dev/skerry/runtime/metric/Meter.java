package dev.skerry.runtime.metric;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** Adds up a metric that a model has by itself, without a reference, sample by sample. */
sealed interface Meter {
  /**
   * Takes in one sample.
   *
   * @param label its class, if it has one
   * @param values the judged output
   * @param input what a reconstruction should have given back; empty otherwise
   */
  void add(int label, float[] values, float[] input);

  /** The metric over all samples so far. */
  double value();

  /** Share of samples whose label is among the {@code k} greatest scores. */
  final class Accuracy implements Meter {
    private final int k;
    private final BitSet hits = new BitSet();
    private int total;

    Accuracy(int k) {
      this.k = k;
    }

    @Override
    public void add(int label, float[] values, float[] input) {
      hits.set(total, label < values.length && Vectors.rank(values, label) < k);
      total++;
    }

    /** Which samples, in the order of adding, had their label there. */
    BitSet hits() {
      return hits;
    }

    @Override
    public double value() {
      return total == 0 ? 0 : (double) hits.cardinality() / total;
    }
  }

  /** Mean over samples of the mean squared error. */
  final class Error implements Meter {
    private double sum;
    private int total;

    @Override
    public void add(int label, float[] values, float[] input) {
      sum += Vectors.meanSquaredError(values, input);
      total++;
    }

    @Override
    public double value() {
      return total == 0 ? 0 : sum / total;
    }
  }

  /**
   * Area under the ROC curve: the chance that a sample of class 1 scores above one of class 0,
   * equal scores counting half. The score is the reconstruction error, the one value, or the second
   * of two less the first.
   */
  final class Roc implements Meter {
    private record Scored(double score, boolean positive) {}

    private final List<Scored> samples = new ArrayList<>();

    @Override
    public void add(int label, float[] values, float[] input) {
      double score =
          input.length > 0
              ? Vectors.meanSquaredError(values, input)
              : values.length == 1 ? values[0] : (double) values[1] - values[0];
      samples.add(new Scored(score, label == 1));
    }

    @Override
    public double value() {
      List<Scored> sorted =
          samples.stream().sorted(Comparator.comparingDouble(Scored::score)).toList();
      double positives = sorted.stream().filter(Scored::positive).count();
      double negatives = sorted.size() - positives;
      double below = 0;
      double wins = 0;
      for (int i = 0; i < sorted.size(); ) {
        int end = i;
        double tiedPositives = 0;
        while (end < sorted.size() && sorted.get(end).score == sorted.get(i).score) {
          tiedPositives += sorted.get(end++).positive ? 1 : 0;
        }
        double tiedNegatives = end - i - tiedPositives;
        wins += tiedPositives * (below + tiedNegatives / 2);
        below += tiedNegatives;
        i = end;
      }
      return positives == 0 || negatives == 0 ? 0.5 : wins / (positives * negatives);
    }
  }
}
