package dev.skerry.runtime.metric;

import dev.skerry.runtime.describe.Metric;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * How a model did on data, beside the reference.
 *
 * @param metric what was measured, which is agreement when the wanted metric could not be
 * @param value of the model: a share from 0 to 1; for {@code mse} the error itself
 * @param referenceValue of the reference: 1 for agreement and cosine
 * @param dropPp what was lost, in percentage points; for {@code mse} by how many percent the error
 *     grew; negative when the model is better
 * @param agreement share of the reference's answers that the model gives too, 0 to 1; see {@link
 *     Evaluator}
 * @param samples how many were judged
 * @param snrDb signal-to-noise ratio of each output against the reference's, in decibels, over at
 *     most {@link Evaluator#SNR_SAMPLES} samples; held within 200 dB to each side
 * @param notes what a reader must know to understand the figures
 */
public record Score(
    Metric metric,
    double value,
    double referenceValue,
    double dropPp,
    double agreement,
    int samples,
    SequencedMap<String, Double> snrDb,
    List<String> notes) {
  public Score {
    snrDb = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(snrDb));
    notes = List.copyOf(notes);
  }
}
