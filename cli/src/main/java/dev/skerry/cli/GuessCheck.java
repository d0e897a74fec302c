package dev.skerry.cli;

import dev.skerry.graph.Model;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.Metric;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.Normalization;
import dev.skerry.runtime.describe.OutputSpec;
import dev.skerry.runtime.metric.Evaluator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * Holds a guessed description against labelled data: the scale of the pictures is the one of the
 * usual ones under which the model is right most often.
 *
 * <p>A wrong scale would give wrong ranges, and a variant that agrees with the original on inputs
 * that it never sees. Calibration data decides, so that validation data stays unseen.
 */
final class GuessCheck {
  /** Enough to tell a scale that fits from one that does not. */
  private static final int SAMPLES = 200;

  /** Of the way from chance to no error, what a description that holds goes at least. */
  private static final double LEAST_ABOVE_CHANCE = 0.2;

  private record Scale(String name, Normalization normalization) {}

  private record Trial(ModelDescription description, String scale, double right) {}

  private GuessCheck() {}

  /** Scales that pictures usually have; a graph that takes bytes scales them itself. */
  private static List<Scale> scales(InputSpec.Image image) {
    Scale bytes = new Scale("0 to 255", Normalization.NONE);
    if (image.normalization().isIdentity()) {
      return List.of(bytes);
    }
    Scale unit = new Scale("0 to 1", Normalization.of(1 / 255.0, 0, 1));
    Scale signed = new Scale("-1 to 1", Normalization.of(1 / 127.5, 1, 1));
    if (image.channels() == InputSpec.Channels.GRAY) {
      return List.of(unit, bytes, signed);
    }
    Normalization imagenet =
        new Normalization(
            List.of(1 / 255.0), List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
    return List.of(unit, bytes, signed, new Scale("as for ImageNet", imagenet));
  }

  /**
   * {@code given} with the scale and the metric that labelled calibration data speaks for; as it is
   * when there is no such data or the model is no classifier of pictures.
   */
  static ModelDescription.Guess improved(ModelDescription.Guess given, Model model) {
    ModelDescription description = given.description();
    Path data = description.data().calibration();
    if (data == null
        || !isClassifier(description)
        || !(description.inputs().firstEntry().getValue() instanceof InputSpec.Image image)) {
      return given;
    }
    int classes = classes(description, model, data);
    if (classes < 2) {
      return given;
    }
    ModelDescription judged =
        description.withGoal(description.goal().withMetric(new Metric.Top1()));
    Trial best =
        scales(image).stream()
            .map(scale -> trial(judged, image, scale, model, data))
            .max(Comparator.comparingDouble(Trial::right))
            .orElseThrow();
    double chance = 1.0 / classes;
    return (best.right() - chance) / (1 - chance) < LEAST_ABOVE_CHANCE
        ? doubted(given, best, data)
        : confirmed(given, best, data);
  }

  private static boolean isClassifier(ModelDescription description) {
    return description.inputs().size() == 1
        && description.outputs().size() == 1
        && description.outputs().firstEntry().getValue().kind() == OutputSpec.Kind.CLASSIFICATION;
  }

  /** How many classes the labels of {@code data} tell apart; 0 when there are no labels. */
  private static int classes(ModelDescription description, Model model, Path data) {
    try (SampleSource source = SampleSource.open(description, model, data)) {
      return source.hasLabels()
          ? (int) IntStream.range(0, source.size()).map(source::label).distinct().count()
          : 0;
    }
  }

  private static Trial trial(
      ModelDescription judged, InputSpec.Image image, Scale scale, Model model, Path data) {
    SequencedMap<String, InputSpec> inputs = new LinkedHashMap<>();
    inputs.put(
        judged.inputs().firstEntry().getKey(), image.withNormalization(scale.normalization()));
    ModelDescription description = judged.withInputs(inputs);
    try (SampleSource all = SampleSource.open(description, model, data);
        SampleSource some = all.size() > SAMPLES ? all.limit(SAMPLES) : all;
        Evaluator evaluator = Evaluator.of(description, model, some, 1)) {
      return new Trial(description, scale.name(), evaluator.referenceValue());
    }
  }

  /** The guess about the input with what the data says instead of what was guessed. */
  private static ModelDescription.Guess confirmed(
      ModelDescription.Guess given, Trial best, Path data) {
    Map.Entry<String, InputSpec> input = best.description().inputs().firstEntry();
    List<String> guesses = new ArrayList<>();
    for (String guess : given.guesses()) {
      guesses.add(
          guess.contains("input \"" + input.getKey() + "\"")
              ? String.format(
                  Locale.ROOT,
                  "guessed: input \"%s\" takes pictures with values %s: of the usual scales the"
                      + " one that gets most of %s right, %.1f %%",
                  input.getKey(),
                  best.scale(),
                  data.getFileName(),
                  100 * best.right())
              : guess);
    }
    return new ModelDescription.Guess(best.description(), guesses);
  }

  private static ModelDescription.Guess doubted(
      ModelDescription.Guess given, Trial best, Path data) {
    List<String> guesses = new ArrayList<>(given.guesses());
    guesses.add(
        String.format(
            Locale.ROOT,
            "whatever the scale, at most %.1f %% of %s come out right, hardly more than by"
                + " chance: what was guessed does not hold, nor do ranges and figures; write a"
                + " model.toml",
            100 * best.right(),
            data.getFileName()));
    return new ModelDescription.Guess(given.description(), guesses);
  }
}
