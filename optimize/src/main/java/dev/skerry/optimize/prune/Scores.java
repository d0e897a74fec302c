package dev.skerry.optimize.prune;

import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.moments.Moments;
import dev.skerry.optimize.prune.ChannelGroup.Member;
import dev.skerry.optimize.train.LossGradients;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How much each channel of each group matters. */
final class Scores {
  private Scores() {}

  /** The mean over weights of the squared norm of a channel's share, beside its group's mean. */
  static Map<ChannelGroup, double[]> magnitude(Dependencies dependencies) {
    Map<ChannelGroup, double[]> scores = new LinkedHashMap<>();
    for (ChannelGroup group : dependencies.groups()) {
      double[] sum = new double[group.size()];
      for (int m = 0; m < group.members().size(); m++) {
        Member member = group.members().get(m);
        Tensor weight = dependencies.graph().initializers().get(member.constant());
        if (weight != null && weight.rank() > 1) {
          add(sum, group, m, products(weight, member.axis(), weight));
        }
      }
      scores.put(group, sum);
    }
    return scores;
  }

  /** Squares of what the loss loses with each channel as an input of layers. */
  static Map<ChannelGroup, double[]> taylor(
      Dependencies dependencies, Model model, String output, List<LossGradients.Batch> batches) {
    Map<Member, Integer> takers = takers(dependencies);
    Set<String> weights = new LinkedHashSet<>();
    takers.keySet().forEach(member -> weights.add(member.constant()));
    Map<ChannelGroup, double[]> scores = new LinkedHashMap<>();
    dependencies.groups().forEach(group -> scores.put(group, new double[group.size()]));
    LossGradients.forEach(
        model,
        output,
        weights,
        batches,
        gradients ->
            scores.forEach((group, total) -> {
              double[] change = new double[group.size()];
              for (int m = 0; m < group.members().size(); m++) {
                Member member = group.members().get(m);
                Tensor weight = dependencies.graph().initializers().get(member.constant());
                Tensor gradient = gradients.get(member.constant());
                if (takers.containsKey(member) && weight != null && gradient != null) {
                  add(change, group, m, products(weight, member.axis(), gradient));
                }
              }
              for (int i = 0; i < change.length; i++) {
                total[i] += change[i] * change[i] / batches.size();
              }
            }));
    return scores;
  }

  /** Shares of the energy that goes into layers: E[x²] |w|² of a channel over that of all. */
  static Map<ChannelGroup, double[]> activation(Dependencies dependencies, Moments moments) {
    Map<Integer, Double> byRoot = new LinkedHashMap<>();
    for (Consumer consumer : Consumer.of(dependencies)) {
      Moments.Statistic statistic = moments.values().get(consumer.value());
      Tensor weight = dependencies.graph().initializers().get(consumer.layer().weight());
      if (statistic == null || weight == null) {
        continue;
      }
      double[] energy = energy(consumer, weight.toFloats());
      for (int i = 0; i < energy.length; i++) {
        energy[i] *= statistic.second()[i * energy.length + i];
      }
      double total = Math.max(Arrays.stream(energy).sum(), 1e-300);
      for (int i = 0; i < energy.length; i++) {
        byRoot.merge(consumer.root(dependencies.slots(), i), energy[i] / total, Double::sum);
      }
    }
    Map<ChannelGroup, double[]> scores = new LinkedHashMap<>();
    for (ChannelGroup group : dependencies.groups()) {
      double[] found =
          group.units().stream()
              .mapToDouble(unit -> byRoot.getOrDefault(unit.root(), 0.0))
              .toArray();
      scores.put(group, found);
    }
    return scores;
  }

  /** Σ w² of each channel. */
  private static double[] energy(Consumer consumer, float[] weight) {
    double[] energy = new double[consumer.channels()];
    for (int channel = 0; channel < energy.length; channel++) {
      for (int out = 0; out < consumer.outs(); out++) {
        for (int tap = 0; tap < consumer.taps(); tap++) {
          float w = weight[consumer.at(out, channel, tap)];
          energy[channel] += (double) w * w;
        }
      }
    }
    return energy;
  }

  /** The axes of weights over which layers sum. */
  private static Map<Member, Integer> takers(Dependencies dependencies) {
    Map<Member, Integer> takers = new LinkedHashMap<>();
    for (WeightedLayer layer : WeightedLayer.of(dependencies.graph())) {
      if (layer.inAxis() >= 0) {
        takers.merge(new Member(layer.weight(), layer.inAxis()), 1, Integer::sum);
      }
    }
    return takers;
  }

  private static void add(double[] into, ChannelGroup group, int member, double[] byIndex) {
    for (int i = 0; i < into.length; i++) {
      for (int index : group.units().get(i).indices().get(member)) {
        into[i] += byIndex[index];
      }
    }
  }

  /** Σ a b over everything with the same index of {@code axis}. */
  private static double[] products(Tensor a, int axis, Tensor b) {
    long[] dims = a.dims();
    int length = (int) dims[axis];
    long inner = Tensor.elementCount(Arrays.copyOfRange(dims, axis + 1, dims.length));
    float[] one = a.toFloats();
    float[] other = b.toFloats();
    double[] sums = new double[length];
    for (int i = 0; i < one.length; i++) {
      sums[(int) (i / inner % length)] += (double) one[i] * other[i];
    }
    return sums;
  }
}
