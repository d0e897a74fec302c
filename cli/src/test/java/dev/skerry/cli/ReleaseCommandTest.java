package dev.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.engine.OrtEngine;
import dev.skerry.agent.validate.GoldenCheck;
import dev.skerry.agent.validate.Verdict;
import dev.skerry.bundle.archive.ReleaseArchive;
import dev.skerry.bundle.blob.Assembler;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.key.KeyFolder;
import dev.skerry.bundle.key.KeyRing;
import dev.skerry.bundle.key.KeyScheme;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.bundle.release.Recipe;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.Variant;
import dev.skerry.bundle.tuf.RepositorySettings;
import dev.skerry.bundle.tuf.TufRepository;
import dev.skerry.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code skerry release} on the sample, as a user calls it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReleaseCommandTest {
  private record Outcome(int exitCode, String out, String err) {}

  private Path scratch = Path.of("");
  private Path model = Path.of("");
  private Path optimized = Path.of("");
  private Path release = Path.of("");

  @BeforeAll
  void buildOnce(@TempDir Path folder) {
    scratch = folder;
    Path sample = scratch.resolve("bearing");
    model = sample.resolve("model.toml");
    optimized = scratch.resolve("out");
    release = scratch.resolve("bearing.release");
    run("sample", sample.toString());
    Outcome made =
        run(
            "optimize",
            model.toString(),
            "--out=" + optimized,
            "--samples=24",
            "--validation-samples=100",
            "--time-limit=0",
            "--max-drop-pp=10",
            "--target=arm64-dot",
            "--target=generic");
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(build(release).exitCode()).isZero();
  }

  private static Outcome run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = Terminal.plain(out, err);
    int exitCode = Skerry.run(terminal, arguments);
    terminal.flush();
    return new Outcome(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Outcome build(Path out, String... more) {
    List<String> arguments = new ArrayList<>(List.of("release", "build", model.toString()));
    arguments.addAll(List.of("--optimized", optimized.toString(), "--out", out.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private static Release read(Path file) {
    try (ReleaseArchive archive = ReleaseArchive.open(file)) {
      return archive.release();
    }
  }

  @Test
  void build_holdsALadderForEachTarget() {
    Release built = read(release);

    assertThat(built.model()).isEqualTo("bearing-faults");
    assertThat(built.ladders()).extracting(Ladder::target).containsExactly("arm64-dot", "generic");
    assertThat(built.ladders().getFirst().needs().architecture()).isEqualTo("arm64");
    assertThat(built.ladders().getFirst().needs().all()).contains("asimddp");
    assertThat(built.variants())
        .extracting(Variant::name)
        .containsExactly("arm64-dot.1", "generic.1");
    assertThat(built.variants())
        .allSatisfy(variant -> {
          assertThat(variant.quality().metric()).isEqualTo("top1");
          assertThat(variant.quality().value()).isPresent();
          assertThat(variant.opsets()).containsKey("ai.onnx");
          assertThat(variant.goldenOutputs())
              .allSatisfy(output -> assertThat(output.tolerance()).isBetween(1e-9, 1.0));
        });
    assertThat(built.golden().samples()).isEqualTo(16);
    assertThat(built.inputs().getFirst().kind()).isEqualTo("audio");
    assertThat(built.outputs().getFirst().kind()).isEqualTo("classification");
    assertThat(built.provenance().calibration()).isPresent();
    assertThat(built.provenance().command()).contains("build").doesNotContain("--out");
  }

  @Test
  void build_again_makesTheSameBytes() {
    Path again = scratch.resolve("again.release");

    Outcome outcome = build(again);

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(again).hasSameBinaryContentAs(release);
  }

  @Test
  void build_withBudgets_storesThemForTheDevice() {
    Path limited = scratch.resolve("limited.release");

    assertThat(build(limited, "--max-latency-micros=250", "--max-memory=9000000").exitCode())
        .isZero();

    Variant.Budget budget = read(limited).variants().getFirst().budget();
    assertThat(budget.latencyMicros()).contains(250.0);
    assertThat(budget.memoryBytes()).contains(9_000_000L);
  }

  @Test
  void build_ofChangedFiles_isRefused() throws IOException {
    Path tampered = Files.createDirectories(scratch.resolve("tampered"));
    try (Stream<Path> files = Files.list(optimized)) {
      for (Path file : files.toList()) {
        Files.copy(file, tampered.resolve(file.getFileName()));
      }
    }
    Path variant = tampered.resolve("bearing-faults.generic.onnx");
    byte[] content = Files.readAllBytes(variant);
    content[content.length - 1]++;
    Files.write(variant, content);

    Outcome outcome =
        run("release", "build", model.toString(), "--optimized=" + tampered, "--out=x.release");

    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.err()).contains("is not the file that the report is about");
  }

  @Test
  void build_ofFilesOfOnesOwn_measuresThemWhenAsked() {
    Path own = scratch.resolve("own.release");
    Path plain = optimized.resolve("bearing-faults.generic.onnx");
    Path small = optimized.resolve("bearing-faults.arm64-dot.onnx");

    Outcome outcome =
        run(
            "release",
            "build",
            model.toString(),
            "--variant=generic=" + small,
            "--variant=generic=" + plain,
            "--golden-from=" + release,
            "--measure",
            "--out=" + own);

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    Release built = read(own);
    assertThat(built.variants().getFirst().quality().value()).isPresent();
    assertThat(built.variants().getFirst().measured().p50Micros()).isPresent();
    assertThat(built.golden()).isEqualTo(read(release).golden());
  }

  @Test
  void build_ofNothingOrOfBoth_isUsage() {
    assertThat(run("release", "build", model.toString()).exitCode()).isEqualTo(2);
    assertThat(build(scratch.resolve("x"), "--variant=generic=y.onnx").exitCode()).isEqualTo(2);
    assertThat(run("release", "build", model.toString(), "--variant=y.onnx").err())
        .contains("TARGET=FILE");
    assertThat(run("release", "build", model.toString(), "--variant=x=" + model).err())
        .contains("--target PATH.toml");
    assertThat(run("release").exitCode()).isEqualTo(2);
  }

  @Test
  void show_saysWhatIsInside() {
    Outcome outcome = run("release", "show", release.toString());

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("bearing-faults 1.0.0", "arm64-dot.1", "generic.1", "top1", "16 golden samples")
        .contains("skerry release build");
    JsonNode manifest =
        JsonMapper.shared().readTree(run("release", "show", "--json", release.toString()).out());
    assertThat(manifest.at("/ladders/0/target").asString()).isEqualTo("arm64-dot");
  }

  @Test
  void verify_runsWhatThisMachineCan() {
    Outcome outcome = run("release", "verify", release.toString());

    assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
    assertThat(outcome.out()).contains("every byte is right", "generic.1 answers as was recorded");
  }

  @Test
  void golden_ofAnIntegerVariant_allowsOtherRoundingAndCatchesDamage() throws IOException {
    try (ReleaseArchive archive = ReleaseArchive.open(release)) {
      Variant integers = archive.release().variants().getFirst();
      Variant plain = archive.release().variants().getLast();
      assertThat(integers.goldenOutputs().getFirst().tolerance())
          .isGreaterThan(plain.goldenOutputs().getFirst().tolerance());
      Path file = scratch.resolve("variant.onnx");
      Assembler.assemble(new SystemDisk(), integers.file(), archive, file);
      assertThat(check(archive, integers, file)).isInstanceOf(Verdict.Accepted.class);

      Files.write(file, damaged(integers.file(), Files.readAllBytes(file)));
      assertThat(check(archive, integers, file)).isInstanceOf(Verdict.Rejected.class);
    }
  }

  private static Verdict check(ReleaseArchive archive, Variant variant, Path file) {
    try (LoadedModel loaded = OrtEngine.standard().load(file)) {
      return GoldenCheck.check(
          loaded,
          archive.release().golden(),
          variant.goldenOutputs(),
          blob -> archive.open(blob, 0));
    }
  }

  /** The signs of some weights of the largest constant turned. */
  private static byte[] damaged(Recipe recipe, byte[] content) {
    long longest = recipe.pieces().stream().mapToLong(Recipe.Piece::bytes).max().orElseThrow();
    int at = 0;
    for (Recipe.Piece piece : recipe.pieces()) {
      if (piece.bytes() == longest) {
        break;
      }
      at += (int) piece.bytes();
    }
    for (int i = 0; i < 1024; i++) {
      content[at + i] ^= (byte) 0x80;
    }
    return content;
  }

  @Test
  void verify_ofDamage_endsWith5() throws IOException {
    byte[] content = Files.readAllBytes(release);
    for (int part = 1; part < 10; part++) {
      byte[] damaged = content.clone();
      int at = content.length / 3 + part * content.length / 20;
      damaged[at] ^= 1;
      Path file = Files.write(scratch.resolve("damaged.release"), damaged);

      Outcome outcome = run("release", "verify", file.toString());

      assertThat(outcome.exitCode()).as("byte %d: %s", at, outcome.err()).isEqualTo(5);
      assertThat(outcome.err()).contains("is damaged");
    }
  }

  @Test
  void verify_ofACutFile_endsWith3() throws IOException {
    byte[] content = Files.readAllBytes(release);
    Path file =
        Files.write(scratch.resolve("cut.release"), Arrays.copyOf(content, content.length / 2));

    assertThat(run("release", "verify", file.toString()).exitCode()).isEqualTo(3);
    assertThat(run("release", "show", scratch.resolve("none").toString()).exitCode()).isEqualTo(3);
  }

  private Path repository(String name) {
    Path folder = scratch.resolve(name);
    TufRepository.init(
        new SystemDisk(),
        folder,
        new KeyFolder(KeyFolder.beside(folder), (_, _) -> "not secret".toCharArray()),
        RepositorySettings.usual(List.of(KeyScheme.ED25519), KeyRing.Guard.NONE),
        InstantSource.system());
    return folder;
  }

  private Outcome publish(Path repository, String... more) throws IOException {
    Path passphrase = Files.writeString(scratch.resolve("passphrase"), "not secret");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.addAll(List.of("--repo=" + repository, "--passphrase-file=" + passphrase, "--json"));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void publish_countsUpAndCopiesWhatIsMissing() throws IOException {
    Path repository = repository("repo");

    Outcome first = publish(repository, "release", "publish", release.toString());
    Outcome second = publish(repository, "release", "publish", release.toString(), "--floor=2");
    Outcome back = publish(repository, "release", "rollback", "bearing-faults", "--to=2");

    assertThat(first.exitCode()).as(first.err()).isZero();
    JsonNode published = JsonMapper.shared().readTree(first.out());
    assertThat(published.at("/counter").asInt()).isEqualTo(1);
    assertThat(published.at("/newBytes").asLong()).isGreaterThan(100_000);
    assertThat(published.at("/unsigned").size()).isZero();
    JsonNode again = JsonMapper.shared().readTree(second.out());
    assertThat(again.at("/counter").asInt()).isEqualTo(2);
    assertThat(again.at("/floor").asInt()).isEqualTo(2);
    assertThat(again.at("/newBytes").asLong()).isZero();
    JsonNode rolledBack = JsonMapper.shared().readTree(back.out());
    assertThat(rolledBack.at("/counter").asInt()).isEqualTo(3);
    assertThat(rolledBack.at("/floor").asInt()).isEqualTo(2);
    assertThat(publish(repository, "release", "rollback", "bearing-faults", "--to=1").err())
        .contains("below the security floor of 2");
    assertThat(publish(repository, "release", "rollback", "bearing-faults", "--to=9").err())
        .contains("it has [1, 2, 3]");
    assertThat(publish(repository, "release", "publish", release.toString(), "--floor=1").err())
        .contains("cannot go down to 1");
    assertThat(publish(repository, "release", "publish", release.toString(), "--floor=9").err())
        .contains("would forbid this release");
  }
}
