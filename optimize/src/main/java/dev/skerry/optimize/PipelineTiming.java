package dev.skerry.optimize;

import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.OptimizationReport.Pipeline;
import dev.skerry.runtime.PairedLatency;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.Ticker;
import dev.skerry.runtime.data.Sample;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.media.MediaAnswer;
import dev.skerry.runtime.media.PictureView;
import java.util.Map;

/**
 * Times the parts of one answer: a sample's way from its file to the graph's inputs, the run, and
 * the way from the outputs to classes or boxes.
 */
public final class PipelineTiming {
  private static final int MAX_SAMPLES = 32;

  private final Ticker ticker;

  public PipelineTiming(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * Medians over at most {@value #MAX_SAMPLES} samples, spread evenly over {@code source}.
   *
   * @param description says what the outputs mean
   * @param source gives samples as {@code model} takes them
   */
  public Pipeline measure(
      ModelDescription description, Model model, SessionConfig config, SampleSource source) {
    try (Session session = Session.open(model, config)) {
      return measure(description, session, source);
    }
  }

  /** As the other, on {@code session}, which the caller keeps. */
  public Pipeline measure(ModelDescription description, Session session, SampleSource source) {
    SampleSource few = source.limit(MAX_SAMPLES);
    pass(few, session, description); // does not count: classes are loaded and linked
    return pass(few, session, description);
  }

  private Pipeline pass(SampleSource source, Session session, ModelDescription description) {
    double[] preprocess = new double[source.size()];
    double[] predict = new double[source.size()];
    double[] postprocess = new double[source.size()];
    for (int i = 0; i < source.size(); i++) {
      long start = ticker.nanos();
      Sample sample = source.read(i);
      long ready = ticker.nanos();
      Map<String, Tensor> outputs = session.run(sample.inputs());
      long ran = ticker.nanos();
      MediaAnswer.of(description.outputs(), outputs, PictureView.WHOLE);
      long done = ticker.nanos();
      preprocess[i] = (ready - start) / 1e3;
      predict[i] = (ran - ready) / 1e3;
      postprocess[i] = (done - ran) / 1e3;
    }
    return new Pipeline(
        PairedLatency.median(preprocess),
        PairedLatency.median(predict),
        PairedLatency.median(postprocess));
  }
}
