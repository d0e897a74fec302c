package dev.skerry.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.cli.Skerry;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.metric.Evaluator;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriftTest {
  @TempDir Path folder;

  private ModelDescription sample() {
    Terminal silent =
        Terminal.plain(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
    assertThat(Skerry.run(silent, "sample", folder.toString())).isZero();
    return ModelDescription.read(folder.resolve("model.toml"));
  }

  @Test
  void of_aClassifier_changesAFifthOfItsAnswersAndNotItsGraph() {
    ModelDescription description = sample();
    try (ModelFile file = ModelReader.read(description.model());
        SampleSource calibration = SampleSource.calibration(description, file.model()).limit(200)) {
      Drift drift = Drift.of(description, file.model(), calibration);
      assertThat(drift.agreement()).isBetween(0.75, 0.85);
      assertThat(drift.model().graph().nodes()).isEqualTo(file.model().graph().nodes());
      try (SampleSource validation = SampleSource.validation(description, file.model()).limit(300);
          Evaluator evaluator = Evaluator.of(description, file.model(), validation, 1)) {
        assertThat(evaluator.score(drift.model()).agreement()).isBetween(0.6, 0.93);
      }
    }
  }

  @Test
  void of_aGraphWithoutWeights_saysWhatIsMissing() {
    ModelDescription description = sample();
    try (ModelFile file = ModelReader.read(description.model());
        SampleSource calibration = SampleSource.calibration(description, file.model())) {
      Graph graph = file.model().graph();
      Node copy =
          Node.of(
              "Identity",
              "copy",
              graph.inputs().stream().map(i -> i.name()).toList(),
              graph.outputNames());
      Model bare = file.model().withGraph(graph.withNodes(List.of(copy)));
      assertThatThrownBy(() -> Drift.of(description, bare, calibration))
          .isInstanceOf(SkerryException.class)
          .hasMessageContaining("constant float or 8-bit weights");
    }
  }
}
