package dev.skerry.agent.metrics;

import dev.skerry.wire.LatencySketch;
import java.math.BigDecimal;

/** A page in Prometheus' text format 0.0.4, written family by family. */
final class PrometheusText {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /**
   * Bounds of histograms are the powers of two from 16 µs to 17 s, in the clock's nanoseconds; the
   * sketches have a bucket that begins at each, so that the counts are exact.
   */
  private static final int FIRST_BOUND_BITS = 14;

  private static final int LAST_BOUND_BITS = 34;

  private static final double MICROS = 1e6;

  private final StringBuilder text = new StringBuilder();
  private String family = "";

  /** Begins a family; what is written next belongs to it. */
  PrometheusText family(String name, String type, String help) {
    family = name;
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    return this;
  }

  /**
   * Writes one number.
   *
   * @param labels names and values in turns
   */
  void sample(Number value, String... labels) {
    line(family, labels(labels), value);
  }

  /** Writes a histogram in seconds; its sum is known to within 2 %. */
  void histogram(LatencySketch times, String... labels) {
    String inner = labels(labels);
    for (int bits = FIRST_BOUND_BITS; bits <= LAST_BOUND_BITS; bits++) {
      String bound = BigDecimal.valueOf(1L << bits, 9).stripTrailingZeros().toPlainString();
      long count = times.countBefore(LatencySketch.bucket(1L << bits));
      line(family + "_bucket", inner + ",le=\"" + bound + '"', count);
    }
    line(family + "_bucket", inner + ",le=\"+Inf\"", times.count());
    line(family + "_sum", inner, times.sumMicros() / MICROS);
    line(family + "_count", inner, times.count());
  }

  private void line(String name, String labels, Number value) {
    text.append(name);
    if (!labels.isEmpty()) {
      text.append('{').append(labels).append('}');
    }
    text.append(' ').append(value).append('\n');
  }

  private static String labels(String... namesAndValues) {
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      labels.append(i == 0 ? "" : ",").append(namesAndValues[i]).append("=\"");
      labels.append(quoted(namesAndValues[i + 1])).append('"');
    }
    return labels.toString();
  }

  private static String quoted(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
