package dev.skerry.cli.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.skerry.cli.Skerry;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.Verifier;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.OutputSpec;
import dev.skerry.runtime.metric.Evaluator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SampleCommandTest {
  /** Bytes that a sample may take on a disk. */
  private static final long MOST_BYTES = 40_000_000;

  private record Outcome(int exitCode, String out, String err) {}

  @TempDir static Path scratch = Path.of("");
  private Path sample = Path.of("");
  private Outcome outcome = new Outcome(-1, "", "");

  @BeforeAll
  void makeSample() {
    sample = scratch.resolve("bearing");
    outcome = run("sample", sample.toString());
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

  @Test
  void sample_whenDone_saysWhatItMadeAndWhatIsNext() {
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("2,000 recordings", "% right", "./skerry optimize " + sample + "/model.toml");
  }

  @Test
  void sample_written_isADescribedModelThatKeepsTheRules() {
    ModelDescription description = ModelDescription.read(sample.resolve("model.toml"));

    assertThat(description.inputs().get(BearingDetector.INPUT))
        .isInstanceOfSatisfying(
            InputSpec.Audio.class,
            audio -> {
              assertThat(audio.sampleRate()).isEqualTo(12_000);
              assertThat(audio.length()).isEqualTo(4_096);
            });
    assertThat(description.outputs().get(BearingDetector.OUTPUT))
        .isEqualTo(OutputSpec.of(OutputSpec.Kind.CLASSIFICATION, Fault.labels()));
    try (ModelFile file = ModelReader.read(sample.resolve("model.onnx"))) {
      assertThat(Verifier.verify(file.model())).isEmpty();
      description.check(file.model());
      assertThat(file.model().opset()).isEqualTo(17);
      assertThat(file.model().irVersion()).isEqualTo(8);
    }
  }

  @Test
  void sample_written_holdsRecordingsOfEveryClass() throws Exception {
    for (String label : Fault.labels()) {
      assertThat(wavFiles(sample.resolve("train").resolve(label))).hasSize(400);
      assertThat(wavFiles(sample.resolve("validation").resolve(label))).hasSize(200);
    }
    Path some = wavFiles(sample.resolve("validation/ball")).getFirst();
    try (AudioInputStream audio = AudioSystem.getAudioInputStream(some.toFile())) {
      assertThat(audio.getFrameLength()).isEqualTo(4_096);
      assertThat(audio.getFormat().getSampleRate()).isEqualTo(12_000);
      assertThat(audio.getFormat().getChannels()).isEqualTo(1);
    }
    assertThat(new SampleFolder(sample).bytes()).isLessThan(MOST_BYTES);
  }

  @Test
  void sample_readBackAsDescribed_reachesTheAccuracyThatWasSaid() {
    ModelDescription description = ModelDescription.read(sample.resolve("model.toml"));
    try (ModelFile file = ModelReader.read(description.model());
        SampleSource source = SampleSource.validation(description, file.model());
        Evaluator evaluator = Evaluator.of(description, file.model(), source, 1)) {
      assertThat(source.size()).isEqualTo(1_000);
      String said = String.format(Locale.ROOT, "%.1f %% right", 100 * evaluator.referenceValue());
      assertThat(outcome.out()).contains(said);
    }
  }

  private static List<Path> wavFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".wav")).sorted().toList();
    }
  }

  @Test
  void requireFree_ofAnEarlierSample_isSatisfied() {
    assertThatCode(() -> new SampleFolder(sample).requireFree(false)).doesNotThrowAnyException();
  }

  @Test
  void sample_amongOtherFiles_refusesUnlessForced() throws IOException {
    Path folder = Files.createDirectory(scratch.resolve("work"));
    Path mine = Files.writeString(folder.resolve("model.toml"), "name = \"mine\"\n");

    Outcome refused = run("sample", folder.toString());

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains(folder.toString(), "--force");
    assertThat(mine).hasContent("name = \"mine\"");
  }

  @Test
  void sample_ontoAFile_refuses() throws IOException {
    Path file = Files.writeString(scratch.resolve("file"), "");

    Outcome refused = run("sample", file.toString(), "--force");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(file).isEmptyFile();
  }
}
