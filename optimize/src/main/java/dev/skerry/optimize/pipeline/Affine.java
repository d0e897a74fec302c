package dev.skerry.optimize.pipeline;

import dev.skerry.runtime.describe.Normalization;

/** The lines of a normalization as factors and summands, one each per channel. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Affine(double[] factors, double[] summands) {
  static Affine of(Normalization.Line... lines) {
    double[] factors = new double[lines.length];
    double[] summands = new double[lines.length];
    for (int i = 0; i < lines.length; i++) {
      factors[i] = lines[i].scale() / lines[i].std();
      summands[i] = -lines[i].mean() / lines[i].std();
    }
    return new Affine(factors, summands);
  }

  /**
   * Applies them to {@code values}.
   *
   * @param dims along which channels are told apart
   */
  String add(Sketch sketch, String values, long... dims) {
    String product = sketch.add("Mul", "scaled", values, sketch.floats("factor", dims, factors));
    return sketch.add("Add", "normalized", product, sketch.floats("summand", dims, summands));
  }
}
