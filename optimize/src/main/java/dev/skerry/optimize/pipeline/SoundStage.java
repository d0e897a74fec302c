package dev.skerry.optimize.pipeline;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Node;
import dev.skerry.runtime.describe.AudioFeatures;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.Normalization;
import dev.skerry.runtime.media.SoundFeatures;
import java.util.Arrays;
import java.util.List;

/**
 * From samples, floats [N, any number], to what the model takes: the declared length, scale, and
 * log-mel energies or MFCCs.
 *
 * <p>Frames, window and Fourier transform are one Conv, whose kernels are the windowed cosines and
 * sines of the frequencies that a filter passes; squares, a MatMul with the filters, and a
 * logarithm follow. Engines have fast kernels for these, and most have none for STFT.
 */
final class SoundStage {
  private final Sketch sketch;
  private final InputSpec.Audio spec;

  SoundStage(Sketch sketch, InputSpec.Audio spec) {
    this.sketch = sketch;
    this.spec = spec;
  }

  /**
   * Adds the stage.
   *
   * @param raw the samples
   * @param shape that the model takes, the batch being 0
   * @param type of the elements that the model takes
   */
  String add(String raw, long[] shape, DataType type) {
    String samples = ofLength(raw);
    AudioFeatures plan = spec.features();
    Normalization line = spec.normalization();
    String values =
        plan == null
            ? line.isIdentity() ? samples : Affine.of(line.line(0)).add(sketch, samples, 1)
            : features(plan, samples);
    String shaped = sketch.add("Reshape", "shaped", values, sketch.longs("input_shape", shape));
    return type == DataType.FLOAT ? shaped : sketch.cast("input", type, shaped);
  }

  private String ofLength(String raw) {
    String pads = sketch.longs("pads", 0, 0, 0, spec.length());
    String padded = sketch.add("Pad", "padded", raw, pads);
    return sketch.add(
        "Slice",
        "cut",
        padded,
        sketch.longs("cut_start", 0),
        sketch.longs("cut_end", spec.length()),
        sketch.longs("cut_axis", 1));
  }

  private String features(AudioFeatures plan, String samples) {
    SoundFeatures tables = new SoundFeatures(plan, spec.sampleRate());
    double[][] filters = tables.filters();
    int first = firstBin(filters);
    int bins = endBin(filters) - first;
    String signal =
        sketch.add("Unsqueeze", "signal", samples, sketch.longs("channel_axis", 1)); // [N, 1, S]
    String kernels =
        sketch.floats(
            "transform",
            new long[] {2L * bins, 1, plan.window()},
            kernels(tables, plan, first, bins));
    String spectrum =
        sketch.add(
            Node.of("Conv", "", List.of(signal, kernels), List.of(""))
                .with("strides", Attribute.Ints.of(plan.hop())),
            "spectrum"); // [N, 2 bins, frames]
    String power = sketch.add("Mul", "power", spectrum, spectrum);
    String weights =
        sketch.floats("filters", new long[] {plan.mels(), 2L * bins}, twice(filters, first, bins));
    String energies = sketch.add("MatMul", "energies", weights, power); // [N, mels, frames]
    String offset =
        sketch.add("Add", "above_zero", energies, sketch.number("log_offset", plan.logOffset()));
    String logarithms = sketch.add("Log", "log_mel", offset);
    if (plan.kind() == AudioFeatures.Kind.MFCC) {
      double[] flat = Arrays.stream(tables.cosines()).flatMapToDouble(Arrays::stream).toArray();
      String cosines =
          sketch.floats("cosines", new long[] {plan.coefficients(), plan.mels()}, flat);
      logarithms = sketch.add("MatMul", "mfcc", cosines, logarithms);
    }
    String frames =
        sketch.add("Transpose", "frames", "perm", Attribute.Ints.of(0, 2, 1), logarithms);
    return normalized(frames, plan.coefficients());
  }

  private static boolean passes(double[][] filters, int bin) {
    return Arrays.stream(filters).anyMatch(filter -> filter[bin] != 0);
  }

  private static int firstBin(double[][] filters) {
    int bin = 0;
    while (bin < filters[0].length - 1 && !passes(filters, bin)) {
      bin++;
    }
    return bin;
  }

  private static int endBin(double[][] filters) {
    int bin = filters[0].length;
    while (bin > 1 && !passes(filters, bin - 1)) {
      bin--;
    }
    return bin;
  }

  /** [2 bins, window]: cosines, then sines; the scale of the samples is worked in. */
  private double[] kernels(SoundFeatures tables, AudioFeatures plan, int first, int bins) {
    double[] window = tables.window();
    double scale = spec.normalization().scale().getFirst();
    double[] kernels = new double[2 * bins * window.length];
    for (int bin = 0; bin < bins; bin++) {
      for (int i = 0; i < window.length; i++) {
        // The product of both is taken modulo the transform's length, which loses no precision.
        long turn = (long) (first + bin) * i % plan.fft();
        double angle = 2 * Math.PI * turn / plan.fft();
        kernels[bin * window.length + i] = scale * window[i] * Math.cos(angle);
        kernels[(bins + bin) * window.length + i] = scale * window[i] * Math.sin(angle);
      }
    }
    return kernels;
  }

  /** [mels, 2 bins]: the filters for the squares of real parts, and again for imaginary ones. */
  private static double[] twice(double[][] filters, int first, int bins) {
    double[] weights = new double[filters.length * 2 * bins];
    for (int m = 0; m < filters.length; m++) {
      for (int bin = 0; bin < bins; bin++) {
        weights[(2 * m) * bins + bin] = filters[m][first + bin];
        weights[(2 * m + 1) * bins + bin] = filters[m][first + bin];
      }
    }
    return weights;
  }

  /** Mean and deviation, per coefficient where they are told apart. */
  private String normalized(String frames, int coefficients) {
    Normalization line = spec.normalization();
    Normalization rest = new Normalization(List.of(1.0), line.mean(), line.std());
    if (rest.isIdentity()) {
      return frames;
    }
    Normalization.Line[] lines = new Normalization.Line[coefficients];
    Arrays.setAll(lines, rest::line);
    return Affine.of(lines).add(sketch, frames, coefficients);
  }
}
