package dev.skerry.optimize;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.ModelWriter;
import dev.skerry.optimize.observe.Observations;
import dev.skerry.optimize.quantize.Calibration;
import dev.skerry.optimize.quantize.IntegerType;
import dev.skerry.optimize.quantize.Placement;
import dev.skerry.optimize.quantize.Quantizer;
import dev.skerry.optimize.simplify.OpsetUpgrade;
import dev.skerry.optimize.simplify.Simplifier;
import dev.skerry.optimize.simplify.SimplifyOptions;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Calibrates and quantizes one model and ends, so that a whole process can be timed against the
 * peer's: {@code CalibrationBench MODEL.toml DATA SAMPLES OUT.onnx}. No search, no validation.
 */
public final class CalibrationBench {
  private CalibrationBench() {}

  public static void main(String[] arguments) {
    ModelDescription description = ModelDescription.read(Path.of(arguments[0]));
    int samples = Integer.parseInt(arguments[2]);
    try (ModelFile file = ModelReader.read(description.model())) {
      SimplifyOptions options = SimplifyOptions.standard().withBeforeQuantizing(true);
      Model simplified = Simplifier.simplify(file.model(), options).model();
      Model base =
          simplified.opset() < 13
              ? Simplifier.simplify(OpsetUpgrade.to(simplified, 17), options).model()
              : simplified;
      Placement placement = new Placement(new GraphIndex(base.graph()), Set.of());
      // Twice the samples: half of what is there is kept for decisions.
      try (CalibrationData data =
          CalibrationData.open(description, file.model(), Path.of(arguments[1]), samples, 1)) {
        Observations observations =
            data.observe(base, new LinkedHashSet<>(placement.quantizedValues()));
        Model quantized =
            Quantizer.quantize(
                base,
                placement,
                Calibration.perTensor(observations, IntegerType.UINT8),
                IntegerType.INT8_SYMMETRIC,
                Map.of());
        ModelWriter.write(quantized, Path.of(arguments[3]));
        if (observations.samples() != samples) {
          throw new IllegalStateException("only " + observations.samples() + " samples");
        }
      }
    }
  }
}
