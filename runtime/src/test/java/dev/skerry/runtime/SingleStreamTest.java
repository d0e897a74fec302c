package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.skerry.graph.SkerryException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SingleStreamTest {
  private final ScriptedTicker ticker = new ScriptedTicker();
  private final AtomicInteger calls = new AtomicInteger();

  @Test
  void measure_runsUntilBothTimeAndQueriesAreReached() {
    SingleStream byQueries = stream(Duration.ofNanos(10), 100);
    assertThat(byQueries.measure(this::tenNanos, ticker).queries()).isEqualTo(100);
    SingleStream byTime = stream(Duration.ofNanos(5000), 100);
    assertThat(byTime.measure(this::tenNanos, ticker).queries()).isEqualTo(500);
  }

  @Test
  void measure_takesTheFirstQueryApartAndForgetsTheWarmUp() {
    Runnable slowAtFirst =
        () -> ticker.advance(calls.getAndIncrement() == 0 ? 1000 : calls.get() < 50 ? 100 : 10);
    SingleStream stream = new SingleStream(Duration.ZERO, 100, 0.9, Duration.ofNanos(10_000));
    Latency latency = stream.measure(slowAtFirst, ticker);
    assertThat(latency.firstNanos()).isEqualTo(1000);
    assertThat(latency.maxNanos()).isEqualTo(10);
  }

  @Test
  void measure_givesPercentilesThroughputAndProcessorTime() {
    Runnable rising = () -> ticker.advance(calls.getAndIncrement(), 7);
    Latency latency = stream(Duration.ZERO, 200).measure(rising, ticker); // 1 to 200 ns
    assertThat(latency.minNanos()).isEqualTo(1);
    assertThat(latency.p50Nanos()).isEqualTo(101);
    assertThat(latency.p90Nanos()).isEqualTo(181).isEqualTo(latency.resultNanos());
    assertThat(latency.p99Nanos()).isEqualTo(199);
    assertThat(latency.maxNanos()).isEqualTo(200);
    assertThat(latency.meanNanos()).isEqualTo(100.5);
    assertThat(latency.wallNanos()).isEqualTo(200 * 201 / 2);
    assertThat(latency.throughput()).isCloseTo(1e9 / 100.5, within(1e-3));
    assertThat(latency.cpuNanosPerQuery()).isEqualTo(7);
    assertThat(latency.earlyStoppingNanos().orElseThrow()).isGreaterThan(181);
  }

  private void tenNanos() {
    ticker.advance(10);
  }

  private static SingleStream stream(Duration time, int queries) {
    return new SingleStream(time, queries, 0.9, Duration.ZERO);
  }

  @Test
  void construct_withImpossibleSettings_isRefused() {
    assertThatThrownBy(() -> stream(Duration.ZERO, 0)).isInstanceOf(SkerryException.class);
    assertThatThrownBy(() -> new SingleStream(Duration.ZERO, 1, 90, Duration.ZERO))
        .hasMessageContaining("between 0 and 1, not at 90.0");
  }

  /** Query counts from the table in the MLPerf inference rules, appendix "early stopping". */
  @Test
  void allowance_needsAsManyQueriesAsTheRulesSay() {
    assertThat(EarlyStopping.allowance(63, 0.9)).isLessThan(1);
    assertThat(EarlyStopping.allowance(64, 0.9)).isEqualTo(1);
    assertThat(EarlyStopping.allowance(661, 0.99)).isLessThan(1);
    assertThat(EarlyStopping.allowance(662, 0.99)).isEqualTo(1);
  }

  @Test
  void allowance_staysBelowTheExpectedNumber() {
    assertThat(EarlyStopping.allowance(24_576, 0.9)).isBetween(2300, 2457);
    assertThat(EarlyStopping.allowance(1_000_000, 0.99)).isBetween(9700, 10_000);
  }
}
