package dev.skerry.optimize;

import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.OptimizationReport.Pipeline;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.Ticker;
import dev.skerry.runtime.data.Sample;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.metric.Evaluator;
import java.util.Map;

/** Times what stands around inference: a sample's way from its file to its answer. */
final class PipelineTiming {
  private static final int MAX_SAMPLES = 32;

  private final Ticker ticker;

  PipelineTiming(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * Means over at most {@value #MAX_SAMPLES} samples, spread evenly over {@code source}.
   *
   * @param judge knows what the outputs mean
   * @param predictMicros of {@code model}, measured on its own
   */
  Pipeline measure(
      Model model,
      SessionConfig config,
      SampleSource source,
      Evaluator judge,
      double predictMicros) {
    SampleSource few = source.limit(MAX_SAMPLES);
    try (Session session = Session.open(model, config)) {
      pass(few, session, judge, predictMicros); // does not count: classes are loaded and linked
      return pass(few, session, judge, predictMicros);
    }
  }

  private Pipeline pass(
      SampleSource source, Session session, Evaluator judge, double predictMicros) {
    long preprocess = 0;
    long postprocess = 0;
    for (int i = 0; i < source.size(); i++) {
      long start = ticker.nanos();
      Sample sample = source.read(i);
      preprocess += ticker.nanos() - start;
      Map<String, Tensor> outputs = session.run(sample.inputs());
      postprocess += judge.decodingNanos(outputs, ticker);
    }
    double samples = 1e3 * source.size();
    return new Pipeline(preprocess / samples, predictMicros, postprocess / samples);
  }
}
