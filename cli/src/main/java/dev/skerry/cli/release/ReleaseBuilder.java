package dev.skerry.cli.release;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.archive.ReleaseArchive;
import dev.skerry.bundle.blob.BlobSource;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.pack.Packer;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.bundle.release.GoldenOutput;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.bundle.release.PackedFile;
import dev.skerry.bundle.release.Provenance;
import dev.skerry.bundle.release.Recipe;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.bundle.release.Variant;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.OperatorSet;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.target.Machine;
import dev.skerry.optimize.target.Target;
import dev.skerry.runtime.Engine;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.media.AnswerOutputs;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a release of model files: runs them, records their answers, takes them apart. */
public final class ReleaseBuilder {
  /** Validation samples that judge with {@code measure}, at most. */
  private static final int JUDGED = 500;

  /** Share of a file's bytes that its packed form may have. */
  private static final double MOST_PACKED = 0.97;

  private final BuildRequest request;
  private final ModelDescription description;
  private final BlobBag blobs = new BlobBag(new SystemDisk());

  /** Names of the variants that round values to integers. */
  private final Set<String> integers = new HashSet<>();

  private ReleaseBuilder(BuildRequest request) {
    this.request = request;
    this.description = request.description();
  }

  /**
   * A release that was built.
   *
   * @param golden where the golden samples come from, for people
   */
  public record Built(Release release, BlobSource blobs, String golden) {}

  /**
   * Builds; the model files must stay as they are until the release is written.
   *
   * @throws SkerryException if a file cannot be a variant
   * @throws dev.skerry.bundle.BundleException if the release would break a rule of manifests
   */
  public static Built build(BuildRequest request) {
    return new ReleaseBuilder(request).build();
  }

  private Built build() {
    try (ModelFile original = ModelReader.read(description.model());
        SampleSource source = source(original.model())) {
      List<Candidate> candidates = measured(original.model(), source);
      request.steps().accept("choosing golden samples");
      GoldenSet golden = golden(original.model(), source, candidates);
      Signature signature = signature(candidates);
      List<GoldenInputs.Block> inputs =
          signature.inputs().stream().map(input -> block(input, golden)).toList();
      List<Ladder> ladders = new ArrayList<>();
      for (List<Candidate> rungs : byTarget(candidates).values()) {
        ladders.add(ladder(rungs, golden));
      }
      Signature seen = signature.seen(inputs, blocks(ladders));
      Release release =
          new Release(
              description.name(),
              description.version(),
              seen.inputs(),
              seen.outputs(),
              Tolerances.shared(ladders, integers),
              new GoldenInputs(golden.samples().size(), inputs),
              provenance());
      return new Built(release, blobs, golden.origin());
    }
  }

  private SampleSource source(Model model) {
    if (description.data().validation() != null) {
      return SampleSource.validation(description, model);
    }
    request
        .notes()
        .accept(
            "There is no validation data: the golden vectors are answers to seeded noise. They show"
                + " that a device computes what was computed here, on inputs that it will never"
                + " see. Give --validation or [data] validation.");
    return GoldenSet.random(description, model);
  }

  private List<Candidate> measured(Model original, SampleSource source) {
    if (!request.measure()) {
      return request.candidates();
    }
    request.steps().accept("measuring variants");
    return Measuring.of(description, original, source.limit(JUDGED), request.candidates());
  }

  private GoldenSet golden(Model original, SampleSource source, List<Candidate> candidates) {
    Optional<Path> earlier = request.goldenFrom();
    if (earlier.isEmpty() && candidates.isEmpty()) {
      return GoldenSet.of(description, original, source, source);
    }
    if (earlier.isEmpty()) {
      try (ModelFile variant = ModelReader.read(candidates.getFirst().file())) {
        return GoldenSet.of(
            description, original, source, RawInputs.of(description, variant.model(), source));
      }
    }
    try (ReleaseArchive archive = ReleaseArchive.open(earlier.get())) {
      return GoldenSet.of(archive);
    }
  }

  private Signature signature(List<Candidate> candidates) {
    Signature first = null;
    for (Candidate candidate : candidates) {
      try (ModelFile file = ModelReader.read(candidate.file())) {
        Signature signature = Signature.of(file.model(), description);
        if (first == null) {
          first = signature;
        }
        first.requireSame(signature, candidate.file().toString());
      }
    }
    if (first == null) {
      throw new SkerryException(ErrorCode.USAGE, "a release needs at least one variant");
    }
    return first;
  }

