package dev.skerry.fleet.page;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * A linear axis between round numbers.
 *
 * @param low value at its start
 * @param high value at its end, above {@code low}
 * @param step between two ticks
 */
record Scale(double low, double high, double step) {
  /** An axis that holds {@code values}, with about {@code ticks} steps of 1, 2 or 5 · 10ᵏ. */
  static Scale holding(DoubleStream values, int ticks) {
    var range = values.filter(Double::isFinite).summaryStatistics();
    double low = range.getCount() == 0 ? 0 : range.getMin();
    double high = range.getCount() == 0 ? 1 : range.getMax();
    double span = high - low > 0 ? high - low : Math.max(Math.abs(high), 1e-9);
    double rough = span / ticks;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step =
        power * DoubleStream.of(1, 2, 5, 10).filter(s -> s * power >= rough).min().orElse(10);
    double start = Math.floor(low / step + 1e-9) * step;
    double end = Math.ceil(high / step - 1e-9) * step;
    return new Scale(start, end > start ? end : start + step, step);
  }

  /** Where {@code value} lies, from 0 at the start to 100 at the end. */
  double percent(double value) {
    return Math.clamp((value - low) / (high - low) * 100, 0, 100);
  }

  List<Double> ticks() {
    long count = Math.round((high - low) / step);
    return LongStream.rangeClosed(0, count).mapToObj(i -> low + i * step).toList();
  }
}
