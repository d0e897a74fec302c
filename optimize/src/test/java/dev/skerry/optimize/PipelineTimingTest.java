package dev.skerry.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Model;
import dev.skerry.optimize.OptimizationReport.Pipeline;
import dev.skerry.optimize.simplify.ModelSketch;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.Ticker;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineTimingTest {
  private static final String DESCRIPTION =
      """
      name = "m"
      model = "m.onnx"
      [input.x]
      kind = "tensor"
      [output.y]
      kind = "classification"
      """;

  @TempDir Path folder;

  /** A clock that moves by 3 µs whenever it is read. */
  private static final class SteadyTicker implements Ticker {
    private long nanos;

    @Override
    public long nanos() {
      nanos += 3000;
      return nanos;
    }

    @Override
    public long cpuNanos() {
      return nanos;
    }
  }

  @Test
  void measure_anySource_timesThePartsOfASample() throws IOException {
    ModelDescription description =
        ModelDescription.read(Files.writeString(folder.resolve("model.toml"), DESCRIPTION));
    Model model =
        ModelSketch.opset(17).input("x", "N", 4).node("Relu", "x", "y").output("y").model();
    for (int samples : new int[] {1, 50}) {
      try (SampleSource source = SampleSource.random(description, model, samples, 1)) {
        Pipeline pipeline =
            new PipelineTiming(new SteadyTicker())
                .measure(description, model, SessionConfig.standard(), source);

        assertThat(pipeline).isEqualTo(new Pipeline(3, 3, 3));
      }
    }
  }
}
