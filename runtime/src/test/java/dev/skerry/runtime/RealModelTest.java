package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions and bindings on published models. */
@Tag("real-data")
class RealModelTest {
  private static final Tensor DIGIT = Tensor.ofFloats(new long[] {1, 1, 28, 28}, stripes(784));

  private static float[] stripes(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i % 7 * 20;
    }
    return values;
  }

  @Test
  void binding_givesWhatRunGives() {
    try (Session session = Session.open(RealModels.model("mnist"), SessionConfig.standard())) {
      SequencedMap<String, Tensor> outputs = session.run(Map.of("Input3", DIGIT));
      Tensor scores = outputs.firstEntry().getValue();
      assertThat(scores).hasToString("FLOAT[1, 10]");
      try (Binding binding = session.bind(Map.of("Input3", DIGIT), List.of("Plus214_Output_0"))) {
        binding.run();
        assertThat(binding.output("Plus214_Output_0").contentEquals(scores)).isTrue();
      }
    }
    assertThat(Engine.liveOwners()).isZero();
  }

  @Test
  void binding_carriesStateFromRunToRun() {
    Map<String, Tensor> inputs =
        Map.of(
            "input", Tensor.ofFloats(new long[] {1, 512}, stripes(512)),
            "state", Tensor.ofFloats(new long[] {2, 1, 128}, new float[256]),
            "sr", Tensor.scalar(16000L));
    try (Session session = Session.open(RealModels.model("silero-vad"), SessionConfig.standard());
        Binding binding = session.bind(inputs, List.of("output", "stateN"))) {
      float first = binding.output("output").toFloats()[0];
      binding.set("state", binding.output("stateN"));
      binding.run();
      assertThat(binding.output("output").toFloats()[0]).isNotEqualTo(first).isBetween(0f, 1f);
    }
  }

  @Test
  void run_ofABatch_givesWhatSingleRunsGive() {
    Tensor batch = Tensor.ofFloats(new long[] {3, 49, 10, 1}, stripes(3 * 490));
    try (Session session = Session.open(RealModels.model("dscnn-kws"), SessionConfig.standard())) {
      float[] together = session.run(Map.of("mfcc", batch)).firstEntry().getValue().toFloats();
      for (int i = 0; i < 3; i++) {
        Tensor one =
            Tensor.of(
                DataType.FLOAT, new long[] {1, 49, 10, 1}, batch.data().asSlice(i * 1960L, 1960));
        float[] alone = session.run(Map.of("mfcc", one)).firstEntry().getValue().toFloats();
        assertThat(Arrays.copyOfRange(together, i * 12, i * 12 + 12))
            .containsExactly(alone, within(1e-5f));
      }
    }
  }
}
