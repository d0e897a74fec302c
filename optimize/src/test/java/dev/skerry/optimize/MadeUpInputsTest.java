package dev.skerry.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.SkerryException;
import dev.skerry.optimize.simplify.ModelSketch;
import dev.skerry.runtime.describe.ModelDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models without data, whose files do not say what they run on. */
class MadeUpInputsTest {
  @TempDir Path folder;

  private OptimizationReport optimize(Model model) throws IOException {
    Path file = folder.resolve("model.onnx");
    ModelWriter.write(model, file);
    Path toml =
        Files.writeString(
            folder.resolve("model.toml"),
            """
            name  = "made-up"
            model = "model.onnx"
            [input.ids]
            kind = "tensor"
            [output.y]
            kind = "tensor"
            [goal]
            targets = ["generic"]
            """);
    return Optimizer.optimize(
        OptimizeRequest.standard(ModelDescription.read(toml), folder.resolve("out")));
  }

  /** Token numbers looked up in a table of 50 rows, then cut into pieces of {@code length}. */
  private static Model lookup(long length) {
    return ModelSketch.opset(17)
        .input(DataType.INT64, "ids", "batch", "length")
        .weights("table", 50, 8)
        .longs("pieces", -1, length, 8)
        .node("Gather", "table ids", "rows")
        .node("Reshape", "rows pieces", "cut")
        .longs("whole", 1, length * 8)
        .node("Reshape", "cut whole", "y")
        .output("y")
        .model();
  }

  @Test
  void optimize_ofALengthThatOnlyTheTraceKnew_findsIt() throws IOException {
    OptimizationReport report = optimize(lookup(32));

    assertThat(report.variants().getFirst().outcome())
        .isEqualTo(OptimizationReport.Outcome.WRITTEN);
  }

  @Test
  void optimize_ofALengthThatNobodyGuesses_passesOnWhatTheEngineSaid() {
    assertThatThrownBy(() -> optimize(lookup(31)))
        .isInstanceOfSatisfying(
            SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_DATA))
        .hasMessageContaining("give --data")
        .hasMessageContaining("Reshape");
  }
}
