package dev.skerry.agent.validate;

import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.bundle.release.GoldenOutput;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Runs a candidate on the golden inputs of its release and holds its answers against the recorded
 * ones, element by element. Wrong answers are a verdict; inputs that are not what was signed are an
 * error.
 */
public final class GoldenCheck {
  private GoldenCheck() {}

  /**
   * Runs every sample once.
   *
   * @param expected of the variant that {@code model} was loaded from
   * @throws dev.skerry.bundle.TrustException if a blob is not what was signed
   * @throws BundleException if the release's golden values cannot be used
   */
  public static Verdict check(
      LoadedModel model, GoldenInputs inputs, List<GoldenOutput> expected, Blobs blobs) {
    return check(model, inputs, expected, blobs, inputs.samples());
  }

  /**
   * As the other, but runs the first {@code most} samples only: enough to see after a restart that
   * a model which passed before still computes. The digests of blobs that are not read to their end
   * are not checked.
   */
  public static Verdict check(
      LoadedModel model, GoldenInputs inputs, List<GoldenOutput> expected, Blobs blobs, int most) {
    if (expected.isEmpty()) {
      throw new BundleException(
          "the variant has no golden outputs, so nothing shows that it answers right; build the"
              + " release again");
    }
    List<BlockReader> answers = new ArrayList<>();
    try (GoldenSamples samples = new GoldenSamples(inputs, blobs)) {
      for (GoldenOutput output : expected) {
        answers.add(new BlockReader(output.values(), inputs.samples(), blobs));
      }
      return run(model, samples, expected, answers, Math.min(most, inputs.samples()));
    } finally {
      answers.forEach(BlockReader::close);
    }
  }

  private static Verdict run(
      LoadedModel model,
      GoldenSamples samples,
      List<GoldenOutput> expected,
      List<BlockReader> answers,
      int most) {
    GoldenTally tally = new GoldenTally();
    for (int i = 0; i < most; i++) {
      Map<String, Tensor> given;
      try {
        given = model.run(samples.next());
      } catch (SkerryException e) {
        return tally.broken("golden sample %d cannot be run: %s".formatted(i, e.getMessage()));
      }
      tally.startSample();
      for (int o = 0; o < answers.size(); o++) {
        String name = answers.get(o).name();
        Tensor wanted = answers.get(o).next();
        Tensor found = given.get(name);
        if (found == null) {
          return tally.broken("the model has no output '%s'".formatted(name));
        }
        if (found.type() != wanted.type() || !Arrays.equals(found.dims(), wanted.dims())) {
          return tally.broken("output '%s' is %s, %s was recorded".formatted(name, found, wanted));
        }
        tally.add(name, expected.get(o).tolerance(), wanted, found);
      }
    }
    if (!samples.hasNext()) {
      samples.requireSigned();
      answers.forEach(BlockReader::requireSigned);
    }
    return tally.verdict();
  }
}
