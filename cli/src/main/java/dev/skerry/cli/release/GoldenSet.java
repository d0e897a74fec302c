package dev.skerry.cli.release;

import dev.skerry.agent.validate.GoldenSamples;
import dev.skerry.bundle.archive.ReleaseArchive;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.data.Sample;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.data.SampleStream;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.OutputSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The samples that every variant is run on before it serves.
 *
 * @param samples one tensor per input for each
 * @param others more samples, on which tolerances are measured as well and which are not kept
 * @param origin where they come from, for people
 */
record GoldenSet(
    List<Map<String, Tensor>> samples, List<Map<String, Tensor>> others, String origin) {
  /** Golden samples, at most. */
  static final int SAMPLES = 16;

  /** Golden samples where inputs are large. */
  private static final int LEAST_SAMPLES = 4;

  /** Bytes of all golden inputs, above {@link #LEAST_SAMPLES}; devices download them. */
  private static final long MOST_BYTES = 4L << 20;

  /**
   * Of four samples three are the first of their class, as far as there are; the rest near-ties.
   */
  private static final double FIRST_OF_CLASS = 0.75;

  /** Validation samples among which is chosen, at most. */
  private static final int SCANNED = 1000;

  private static final int OTHERS = 48;
  private static final long SEED = 20_261_124;

  /** What axes of open size measure in made-up samples, tried in this order. */
  private static final List<Long> FREE_SIZES = List.of(512L, 224L, 64L, 16L, 1L);

  GoldenSet {
    samples = List.copyOf(samples);
    others = List.copyOf(others);
  }

  /**
   * A scanned sample.
   *
   * @param label its class, or what the model takes it for
   * @param margin between the two greatest scores
   */
  private record Scanned(int position, int label, double margin) {}

  /** The samples of a release that was built before, so that a device has them already. */
  static GoldenSet of(ReleaseArchive earlier) {
    List<Map<String, Tensor>> samples =
        GoldenSamples.first(
            earlier.release().golden().samples(),
            earlier.release().golden(),
            blob -> earlier.open(blob, 0));
    return new GoldenSet(samples, List.of(), "those of an earlier release");
  }

  /**
   * Chosen from {@code source}: of a classification the first sample of each class in order, and
   * those whose two greatest scores are closest; of other models samples spread evenly.
   *
   * @param taken the samples of {@code source} as variants take them
   */
  static GoldenSet of(
      ModelDescription description, Model model, SampleSource source, SampleSource taken) {
    SampleSource scanned = source.limit(SCANNED);
    SampleSource kept = taken.limit(SCANNED);
    Optional<String> scores = classification(description);
    int count = affordable(kept.read(0));
    int[] chosen =
        scores.isPresent()
            ? covering(scan(model, scores.get(), scanned), count)
            : evenly(scanned.size(), count);
    List<Map<String, Tensor>> samples = new ArrayList<>();
    Arrays.stream(chosen).forEach(at -> samples.add(kept.read(at).copy().inputs()));
    List<Map<String, Tensor>> others = new ArrayList<>();
    taken.limit(OTHERS).forEach(sample -> others.add(sample.copy().inputs()));
    return new GoldenSet(samples, others, source.isRandom() ? "seeded noise" : source.place());
  }

  private static Optional<String> classification(ModelDescription description) {
    return description.outputs().entrySet().stream()
        .filter(output -> output.getValue().kind() == OutputSpec.Kind.CLASSIFICATION)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static int affordable(Sample sample) {
    long bytes = sample.inputs().values().stream().mapToLong(Tensor::byteSize).sum();
    return (int) Math.clamp(MOST_BYTES / Math.max(1, bytes), LEAST_SAMPLES, SAMPLES);
  }

  private static int[] evenly(int size, int most) {
    int count = Math.min(most, size);
    return IntStream.range(0, count).map(i -> (int) ((long) i * size / count)).toArray();
  }

  private static List<Scanned> scan(Model model, String scores, SampleSource source) {
    List<Scanned> found = new ArrayList<>();
    try (Session session = Session.open(model, SessionConfig.standard());
        SampleStream samples = source.samples()) {
      while (samples.hasNext()) {
        Sample sample = samples.next();
        Tensor answer = session.run(sample.inputs(), List.of(scores)).values().iterator().next();
        found.add(scanned(found.size(), sample, answer.toFloats()));
      }
    }
    return found;
  }

  private static Scanned scanned(int position, Sample sample, float... scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    double margin = Double.POSITIVE_INFINITY;
    for (int i = 0; i < scores.length; i++) {
      margin = i == best ? margin : Math.min(margin, (double) scores[best] - scores[i]);
    }
    return new Scanned(position, sample.hasLabel() ? sample.label() : best, margin);
  }

  private static int[] covering(List<Scanned> scanned, int count) {
    Set<Integer> classes = new HashSet<>();
    Set<Integer> chosen = new TreeSet<>();
    for (Scanned sample : scanned) {
      if (chosen.size() < FIRST_OF_CLASS * count && classes.add(sample.label())) {
        chosen.add(sample.position());
      }
    }
    scanned.stream()
        .sorted(Comparator.comparingDouble(Scanned::margin).thenComparing(Scanned::position))
        .map(Scanned::position)
        .filter(position -> !chosen.contains(position))
        .limit(Math.max(0, count - chosen.size()))
        .toList()
        .forEach(chosen::add);
    return chosen.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Made-up samples, of a size that the model runs on where it leaves sizes open. */
  static SampleSource random(ModelDescription description, Model model) {
    List<SkerryException> failures = new ArrayList<>();
    try (Session session = Session.open(model, SessionConfig.standard())) {
      for (long free : FREE_SIZES) {
        SampleSource source = SampleSource.random(description, model, SAMPLES, SEED, free);
        try {
          session.run(source.read(0).inputs());
          return source;
        } catch (SkerryException failed) {
          failures.add(failed);
        }
      }
    }
    SkerryException none =
        new SkerryException(
            ErrorCode.BAD_DATA,
            "the model runs on none of the made-up inputs that were tried; give --validation. At"
                + " first the engine said: "
                + failures.getFirst().getMessage());
    failures.forEach(none::addSuppressed);
    throw none;
  }
}
