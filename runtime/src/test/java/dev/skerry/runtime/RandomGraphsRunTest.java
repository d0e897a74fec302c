package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.SessionConfig.Optimization;
import dev.skerry.testkit.RandomGraphs;
import java.nio.file.Path;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine runs what the generator of random graphs makes and the writer writes. */
class RandomGraphsRunTest {
  private static final int MODELS = 300;
  private static final SessionConfig AS_IT_IS =
      SessionConfig.standard().withOptimization(Optimization.NONE);

  @TempDir Path folder;

  @Test
  void randomGraphs_run_withFiniteOutputsOfTheDeclaredShapes() {
    for (int seed = 0; seed < MODELS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Model model = RandomGraphs.model(random);
      SequencedMap<String, Tensor> inputs = RandomGraphs.inputs(model, random);
      SequencedMap<String, Tensor> outputs = run(model, inputs);
      assertThat(outputs.keySet())
          .as("seed %d", seed)
          .containsExactlyElementsOf(model.graph().outputNames());
      outputs
          .values()
          .forEach(output -> assertThat(output.toFloats()).isNotEmpty().doesNotContain(Float.NaN));
    }
  }

  private SequencedMap<String, Tensor> run(Model model, SequencedMap<String, Tensor> inputs) {
    Path file = folder.resolve("random.onnx");
    ModelWriter.write(model, file);
    try (Session session = Session.open(file, AS_IT_IS)) {
      return session.run(inputs);
    }
  }
}
