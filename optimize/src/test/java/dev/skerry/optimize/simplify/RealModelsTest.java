package dev.skerry.optimize.simplify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published models, simplified, against themselves. */
@Tag("real-data")
class RealModelsTest {
  /** Relative to the largest output: rounding of folded weights, through some fifty layers. */
  private static final double TOLERANCE = 2e-5;

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          resnet8-cifar10, 25
          resnet-large-cifar10, 24
          dscnn-kws, 24
          mobilenet-vww, 60
          autoencoder-ad, 19
          mnist, 12
          vgg-cifar10, 22
          cnn-fsdd, 40
          ultraface-slim-320, 130
          ultraface-rfb-320, 140
          ultraface-rfb-640, 140
          """)
  void simplify_realModel_agreesWithFewerNodes(String name, int maxNodes) {
    try (ModelFile file = ModelReader.read(model(name))) {
      Simplified simplified = Simplifier.simplify(file.model(), SimplifyOptions.standard());
      PassReport report = simplified.report();
      Agreement.require(file.model(), simplified.model(), TOLERANCE, 1);
      assertThat(report.nodesAfter()).isLessThanOrEqualTo(maxNodes);
      assertThat(simplified.model().graph().inputs())
          .isEqualTo(file.model().graph().requiredInputs());
    }
  }

  @ParameterizedTest
  @CsvSource({"mnist", "ultraface-slim-320", "ultraface-rfb-320"})
  void upgrade_oldModel_agreesAsItIsAndSimplified(String name) {
    try (ModelFile file = ModelReader.read(model(name))) {
      Model model = file.model();
      Agreement.require(model, OpsetUpgrade.to(model, 21), TOLERANCE, 2);
      Model simplified = Simplifier.simplify(model, SimplifyOptions.standard()).model();
      Agreement.require(model, OpsetUpgrade.to(simplified, 17), TOLERANCE, 2);
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
