package dev.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.pack.Packer;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.SkerryException;
import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizationReport.Compression;
import dev.skerry.optimize.OptimizationReport.Variant;
import dev.skerry.optimize.OptimizeRequest;
import dev.skerry.optimize.compress.CompressRequest;
import dev.skerry.optimize.compress.Compressor;
import dev.skerry.runtime.Ticker;
import dev.skerry.runtime.describe.ModelDescription;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code skerry optimize --compress} on the sample. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompressTest {
  /** A clock that stands, so that time decides nothing. */
  private static final Ticker STANDING =
      new Ticker() {
        @Override
        public long nanos() {
          return 0;
        }

        @Override
        public long cpuNanos() {
          return 0;
        }
      };

  private record Outcome(int exitCode, String out, String err) {}

  /** Stands for a process that is killed. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @TempDir Path scratch = Path.of("");
  private Path sample = Path.of("");
  private Path out = Path.of("");
  private @Nullable OptimizationReport whole;

  @BeforeAll
  void makeSampleAndSearch(@TempDir Path folder) throws IOException {
    sample = folder.resolve("bearing");
    assertThat(run("sample", sample.toString()).exitCode()).isZero();
    try (Stream<Path> kinds = Files.list(sample.resolve("train"))) {
      for (Path kind : kinds.toList()) {
        keepSome(kind);
      }
    }
    out = folder.resolve("whole");
    whole = search(out, 10, _ -> {});
  }

  private OptimizationReport whole() {
    return Objects.requireNonNull(whole);
  }

  /** Leaves as many recordings of a kind as suffice. */
  private static void keepSome(Path kind) throws IOException {
    try (Stream<Path> recordings = Files.list(kind)) {
      for (Path recording : recordings.sorted().skip(16).toList()) {
        Files.delete(recording);
      }
    }
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

  private OptimizationReport search(Path out, double maxDropPp, Consumer<String> progress) {
    ModelDescription description = ModelDescription.read(sample.resolve("model.toml"));
    OptimizeRequest request =
        new OptimizeRequest(
            description.withGoal(
                description.goal().withMaxDropPp(maxDropPp).withTargets(List.of("arm64-dot"))),
            List.of(),
            out,
            24,
            100,
            Duration.ZERO,
            1,
            false,
            new OptimizeRequest.Squeeze.None(),
            progress);
    return Compressor.compress(
        new CompressRequest(
            request,
            Duration.ofHours(1),
            1,
            1,
            2,
            false,
            file -> Packer.pack(file).length,
            STANDING));
  }

  /** Breaks off when {@code text} has been told {@code times} times. */
  private static Consumer<String> killedAt(String text, int times) {
    int[] seen = {0};
    return told -> {
      if (told.contains(text) && ++seen[0] == times) {
        throw new Killed();
      }
    };
  }

  private static Compression found(OptimizationReport report) {
    return Objects.requireNonNull(report.compression());
  }

  @Test
  void compress_writesALadderThatBecomesARelease() throws IOException {
    OptimizationReport report = whole();

    assertThat(report.variants()).isNotEmpty();
    Variant smallest = report.variants().getFirst();
    assertThat(smallest.file()).isEqualTo("bearing-faults.arm64-dot.onnx");
    assertThat(report.variants())
        .allSatisfy(variant -> assertThat(out.resolve(String.valueOf(variant.file()))).exists());
    assertThat(report.variants()).extracting(v -> v.measured().bytes()).isSorted();
    assertThat(found(report).points().getFirst().timesFewer()).isGreaterThan(4);
    assertThat(found(report).trials())
        .anySatisfy(trial -> assertThat(trial.parameterShare()).isLessThan(0.3));
    Files.writeString(out.resolve("report.json"), dev.skerry.cli.report.JsonReport.render(report));
    Outcome release =
        run(
            "release",
            "build",
            sample.resolve("model.toml").toString(),
            "--optimized",
            out.toString(),
            "--out",
            scratch.resolve("ladder.release").toString());
    assertThat(release.exitCode()).as(release.err()).isZero();
  }

  @Test
  void compress_killedAnywhere_endsAsIfItHadNotBeen() {
    Path stopped = scratch.resolve("stopped");
    for (Consumer<String> kill :
        List.of(killedAt("measure the speed", 1), killedAt("epoch 1 of", 2), killedAt("make", 1))) {
      assertThatThrownBy(() -> search(stopped, 10, kill)).isInstanceOf(Killed.class);
    }

    Compression continued = found(search(stopped, 10, _ -> {}));

    assertThat(continued.trials()).isEqualTo(found(whole()).trials());
    assertThat(continued.points()).isEqualTo(found(whole()).points());
  }

  @Test
  void compress_intoTheFolderOfAnotherSearch_saysWhatDiffers() {
    assertThatThrownBy(() -> search(out, 5, _ -> {}))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("max-drop-pp was 10.0 and is 5.0")
        .hasMessageContaining("--out");
  }

  @Test
  void command_withTooLittleTime_saysSoAndWritesWhatItHas() throws IOException {
    Path into = scratch.resolve("short");

    Outcome outcome =
        run(
            "optimize",
            sample.resolve("model.toml").toString(),
            "--compress",
            "--time=1s",
            "--samples=24",
            "--validation-samples=100",
            "--target=arm64-dot",
            "--max-drop-pp=10",
            "--out",
            into.toString());

    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("fewer bytes", "was too short to train anything");
    JsonNode report = JsonMapper.shared().readTree(Files.readString(into.resolve("report.json")));
    assertThat(report.at("/compression/trials/0/id").asString()).isEqualTo("original");
    assertThat(Files.readString(into.resolve("report.html"))).contains("What fewer bytes cost");
  }

  @Test
  void command_withoutCalibrationData_asksForIt() {
    Outcome outcome =
        run(
            "optimize",
            sample.resolve("model.onnx").toString(),
            "--compress",
            "--target=arm64-dot",
            "--out",
            scratch.resolve("none").toString());

    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.err()).contains("no calibration data", "--calibration");
  }

  @Test
  void duration_takesSecondsMinutesAndHours() {
    assertThat(CompressArguments.duration("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(CompressArguments.duration("3h")).isEqualTo(Duration.ofHours(3));
    assertThatThrownBy(() -> CompressArguments.duration("1d"))
        .hasMessageContaining("such as 90s, 60m or 3h");
  }
}
