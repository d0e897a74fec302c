package dev.skerry.optimize.observe;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was seen of a model's values.
 *
 * @param histograms the distribution of each observed float value
 * @param samples how many samples were run
 */
public record Observations(SortedMap<String, Histogram> histograms, int samples) {

  public Observations {
    histograms = Collections.unmodifiableSortedMap(new TreeMap<>(histograms));
  }

  /** The distribution of {@code value}. */
  public Histogram histogram(String value) {
    Histogram histogram = histograms.get(value);
    if (histogram == null) {
      throw new IllegalArgumentException("value '" + value + "' was not observed");
    }
    return histogram;
  }

  /** Fails when a value became infinite or NaN on the data, which no integer type can express. */
  public void requireFinite() {
    for (Map.Entry<String, Histogram> entry : histograms.entrySet()) {
      if (entry.getValue().notFinite() > 0) {
        throw new SkerryException(
            ErrorCode.BAD_DATA,
            "value '%s' was infinite or NaN in %d of %d elements while calibrating; check the"
                    .formatted(
                        entry.getKey(), entry.getValue().notFinite(), entry.getValue().elements())
                + " preprocessing (scale, mean, std) and the data");
      }
    }
  }
}
