package dev.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.bundle.pack.Packer;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.Verifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code skerry optimize} on the sample, as a user calls it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OptimizeCommandTest {
  private static final String VARIANT = "bearing-faults.arm64-dot.onnx";

  private record Outcome(int exitCode, String out, String err) {}

  @TempDir Path scratch = Path.of("");
  private Path sample = Path.of("");

  @BeforeAll
  void makeSample(@TempDir Path folder) {
    sample = folder.resolve("bearing");
    assertThat(run("sample", sample.toString()).exitCode()).isZero();
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

  /** A quick run for a target that no machine of these tests has to be. */
  private Outcome optimize(Path out, String... more) {
    return optimize(sample.resolve("model.toml"), out, more);
  }

  private static Outcome optimize(Path model, Path out, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("optimize", model.toString(), "--out", out.toString()));
    arguments.addAll(
        List.of(
            "--samples=24", "--validation-samples=100", "--time-limit=0", "--target=arm64-dot"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void optimize_withinBudget_writesVariantAndReport() throws IOException {
    Path out = scratch.resolve("good/deep");

    Outcome outcome = optimize(out, "--max-drop-pp=10");

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("✓ " + out.resolve(VARIANT), "report.html has the reasons");
    assertThat(names(out)).containsExactly(VARIANT, "report.html", "report.json");
    JsonNode report = JsonMapper.shared().readTree(Files.readString(out.resolve("report.json")));
    assertThat(report.at("/format").asInt()).isEqualTo(1);
    assertThat(report.at("/goal/metric").asString()).isEqualTo("top1");
    assertThat(report.at("/goal/maxDropPp").asDouble()).isEqualTo(10);
    assertThat(report.at("/data/calibrationSamples").asInt()).isEqualTo(24);
    assertThat(report.at("/data/validationSamples").asInt()).isEqualTo(100);
    JsonNode variant = report.at("/variants/0");
    assertThat(variant.at("/outcome").asString()).isEqualTo("written");
    assertThat(variant.at("/file").asString()).isEqualTo(VARIANT);
    assertThat(variant.at("/measured/bytes").asLong())
        .isEqualTo(Files.size(out.resolve(VARIANT)))
        .isLessThan(report.at("/original/bytes").asLong() / 2);
    assertThat(variant.at("/dropPp").asDouble()).isLessThanOrEqualTo(10);
    try (ModelFile written = ModelReader.read(out.resolve(VARIANT))) {
      assertThat(Verifier.verify(written.model())).isEmpty();
    }
  }

  @Test
  void optimize_again_makesTheSameBytes() throws IOException {
    Path first = scratch.resolve("first");
    Path second = scratch.resolve("second");

    optimize(first, "--max-drop-pp=10", "--no-report");
    optimize(second, "--max-drop-pp=10", "--no-report");

    assertThat(names(first)).containsExactly(VARIANT);
    assertThat(second.resolve(VARIANT)).hasSameBinaryContentAs(first.resolve(VARIANT));
  }

  @Test
  void optimize_whenBudgetCannotHold_endsWith4AndRemovesTheOlderVariant() throws IOException {
    Path out = Files.createDirectory(scratch.resolve("refused"));
    Files.writeString(out.resolve(VARIANT), "of an earlier run");

    Outcome outcome = optimize(out, "--metric=cosine", "--max-drop-pp=0");

    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(4);
    assertThat(outcome.out()).contains("✗ arm64-dot: nothing written");
    assertThat(names(out)).containsExactly("report.html", "report.json");
    JsonNode report = JsonMapper.shared().readTree(Files.readString(out.resolve("report.json")));
    assertThat(report.at("/variants/0/outcome").asString()).isEqualTo("refused");
    assertThat(report.at("/variants/0/missedByPp").asDouble()).isPositive();
  }

  @Test
  void optimize_ofUnlabelledData_saysThatAgreementJudges() throws IOException {
    Path data = Files.createDirectory(scratch.resolve("flat"));
    Path some = sample.resolve("validation/ball");
    for (String name : names(some).subList(0, 20)) {
      Files.copy(some.resolve(name), data.resolve(name));
    }

    Outcome outcome =
        optimize(scratch.resolve("unlabelled"), "--max-drop-pp=10", "--data", data.toString());

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("top1 needs labels", "judged by agreement");
  }

  @Test
  void optimize_withSetKey_takesItAsIfDescribed() {
    Outcome outcome =
        optimize(
            scratch.resolve("set"),
            "--json",
            "--set",
            "name=other",
            "--set",
            "goal.max-drop-pp=12");

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    JsonNode report = JsonMapper.shared().readTree(outcome.out()); // and nothing but JSON
    assertThat(report.at("/model/name").asString()).isEqualTo("other");
    assertThat(report.at("/goal/maxDropPp").asDouble()).isEqualTo(12);
  }

  @Test
  void optimize_withMistypedKey_namesTheNearest() {
    Outcome outcome = optimize(scratch.resolve("typo"), "--set", "goal.metrik=top1");

    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.err()).contains("metrik", "metric").doesNotContain("at dev.skerry");
    assertThat(scratch.resolve("typo")).doesNotExist();
  }

  @Test
  void optimize_intoAFile_isRefusedBeforeTheWorkBegins() throws IOException {
    Path file = Files.writeString(scratch.resolve("occupied"), "mine");

    Outcome outcome = optimize(file);

    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.err()).startsWith("skerry: " + file + " is a file");
    assertThat(file).hasContent("mine");
  }

  @Test
  void optimize_ofMissingData_isRefused() {
    Outcome outcome = optimize(scratch.resolve("none"), "--data", scratch + "/nowhere.zip");

    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.err()).contains("nowhere.zip").doesNotContain("at dev.skerry");
  }

  @Test
  void optimize_ofPicturesForSound_saysWhatIsMissing() throws IOException {
    Path data = Files.createDirectory(scratch.resolve("pictures"));
    Files.writeString(data.resolve("a.png"), "");

    Outcome outcome = optimize(scratch.resolve("wrong"), "--data", data.toString());

    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.err()).contains("WAV");
  }

  @Test
  void optimize_withNumbersOutOfRange_isUsage() {
    assertThat(optimize(scratch.resolve("n"), "--samples=0").exitCode()).isEqualTo(2);
    assertThat(optimize(scratch.resolve("n"), "--time-limit=-1").exitCode()).isEqualTo(2);
    assertThat(optimize(scratch.resolve("n"), "--max-drop-pp=-3").err()).contains("0 to 100");
    assertThat(optimize(scratch.resolve("n"), "--metric=topp").err()).contains("topk(k)");
    assertThat(optimize(scratch.resolve("n"), "--target=x86-64-vni").err()).contains("x86-64-vnni");
  }

  @Test
  void optimize_squeezed_takesFewerBytesPacked() throws IOException {
    Path plain = scratch.resolve("plain");
    Path squeezed = scratch.resolve("squeezed");

    assertThat(optimize(plain, "--max-drop-pp=10", "--no-report").exitCode()).isZero();
    Outcome outcome = optimize(squeezed, "--max-drop-pp=10", "--squeeze=0.05");

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("static int8, squeezed from");
    assertThat(Files.size(squeezed.resolve(VARIANT))).isEqualTo(Files.size(plain.resolve(VARIANT)));
    assertThat(Packer.pack(squeezed.resolve(VARIANT)).length)
        .isLessThan(Packer.pack(plain.resolve(VARIANT)).length);
  }

  @Test
  void optimize_strengthThatIsNone_saysWhatIsTaken() {
    Outcome outcome = optimize(scratch.resolve("none"), "--squeeze=much");

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("--squeeze takes a strength from 0 to 1, or auto, not much");
  }
}
