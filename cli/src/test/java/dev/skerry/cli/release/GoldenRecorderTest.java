package dev.skerry.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.validate.GoldenCheck;
import dev.skerry.agent.validate.Verdict;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.bundle.release.GoldenOutput;
import dev.skerry.bundle.release.Recipe;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.SessionConfig.Optimization;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Golden vectors of a real model: they pass what rounds otherwise and catch what is damaged. */
@Tag("real-data")
class GoldenRecorderTest {
  @TempDir Path scratch = Path.of("");
  private final BlobBag blobs = new BlobBag(new SystemDisk());

  /** An open session as the device's checks see it. */
  private record Loaded(Session session) implements LoadedModel {
    @Override
    public List<ValueInfo> inputs() {
      return session.inputs();
    }

    @Override
    public List<ValueInfo> outputs() {
      return session.outputs();
    }

    @Override
    public SequencedMap<String, Tensor> run(Map<String, Tensor> given) {
      return session.run(given);
    }

    @Override
    public void close() {
      session.close();
    }
  }

  private record Recorded(GoldenInputs inputs, List<GoldenOutput> outputs, GoldenSet set) {}

  private Recorded record(Path file) {
    ModelDescription description =
        ModelDescription.read(RealModels.file("resnet8-cifar10", "model.toml"));
    try (ModelFile model = ModelReader.read(description.model());
        SampleSource source = SampleSource.validation(description, model.model())) {
      GoldenSet set =
          GoldenSet.of(description, model.model(), source.limit(200), source.limit(200));
      List<GoldenOutput> outputs = GoldenRecorder.record("generic.1", file, set, blobs, Set.of());
      String input = set.samples().getFirst().keySet().iterator().next();
      ByteArrayOutputStream values = new ByteArrayOutputStream();
      set.samples()
          .forEach(sample ->
              values.writeBytes(tensor(sample, input).data().toArray(ValueLayout.JAVA_BYTE)));
      byte[] all = values.toByteArray();
      GoldenInputs.Block block =
          GoldenRecorder.block(
              input, tensor(set.samples().getFirst(), input), blobs.add(all), all.length);
      return new Recorded(new GoldenInputs(set.samples().size(), List.of(block)), outputs, set);
    }
  }

  private static Tensor tensor(Map<String, Tensor> sample, String name) {
    Tensor tensor = sample.get(name);
    assertThat(tensor).isNotNull();
    return Objects.requireNonNull(tensor);
  }

  private Verdict check(Recorded recorded, Path file, SessionConfig config) {
    try (LoadedModel model = new Loaded(Session.open(file, config))) {
      return GoldenCheck.check(
          model, recorded.inputs(), recorded.outputs(), blob -> blobs.open(blob, 0));
    }
  }

  @Test
  void record_passesOtherKernelsAndCatchesDamage() throws IOException {
    Path file = RealModels.file("resnet8-cifar10", "model.onnx");
    Recorded recorded = record(file);

    assertThat(recorded.set().samples()).hasSize(GoldenSet.SAMPLES);
    assertThat(recorded.outputs().getFirst().tolerance()).isBetween(1e-6, 1e-2);
    for (Optimization optimization : Optimization.values()) {
      assertThat(check(recorded, file, SessionConfig.standard().withOptimization(optimization)))
          .as("%s", optimization)
          .isInstanceOf(Verdict.Accepted.class);
    }
    assertThat(check(recorded, damaged(file), SessionConfig.standard()))
        .isInstanceOf(Verdict.Rejected.class);
  }

  /** The file with the high bytes of some weights of its largest constant flipped. */
  private Path damaged(Path file) throws IOException {
    Recipe.Piece largest =
        ModelRecipe.of(file).pieces().stream()
            .max(Comparator.comparingLong(Recipe.Piece::bytes))
            .orElseThrow();
    long at = 0;
    for (Recipe.Piece piece : ModelRecipe.of(file).pieces()) {
      if (piece.equals(largest)) {
        break;
      }
      at += piece.bytes();
    }
    byte[] content = Files.readAllBytes(file);
    for (int i = 0; i < 64; i++) {
      content[(int) at + 3 + 4 * i] ^= (byte) 0x80; // the sign of a float
    }
    return Files.write(scratch.resolve("damaged.onnx"), content);
  }

  @Test
  void golden_coversEveryClassAndNearTies() {
    Recorded recorded = record(RealModels.file("resnet8-cifar10", "model.onnx"));
    GoldenOutput output = recorded.outputs().getFirst();

    assertThat(recorded.inputs().samples()).isEqualTo(16);
    assertThat(output.values().bytes()).isEqualTo(16 * 10 * 4);
    assertThat(recorded.set().others()).hasSize(48);
  }
}
