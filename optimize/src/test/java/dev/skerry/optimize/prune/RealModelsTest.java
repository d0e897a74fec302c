package dev.skerry.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real models lose a third of their parameters and still run. */
@Tag("real-data")
class RealModelsTest {
  private static final Path MODELS =
      Path.of(System.getProperty("skerry.data", "../shared/data")).resolve("models");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet8-cifar10",
        "resnet-large-cifar10",
        "dscnn-kws",
        "mobilenet-vww",
        "autoencoder-ad",
        "cnn-fsdd",
        "ultraface-slim-320"
      })
  void prune_realModel_runs(String name) {
    Path file = MODELS.resolve(name).resolve("model.toml");
    Assumptions.assumeTrue(Files.exists(file), "there are no real models at " + MODELS);
    ModelDescription description = ModelDescription.read(file);
    try (ModelFile held = ModelReader.read(description.model())) {
      PruneResult result =
          Pruner.prune(
              new PruneRequest(
                  description,
                  held.model(),
                  null,
                  null,
                  PruneRequest.STANDARD_SAMPLES,
                  Importance.MAGNITUDE,
                  PruneOptions.of(0.3, PruneGoal.SIZE),
                  _ -> {}));
      assertThat(result.parametersAfter()).isLessThan(result.parametersBefore() * 7 / 10);
      try (SampleSource random = SampleSource.random(description, held.model(), 1, 1);
          Session before = Session.open(held.model(), SessionConfig.standard());
          Session after = Session.open(result.model(), SessionConfig.standard())) {
        var inputs = random.read(0).inputs();
        var wanted = before.run(inputs);
        after
            .run(inputs)
            .forEach((output, tensor) -> {
              var of = wanted.get(output);
              assertThat(of).isNotNull();
              assertThat(tensor.dims()).isEqualTo(of == null ? new long[0] : of.dims());
            });
      }
    }
  }
}
