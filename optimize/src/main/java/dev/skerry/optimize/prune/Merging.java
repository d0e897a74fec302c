package dev.skerry.optimize.prune;

import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.differentiate.Emitter;
import dev.skerry.optimize.moments.Cholesky;
import dev.skerry.optimize.moments.Moments;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Repairs layers whose inputs leave. What leaves is predicted from what stays at the same position,
 * x_r ≈ A x_k + b, by damped least squares over observed activations, and the layer's weights for
 * it are moved there: W_k ← W_k + W_r A, bias ← bias + Σ W_r b. Of all weights that use only what
 * stays this keeps the layer's sum nearest, where taps do not help one another.
 */
final class Merging {
  /** Share of the mean variance that is added to every variance. */
  private static final double DAMPING = 1e-3;

  private final Dependencies dependencies;
  private final Set<Integer> removed;
  private final Moments moments;
  private final SequencedMap<String, Tensor> constants;

  private Merging(Dependencies dependencies, Set<Integer> removed, Moments moments, Graph graph) {
    this.dependencies = dependencies;
    this.removed = removed;
    this.moments = moments;
    this.constants = new LinkedHashMap<>(graph.initializers());
  }

  /** The graph before channels leave it, its consuming layers made ready for that. */
  static Graph of(Dependencies dependencies, Set<Integer> removed, Moments moments) {
    Graph graph = dependencies.graph();
    Merging merging = new Merging(dependencies, removed, moments, graph);
    Consumer.of(dependencies).forEach(merging::consumer);
    return graph.withInitializers(merging.constants);
  }

  private void consumer(Consumer consumer) {
    Moments.Statistic statistic = moments.values().get(consumer.value());
    Tensor weight = constants.get(consumer.layer().weight());
    int[] all = IntStream.range(0, consumer.channels()).toArray();
    int[] go =
        IntStream.of(all)
            .filter(i -> removed.contains(consumer.root(dependencies.slots(), i)))
            .toArray();
    if (statistic == null || weight == null || go.length == 0 || go.length == all.length) {
      return;
    }
    int[] stay = IntStream.of(all).filter(i -> Arrays.binarySearch(go, i) < 0).toArray();
    String name = consumer.layer().node().input(2);
    Tensor bias = constants.get(name);
    boolean shifts = bias != null && bias.rank() == 1;
    Prediction prediction = Prediction.of(statistic, stay, go, shifts);
    float[] before = weight.toFloats();
    float[] after = move(consumer, before, stay, go, prediction);
    constants.put(consumer.layer().weight(), Tensor.ofFloats(weight.dims(), after));
    if (bias != null && shifts) {
      constants.put(name, shifted(consumer, before, bias, go, prediction.shift()));
    }
  }

  private static float[] move(
      Consumer consumer, float[] weight, int[] stay, int[] go, Prediction prediction) {
    float[] changed = weight.clone();
    for (int out = 0; out < consumer.outs(); out++) {
      for (int tap = 0; tap < consumer.taps(); tap++) {
        for (int k = 0; k < stay.length; k++) {
          double sum = 0;
          for (int r = 0; r < go.length; r++) {
            sum += weight[consumer.at(out, go[r], tap)] * prediction.share(r, k);
          }
          changed[consumer.at(out, stay[k], tap)] += (float) sum;
        }
      }
    }
    return changed;
  }

  private static Tensor shifted(
      Consumer consumer, float[] weight, Tensor bias, int[] go, double[] shift) {
    float[] changed = bias.toFloats();
    for (int out = 0; out < changed.length; out++) {
      double sum = 0;
      for (int r = 0; r < go.length; r++) {
        for (int tap = 0; tap < consumer.taps(); tap++) {
          sum += weight[consumer.at(out, go[r], tap)] * shift[r];
        }
      }
      changed[out] += (float) sum;
    }
    return Tensor.ofFloats(bias.dims(), changed);
  }

  /** How channels that go follow from those that stay. */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  private record Prediction(double[][] shares, double[] shift) {
    double share(int gone, int stays) {
      return shares[gone][stays];
    }

    /**
     * @param centred whether means are predicted apart, by {@code shift}
     */
    static Prediction of(Moments.Statistic statistic, int[] stay, int[] go, boolean centred) {
      int channels = statistic.mean().length;
      double[][] matrix = new double[stay.length][stay.length];
      double trace = 0;
      for (int i = 0; i < stay.length; i++) {
        for (int j = 0; j <= i; j++) {
          matrix[i][j] = entry(statistic, channels, stay[i], stay[j], centred);
          matrix[j][i] = matrix[i][j];
        }
        trace += matrix[i][i];
      }
      double damping = DAMPING * trace / stay.length + 1e-12;
      for (int i = 0; i < stay.length; i++) {
        matrix[i][i] += damping;
      }
      Cholesky factor = Cholesky.of(matrix);
      double[][] shares = new double[go.length][];
      double[] shift = new double[go.length];
      for (int r = 0; r < go.length; r++) {
        double[] right = new double[stay.length];
        for (int k = 0; k < stay.length; k++) {
          right[k] = entry(statistic, channels, go[r], stay[k], centred);
        }
        shares[r] = factor.solve(right);
        if (centred) {
          shift[r] = statistic.mean()[go[r]];
          for (int k = 0; k < stay.length; k++) {
            shift[r] -= shares[r][k] * statistic.mean()[stay[k]];
          }
        }
      }
      return new Prediction(shares, shift);
    }

    private static double entry(
        Moments.Statistic statistic, int channels, int a, int b, boolean centred) {
      double product = centred ? statistic.mean()[a] * statistic.mean()[b] : 0;
      return statistic.second()[a * channels + b] - product;
    }
  }

  /** The moments that {@link #of} takes: of all channels at one position of one sample. */
  static Moments moments(
      Model model, Dependencies dependencies, List<Map<String, Tensor>> batches) {
    Emitter emit = new Emitter(model.graph(), "moments/");
    Map<String, String> rows = new LinkedHashMap<>();
    for (Consumer consumer : Consumer.of(dependencies)) {
      rows.computeIfAbsent(consumer.value(), _ -> rows(emit, dependencies, consumer));
    }
    return Moments.of(model, emit, rows, batches);
  }

  /** The value that {@code consumer} takes as [1, positions, channels]. */
  private static String rows(Emitter emit, Dependencies dependencies, Consumer consumer) {
    int axes = dependencies.slots().rank(consumer.value());
    return Moments.rows(emit, consumer.value(), axes, consumer.axis(), consumer.channels());
  }
}