  private GoldenInputs.Block block(TensorSpec input, GoldenSet golden) {
    ByteArrayOutputStream values = new ByteArrayOutputStream();
    Tensor first = tensor(golden.samples().getFirst(), input);
    for (Map<String, Tensor> sample : golden.samples()) {
      Tensor value = tensor(sample, input);
      if (!Arrays.equals(value.dims(), first.dims())) {
        throw new SkerryException(
            ErrorCode.BAD_DATA,
            "golden samples have different sizes for input '%s': %s and %s; give data of one size"
                .formatted(input.name(), first, value));
      }
      values.writeBytes(value.data().toArray(ValueLayout.JAVA_BYTE));
    }
    byte[] all = values.toByteArray();
    return GoldenRecorder.block(input.name(), first, blobs.add(all), all.length);
  }

  private static Tensor tensor(Map<String, Tensor> sample, TensorSpec input) {
    Tensor value = sample.get(input.name());
    if (value == null) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "the golden samples are for the inputs %s, and the variants take '%s'"
              .formatted(sample.keySet(), input.name()));
    }
    return value;
  }

  private static SequencedMap<String, List<Candidate>> byTarget(List<Candidate> candidates) {
    SequencedMap<String, List<Candidate>> targets = new LinkedHashMap<>();
    candidates.forEach(candidate ->
        targets.computeIfAbsent(candidate.target().name(), _ -> new ArrayList<>()).add(candidate));
    return targets;
  }

  private Ladder ladder(List<Candidate> candidates, GoldenSet golden) {
    Target target = candidates.getFirst().target();
    if (!target.includes(Machine.here())) {
      request
          .notes()
          .accept(
              "The answers for %s were recorded on this machine, which is not of that class."
                  .formatted(target.name()));
    }
    List<Variant> rungs = new ArrayList<>();
    for (Candidate candidate : Rungs.ordered(candidates, request.notes())) {
      rungs.add(variant(candidate, rungs.size() + 1, golden));
    }
    return new Ladder(target.name(), Targets.needs(target), rungs);
  }

  private Variant variant(Candidate candidate, int rung, GoldenSet golden) {
    String name = candidate.target().name() + "." + rung;
    request.steps().accept("recording " + name);
    if (Tolerances.roundsToIntegers(candidate.file())) {
      integers.add(name);
    }
    Recipe recipe = ModelRecipe.of(candidate.file());
    blobs.add(recipe, candidate.file());
    List<GoldenOutput> recorded =
        GoldenRecorder.record(name, candidate.file(), golden, blobs, answers());
    Variant variant =
        new Variant(
            name,
            candidate.technique(),
            recipe,
            opsets(candidate.file()),
            candidate.quality(),
            candidate.measured(),
            request.budget(),
            recorded);
    return request.pack() ? packed(variant, candidate.file()) : variant;
  }

  /** {@code variant} with its file packed, where that saves enough for another blob. */
  private Variant packed(Variant variant, Path file) {
    request.steps().accept("packing " + variant.name());
    byte[] packed = Packer.pack(file);
    return packed.length > MOST_PACKED * variant.file().bytes()
        ? variant
        : variant.withPacked(new PackedFile(blobs.add(packed), packed.length));
  }

  /** Outputs that sort and cut: near-ties change places, which says nothing of a device. */
  private Set<String> answers() {
    Set<String> names = new HashSet<>();
    for (String output : description.outputs().keySet()) {
      names.add(AnswerOutputs.classes(output));
      names.add(AnswerOutputs.scores(output));
      names.add(AnswerOutputs.boxes(output));
    }
    return names;
  }

  private static SequencedMap<String, Long> opsets(Path file) {
    SequencedMap<String, Long> versions = new LinkedHashMap<>();
    try (ModelFile model = ModelReader.read(file)) {
      for (OperatorSet set : model.model().opsets()) {
        String domain = set.domain().isEmpty() ? Variant.STANDARD_OPERATORS : set.domain();
        versions.merge(domain, set.version(), Math::max);
      }
    }
    return versions;
  }

  /** The golden outputs of all variants, one for each name. */
  private static List<GoldenInputs.Block> blocks(List<Ladder> ladders) {
    return ladders.stream()
        .flatMap(ladder -> ladder.variants().stream())
        .flatMap(variant -> variant.goldenOutputs().stream())
        .map(GoldenOutput::values)
        .toList();
  }

  private Provenance provenance() {
    request.steps().accept("taking digests of model and data");
    return new Provenance(
        DataDigest.ofFile(description.model()),
        digest(description.data().calibration()),
        digest(description.data().validation()),
        request.tool(),
        "onnxruntime " + Engine.version(),
        request.command());
  }

  private static Optional<Digest> digest(@Nullable Path data) {
    return Optional.ofNullable(data).filter(Files::exists).map(DataDigest::of);
  }
}
