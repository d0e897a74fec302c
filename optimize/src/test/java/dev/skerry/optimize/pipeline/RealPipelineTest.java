package dev.skerry.optimize.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.metric.Evaluator;
import dev.skerry.runtime.metric.Score;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real models on real files: the whole graph against the model with Java around it. */
@Tag("real-data")
class RealPipelineTest {
  @ParameterizedTest
  @CsvSource({"ultraface-rfb-320, 16", "resnet8-cifar10, 200", "cnn-fsdd, 60"})
  void compile_realModel_answersAlike(String name, int samples) {
    Path data = Path.of(System.getProperty("skerry.data", "../shared/data"));
    Path toml = data.resolve("models").resolve(name).resolve("model.toml");
    Assumptions.assumeTrue(Files.exists(toml), "no real data at " + data);
    ModelDescription description = ModelDescription.read(toml);
    try (ModelFile file = ModelReader.read(description.model());
        SampleSource source = SampleSource.validation(description, file.model());
        Evaluator judge = Evaluator.of(description, file.model(), source.limit(samples), 1)) {
      Model compiled = PipelineCompiler.compile(file.model(), description);

      Score score = judge.score(compiled);

      assertThat(score.agreement()).isEqualTo(1.0);
      assertThat(score.value()).isEqualTo(score.referenceValue());
      assertThat(score.snrDb().values()).allMatch(ratio -> ratio > 45);
    }
  }
}
