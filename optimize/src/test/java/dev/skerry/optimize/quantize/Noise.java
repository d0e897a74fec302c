package dev.skerry.optimize.quantize;

import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.List;
import java.util.Map;

/** Runs two models side by side. */
final class Noise {
  private Noise() {}

  static List<Tensor> run(Model model, Map<String, Tensor> inputs) {
    try (Session session = Session.open(model, SessionConfig.standard())) {
      return List.copyOf(session.run(inputs).values());
    }
  }

  /** Signal-to-noise ratio of all float outputs over all {@code samples}, capped at 200 dB. */
  static double decibels(Model expected, Model actual, List<Map<String, Tensor>> samples) {
    double signal = 0;
    double noise = 0;
    try (Session a = Session.open(expected, SessionConfig.standard());
        Session b = Session.open(actual, SessionConfig.standard())) {
      for (Map<String, Tensor> sample : samples) {
        List<Tensor> wanted = List.copyOf(a.run(sample).values());
        List<Tensor> given = List.copyOf(b.run(sample).values());
        for (int output = 0; output < wanted.size(); output++) {
          float[] x = wanted.get(output).toFloats();
          float[] y = given.get(output).toFloats();
          for (int i = 0; i < x.length; i++) {
            signal += (double) x[i] * x[i];
            noise += (double) (x[i] - y[i]) * (x[i] - y[i]);
          }
        }
      }
    }
    return noise == 0 ? 200 : 10 * Math.log10(signal / noise);
  }
}
