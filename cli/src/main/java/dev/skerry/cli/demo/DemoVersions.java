package dev.skerry.cli.demo;

import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.key.KeyRing;
import dev.skerry.bundle.key.KeyScheme;
import dev.skerry.bundle.release.ManifestCodec;
import dev.skerry.bundle.release.Variant;
import dev.skerry.bundle.tuf.RepositorySettings;
import dev.skerry.bundle.tuf.TufRepository;
import dev.skerry.cli.release.BuildRequest;
import dev.skerry.cli.release.Candidate;
import dev.skerry.cli.release.Candidates;
import dev.skerry.cli.release.Publisher;
import dev.skerry.cli.release.ReleaseBuilder;
import dev.skerry.cli.repo.PassingKeys;
import dev.skerry.cli.report.JsonReport;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.ModelWriter;
import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizeRequest;
import dev.skerry.optimize.Optimizer;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The three versions of a model that the demo rolls out, signed and in a repository: 1, simplified;
 * 2, quantized for each target; 3, which is version 2 gone subtly wrong ({@link Drift}).
 */
final class DemoVersions {
  /** Classes of hardware that the demo's devices are of. */
  static final List<String> TARGETS = List.of("x86-64-vnni", "x86-64-v3", "arm64-dot");

  private static final String SIMPLIFIED = "generic";
  private static final int CALIBRATION_SAMPLES = 128;
  private static final int VALIDATION_SAMPLES = 500;
  private static final int DRIFT_SAMPLES = 200;
  private static final Duration SEARCH = Duration.ofSeconds(4);

  private final ModelDescription description;
  private final Path folder;
  private final Consumer<String> steps;
  private final Publisher publisher;

  /**
   * A version in the repository.
   *
   * @param variants by target
   * @param agreement with version 2, lowest of all targets; 1 for others than version 3
   */
  record Version(
      int number,
      Publisher.Published published,
      List<Variant> variants,
      List<Candidate> candidates,
      double agreement) {}

  private DemoVersions(
      ModelDescription description, Path folder, Consumer<String> steps, Publisher publisher) {
    this.description = description;
    this.folder = folder;
    this.steps = steps;
    this.publisher = publisher;
  }

  /**
   * Begins a repository in {@code folder}.
   *
   * @param steps is told what is being done
   */
  static DemoVersions in(Path folder, ModelDescription description, Consumer<String> steps) {
    Path repository = folder.resolve("repo");
    TufRepository signed =
        TufRepository.init(
            new SystemDisk(),
            repository,
            new PassingKeys(),
            RepositorySettings.usual(List.of(KeyScheme.ED25519), KeyRing.Guard.NONE),
            InstantSource.system());
    return new DemoVersions(
        description, folder, steps, new Publisher(new SystemDisk(), repository, signed));
  }

  /** Folder of the repository. */
  Path repository() {
    return folder.resolve("repo");
  }

  /** Makes the variants of versions 1 and 2; call first. */
  OptimizationReport optimize() throws IOException {
    List<String> targets = new ArrayList<>(TARGETS);
    targets.addFirst(SIMPLIFIED);
    Path out = Files.createDirectories(optimized());
    OptimizationReport report =
        Optimizer.optimize(
            new OptimizeRequest(
                description.withGoal(description.goal().withTargets(targets)),
                List.of(),
                out,
                CALIBRATION_SAMPLES,
                VALIDATION_SAMPLES,
                SEARCH,
                1,
                false,
                new OptimizeRequest.Squeeze.None(),
                steps));
    Files.writeString(out.resolve("report.json"), JsonReport.render(report));
    return report;
  }

  private Path optimized() {
    return folder.resolve("out");
  }

  /** Simplified: the same numbers with fewer operations. */
  Version first() throws IOException {
    return publish(1, variants(1).stream().filter(DemoVersions::isSimplified).toList(), 1);
  }

  /** Quantized for each target; a target for which that costs too much gets the simplified one. */
  Version second() throws IOException {
    List<Candidate> variants = variants(2);
    List<Candidate> quantized =
        variants.stream().filter(variant -> !isSimplified(variant)).toList();
    return publish(2, quantized.size() < TARGETS.size() ? variants : quantized, 1);
  }

  private List<Candidate> variants(int version) {
    return candidates(version).optimized(optimized());
  }

  private static boolean isSimplified(Candidate variant) {
    return variant.target().name().equals(SIMPLIFIED);
  }

  /** Each variant of {@code good} with noise that changes a fifth of its answers. */
  Version third(Version good) throws IOException {
    List<String> drifted = new ArrayList<>();
    double agreement = 1;
    Path out = Files.createDirectories(folder.resolve("drifted"));
    for (Candidate candidate : good.candidates()) {
      steps.accept("damaging " + candidate.target().name());
      Path file = out.resolve(candidate.file().getFileName());
      try (ModelFile model = ModelReader.read(candidate.file());
          SampleSource source = calibration(model.model())) {
        Drift drift = Drift.of(description, model.model(), source.limit(DRIFT_SAMPLES));
        ModelWriter.write(drift.model(), file);
        agreement = Math.min(agreement, drift.agreement());
      }
      drifted.add(candidate.target().name() + "=" + file);
    }
    return publish(3, candidates(3).given(drifted), agreement);
  }

  private SampleSource calibration(Model model) {
    return description.data().calibration() == null
        ? SampleSource.random(description, model, DRIFT_SAMPLES, 1)
        : SampleSource.calibration(description, model);
  }

  private ModelDescription numbered(int version) {
    return description.withKeys(Map.of("version", "\"%d.0.0\"".formatted(version)));
  }

  private Candidates candidates(int version) {
    return new Candidates(numbered(version), List.of(), steps);
  }

  private Version publish(int number, List<Candidate> candidates, double agreement)
      throws IOException {
    ReleaseBuilder.Built built =
        ReleaseBuilder.build(
            new BuildRequest(
                numbered(number),
                candidates,
                false,
                true,
                new Variant.Budget(Optional.empty(), Optional.empty()),
                Optional.empty(),
                "skerry demo",
                List.of("skerry", "demo"),
                steps,
                steps));
    byte[] manifest = ManifestCodec.write(built.release());
    return new Version(
        number,
        publisher.publish(manifest, built.blobs(), OptionalLong.empty()),
        built.release().variants(),
        candidates,
        agreement);
  }
}
