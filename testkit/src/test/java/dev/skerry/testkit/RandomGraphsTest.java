package dev.skerry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.GraphDiff;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Node;
import dev.skerry.graph.Verifier;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RandomGraphsTest {
  private static final int MODELS = 500;

  @Test
  void model_ofAnySeed_isValid() {
    for (int seed = 0; seed < MODELS; seed++) {
      Model model = RandomGraphs.model(new SplittableRandom(seed));
      assertThat(Verifier.verify(model)).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void model_ofTheSameSeed_isTheSame() {
    Model first = RandomGraphs.model(new SplittableRandom(7));
    Model second = RandomGraphs.model(new SplittableRandom(7));
    assertThat(GraphDiff.between(first, second)).isEmpty();
    assertThat(ModelWriter.toBytes(first)).isEqualTo(ModelWriter.toBytes(second));
  }

  @Test
  void models_together_useEveryOperatorThatRulesAreAbout() {
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < MODELS; seed++) {
      RandomGraphs.model(new SplittableRandom(seed)).graph().nodes().stream()
          .map(Node::op)
          .forEach(seen::add);
    }
    assertThat(seen)
        .contains("Conv", "BatchNormalization", "Gemm", "MatMul", "Transpose", "Pad", "Reshape")
        .contains("MaxPool", "AveragePool", "GlobalAveragePool", "ReduceMean", "Constant", "If")
        .contains("Concat", "Split", "Slice", "Shape", "Identity", "Dropout", "Clip", "Softmax");
  }
}
