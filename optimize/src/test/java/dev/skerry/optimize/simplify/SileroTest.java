package dev.skerry.optimize.simplify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recurrent networks inside branches: windows of noise with carried state. */
@Tag("real-data")
class SileroTest {
  private static final int WINDOWS = 20;

  /** Of a probability, after twenty windows of carried state. */
  private static final float TOLERANCE = 1e-5f;

  @ParameterizedTest
  @CsvSource({
    "silero-vad, 16000, 576, '', 250",
    "silero-vad, 8000, 288, '', 250",
    "silero-vad-16k, 16000, 576, '', 130",
    "silero-vad-16k, 16000, 576, batch sequence, 40",
  })
  void simplify_silero_sameProbabilities(
      String name, long rate, int window, String bound, int maxNodes) {
    Map<String, Long> dimensions =
        bound.isEmpty() ? Map.of() : Map.of("batch", 1L, "sequence", (long) window);
    try (ModelFile file = ModelReader.read(model(name))) {
      Simplified simplified =
          Simplifier.simplify(file.model(), SimplifyOptions.standard().withDimensions(dimensions));
      assertThat(simplified.report().nodesAfter()).isLessThanOrEqualTo(maxNodes);
      assertThat(ModelWriter.toBytes(simplified.model())).hasSizeLessThan((int) size(name));
      try (Session before = open(file.model());
          Session after = open(simplified.model())) {
        assertThat(listen(after, rate, window))
            .usingElementComparator(
                (a, b) -> Math.abs(a - b) <= TOLERANCE ? 0 : Float.compare(a, b))
            .containsExactlyElementsOf(listen(before, rate, window));
      }
    }
  }

  /** The probability of speech in each window. */
  private static List<Float> listen(Session session, long rate, int window) {
    RandomGenerator random = new SplittableRandom(3);
    Tensor state = Tensor.ofFloats(new long[] {2, 1, 128}, new float[256]);
    List<Float> probabilities = new ArrayList<>();
    for (int i = 0; i < WINDOWS; i++) {
      float[] samples = new float[window];
      for (int s = 0; s < window; s++) {
        samples[s] = random.nextFloat() - 0.5f;
      }
      var outputs =
          session.run(
              Map.of(
                  "input", Tensor.ofFloats(new long[] {1, window}, samples),
                  "state", state,
                  "sr", Tensor.scalar(rate)));
      probabilities.add((float) outputs.firstEntry().getValue().asDouble(0));
      state = outputs.lastEntry().getValue();
    }
    return probabilities;
  }

  private static Session open(Model model) {
    return Session.open(model, SessionConfig.standard());
  }

  private static long size(String name) {
    try {
      return Files.size(model(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path model(String name) {
    Path folder = Path.of(System.getProperty("skerry.data", "../shared/data"));
    Path file = folder.resolve("models").resolve(name).resolve("model.onnx");
    if (!Files.isRegularFile(file)) {
      Assumptions.abort("skipped: no model " + file);
    }
    return file;
  }
}
