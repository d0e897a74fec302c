package dev.skerry.cli.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BearingDetectorTest {
  private final Recordings training =
      Recordings.generate(Conditions.TRAINING, SampleCommand.TRAINING_PER_CLASS, 71);
  private Model model = BearingDetector.fit(training, new SplittableRandom(5));
  private Recordings validation =
      Recordings.generate(Conditions.VALIDATION, SampleCommand.VALIDATION_PER_CLASS, 72);

  @Test
  void fit_onOtherSeedsAndNoise_isGoodButNotPerfect() {
    assertThat(BearingDetector.accuracy(model, validation)).isBetween(0.85, 0.97);
  }

  @Test
  void fit_everyClass_isFoundMoreOftenThanNot() {
    var found = BearingDetector.classify(model, validation);
    int[] right = new int[Fault.values().length];
    for (int i = 0; i < found.size(); i++) {
      right[found.get(i).ordinal()] += found.get(i) == validation.faults().get(i) ? 1 : 0;
    }
    assertThat(Arrays.stream(right).min().orElseThrow())
        .isGreaterThan(SampleCommand.VALIDATION_PER_CLASS * 7 / 10);
  }

  /** Ridge on the raw signal, solved in its dual form: weights of recordings, not of samples. */
  @Test
  void linearReadOut_ofTheRawSignal_doesClearlyWorse() {
    Recordings fewer = training.every(3);
    float[] seen = fewer.signals(0, fewer.size());
    float[] unseen = validation.signals(0, validation.size());
    double[][] kernel = products(seen, seen);
    double trace = 0;
    for (int i = 0; i < kernel.length; i++) {
      trace += kernel[i][i] / kernel.length;
    }
    double[][] targets = new double[fewer.size()][Fault.values().length];
    for (int i = 0; i < targets.length; i++) {
      kernel[i][i] += 0.1 * trace;
      targets[i][fewer.faults().get(i).ordinal()] = 1;
    }
    double[][] duals = Ridge.solve(kernel, targets);
    double[][] across = products(unseen, seen);
    int right = 0;
    for (int i = 0; i < across.length; i++) {
      right += likeliest(across[i], duals) == validation.faults().get(i).ordinal() ? 1 : 0;
    }
    assertThat((double) right / across.length).isLessThan(0.45);
  }

  @Test
  void fit_withTheSameSeed_makesTheSameModel() {
    Recordings few = training.every(20);

    byte[] first = ModelWriter.toBytes(BearingDetector.fit(few, new SplittableRandom(5)));
    byte[] again = ModelWriter.toBytes(BearingDetector.fit(few, new SplittableRandom(5)));

    assertThat(first).isEqualTo(again);
  }

  private static int likeliest(double[] products, double[][] duals) {
    int best = 0;
    double bestScore = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < duals[0].length; c++) {
      double score = 0;
      for (int j = 0; j < products.length; j++) {
        score += products[j] * duals[j][c];
      }
      if (score > bestScore) {
        bestScore = score;
        best = c;
      }
    }
    return best;
  }

  /** Inner products of all pairs of signals. */
  private static double[][] products(float[] rows, float[] columns) {
    int length = Vibration.LENGTH;
    double[][] made = new double[rows.length / length][columns.length / length];
    for (int i = 0; i < made.length; i++) {
      for (int j = 0; j < made[i].length; j++) {
        float sum = 0;
        for (int t = 0; t < length; t++) {
          sum += rows[i * length + t] * columns[j * length + t];
        }
        made[i][j] = sum;
      }
    }
    return made;
  }
}
