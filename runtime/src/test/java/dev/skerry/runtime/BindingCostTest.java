package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.skerry.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What Skerry adds to the engine's own cost, on a model that takes some 20 microseconds. */
@Tag("real-data")
class BindingCostTest {
  private static final String INPUT = "Input3";
  private static final String OUTPUT = "Plus214_Output_0";

  @Test
  void run_costsWhatTheEngineCosts() throws OrtException {
    OrtEnvironment engine = Engine.environment();
    Map<String, Tensor> given =
        Map.of(INPUT, Tensor.ofFloats(new long[] {1, 1, 28, 28}, new float[784]));
    try (Session session = Session.open(RealModels.model("mnist"), SessionConfig.standard());
        Binding binding = session.bind(given, List.of(OUTPUT));
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OnnxTensor input = direct(engine, 784, 1, 1, 28, 28);
        OnnxTensor output = direct(engine, 10, 1, 10)) {
      options.setIntraOpNumThreads(1);
      try (OrtSession plain = engine.createSession(RealModels.model("mnist").toString(), options)) {
        Runnable plainRun = () -> run(plain, Map.of(INPUT, input), Map.of(OUTPUT, output));
        Comparison found =
            new PairedLatency(Duration.ofSeconds(1), 9, Duration.ofMillis(2))
                .compare(List.of(binding::run, plainRun, () -> session.run(given)));
        assertThat(found.ratio(0, 1).low()).isLessThan(1.1);
      }
    }
  }

  private static OnnxTensor direct(OrtEnvironment engine, int count, long... shape)
      throws OrtException {
    ByteBuffer memory = ByteBuffer.allocateDirect(4 * count).order(ByteOrder.nativeOrder());
    return OnnxTensor.createTensor(engine, memory, shape, OnnxJavaType.FLOAT);
  }

  private static void run(
      OrtSession session, Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    try (OrtSession.Result result = session.run(inputs, outputs)) {
      assertThat(result.size()).isEqualTo(1);
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }
}
