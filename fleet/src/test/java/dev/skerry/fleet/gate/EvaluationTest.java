package dev.skerry.fleet.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.wire.LatencySketch;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationTest {
  private static Figures devices(long settled, long fresh, long failures, String reason, long n) {
    return Figures.NONE.with(
        new Figures.Devices(
            settled,
            fresh,
            failures,
            reason.isEmpty() ? new TreeMap<>() : new TreeMap<>(Map.of(reason, n))));
  }

  private static Figures shadow(long compared, long agreed, long failed) {
    return Figures.NONE.with(
        new Figures.Shadow(1, compared, agreed, failed, LatencySketch.EMPTY, LatencySketch.EMPTY));
  }

  private static Figures served(LatencySketch latency, LatencySketch before) {
    return Figures.NONE.with(new Figures.Served(3, latency.count(), 0, latency, before));
  }

  @Test
  void shadowDisagreement_ofABadRelease_failsInWords() {
    GateResult result =
        Evaluation.of(Gate.parse("shadow-disagreement <= 3 %"), shadow(240, 191, 0));

    assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(result.words())
        .matches(
            "shadow disagreement 20\\.4 % \\(at least 1\\d\\.\\d % at 95 % confidence\\) exceeds 3"
                + " % on 240 compared requests of 1 device");
  }

  @Test
  void shadowDisagreement_countsWhatOnlyTheCandidateFailed() {
    GateResult result =
        Evaluation.of(Gate.parse("shadow-disagreement <= 3 %"), shadow(200, 200, 50));

    assertThat(result.figure()).isEqualTo(0.2, within(1e-9));
    assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void shadowDisagreement_ofAGoodRelease_waitsForItsSampleThenPasses() {
    Gate gate = Gate.parse("shadow-disagreement <= 3 %");

    assertThat(Evaluation.of(gate, shadow(199, 198, 0)).verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(Evaluation.of(gate, shadow(200, 199, 0)).verdict()).isEqualTo(Verdict.PASSED);
    assertThat(Evaluation.of(gate, shadow(0, 0, 0)).words())
        .isEqualTo("shadow disagreement: nothing measured yet, 200 compared requests needed");
  }

  /** As from one device whose camera looks at one thing. */
  @Test
  void rate_ofAFewRequests_failsOnlyWhereNoneIsAllowed() {
    Gate some = Gate.parse("shadow-disagreement <= 5 %");
    Gate none = Gate.parse("shadow-disagreement == 0");

    assertThat(new Proportion(2, 2).exceeds(0.05, 0.95)).isTrue();
    assertThat(Evaluation.of(some, shadow(2, 0, 0)).words())
        .isEqualTo(
            "shadow disagreement 100.0 % so far on 2 compared requests of 1 device, 200"
                + " compared requests needed");
    assertThat(Evaluation.of(some, shadow(19, 0, 0)).verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(Evaluation.of(some, shadow(20, 0, 0)).verdict()).isEqualTo(Verdict.FAILED);
    assertThat(Evaluation.of(none, shadow(2, 1, 0)).verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void rate_withASmallerMinSample_failsOnThat() {
    Gate gate =
        Gate.of(
            "gate",
            Json.object().put("expression", "error-rate <= 5 %").put("min-sample", 4).build());
    LatencySketch none = LatencySketch.EMPTY;

    assertThat(
            Evaluation.of(gate, Figures.NONE.with(new Figures.Served(1, 3, 3, none, none)))
                .verdict())
        .isEqualTo(Verdict.UNDECIDED);
    assertThat(
            Evaluation.of(gate, Figures.NONE.with(new Figures.Served(1, 4, 4, none, none)))
                .verdict())
        .isEqualTo(Verdict.FAILED);
  }

  @Test
  void rate_aLittleAboveTheLimit_isUndecided() {
    GateResult result =
        Evaluation.of(Gate.parse("shadow-disagreement <= 3 %"), shadow(300, 289, 0));

    assertThat(result.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(result.words()).contains("is not shown to exceed 3 %");
  }

  @Test
  void proof_needsTheBoundWithinTheLimit() {
    Gate gate =
        Gate.of(
            "gate",
            Json.object().put("expression", "error-rate <= 1 %").put("proof", true).build());
    Figures few = served(LatencySketch.EMPTY, LatencySketch.EMPTY);

    assertThat(
            Evaluation.of(
                    gate,
                    few.with(
                        new Figures.Served(1, 300, 0, LatencySketch.EMPTY, LatencySketch.EMPTY)))
                .verdict())
        .isEqualTo(Verdict.UNDECIDED);
    assertThat(
            Evaluation.of(
                    gate,
                    few.with(
                        new Figures.Served(1, 3_000, 2, LatencySketch.EMPTY, LatencySketch.EMPTY)))
                .verdict())
        .isEqualTo(Verdict.PASSED);
  }

  @Test
  void validationFailures_zeroTolerance_failsAtTheFirst() {
    Gate any = Gate.parse("validation-failures == 0");
    Gate golden = Gate.parse("validation-failures(golden-vectors) == 0");
    Figures probe = devices(5, 0, 0, "probe", 1);

    assertThat(Evaluation.of(any, probe).words())
        .isEqualTo("validation failures 20.0 % exceeds 0 % on 5 devices that settled");
    assertThat(Evaluation.of(any, probe).verdict()).isEqualTo(Verdict.FAILED);
    assertThat(Evaluation.of(golden, probe).verdict()).isEqualTo(Verdict.PASSED);
    assertThat(Evaluation.of(any, devices(1, 0, 0, "", 0)).verdict()).isEqualTo(Verdict.PASSED);
    assertThat(Evaluation.of(any, Figures.NONE).verdict()).isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void comparison_whereNothingRanBefore_passesAndSaysSo() {
    GateResult result =
        Evaluation.of(Gate.parse("latency-p95-ratio <= 1.2"), devices(3, 3, 0, "", 0));

    assertThat(result.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(result.words()).contains("no release ran before on 3 devices");
  }

  @Test
  void comparison_whereSomethingRanBefore_waits() {
    assertThat(
            Evaluation.of(Gate.parse("latency-p95-ratio <= 1.2"), devices(3, 2, 0, "", 0))
                .verdict())
        .isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void latencyRatio_twiceAsSlow_failsAndTheSamePasses() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(9);
    LatencySketch before = QuantileBoundsTest.times(random, 1_000, 1);
    Gate p95 = Gate.parse("latency-p95-ratio <= 1.2");
    Gate p50 = Gate.parse("latency-p50-ratio <= 1.2");

    GateResult slow =
        Evaluation.of(p95, served(QuantileBoundsTest.times(random, 1_000, 2), before));
    assertThat(slow.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(slow.figure()).isBetween(1.7, 2.3);
    assertThat(slow.words())
        .matches(
            "latency p95 ratio \\d\\.\\d\\d \\(at least 1\\.\\d\\d at 95 % confidence\\) exceeds"
                + " 1\\.2 on 1000 served requests of 3 devices");
    assertThat(
            Evaluation.of(p50, served(QuantileBoundsTest.times(random, 1_000, 1), before))
                .verdict())
        .isEqualTo(Verdict.PASSED);
  }

  /** 30 looks at each of 300 releases that are just as slow as the limit allows. */
  @Test
  void latencyRatio_atTheLimitOverManyLooks_isSeldomStopped() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(10);
    Gate gate = Gate.parse("latency-p95-ratio <= 1.2");
    int stopped = 0;
    for (int release = 0; release < 300; release++) {
      LatencySketch before = QuantileBoundsTest.times(random, 2_000, 1);
      LatencySketch now = LatencySketch.EMPTY;
      for (int look = 0; look < 30; look++) {
        now = now.plus(QuantileBoundsTest.times(random, 50, 1.2));
        if (Evaluation.of(gate, served(now, before)).verdict() == Verdict.FAILED) {
          stopped++;
          break;
        }
      }
    }
    System.out.printf("%.1f %% of 300 releases at the latency limit stopped%n", stopped / 3.0);

    assertThat(stopped / 300.0).isLessThanOrEqualTo(0.05);
  }

  @Test
  void memoryRatio_isReadAndNotEstimated() {
    Gate gate = Gate.parse("memory-ratio <= 1.5");

    assertThat(Evaluation.of(gate, Figures.NONE.with(new Figures.Memory(2, 400, 200))).words())
        .isEqualTo("memory ratio 2.00 exceeds 1.5 on 2 devices");
    assertThat(Evaluation.of(gate, Figures.NONE.with(new Figures.Memory(2, 220, 200))).verdict())
        .isEqualTo(Verdict.PASSED);
  }

  @Test
  void figures_andResults_comeBackFromJson() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
    LatencySketch times = QuantileBoundsTest.times(random, 100, 1);
    Figures figures =
        devices(5, 1, 1, "probe", 2)
            .plus(served(times, times))
            .plus(shadow(10, 9, 1))
            .plus(Figures.NONE.with(new Figures.Memory(1, 2, 3)));
    GateResult result = Evaluation.of(Gate.parse("latency-p50-ratio <= 1.2"), figures);

    assertThat(Figures.of(JsonObject.of("figures", figures.toJson()))).isEqualTo(figures);
    assertThat(figures.plus(figures).minus(figures)).isEqualTo(figures);
    assertThat(figures.minus(figures)).isEqualTo(Figures.NONE);
    assertThat(GateResult.of(JsonObject.of("result", result.toJson()))).isEqualTo(result);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "install-failures <= 2 %",
        "validation-failures == 0",
        "validation-failures(golden-vectors) <= 0.5 %",
        "shadow-disagreement <= 3 %",
        "latency-p95-ratio <= 1.2",
        "memory-ratio <= 1.5"
      })
  void expression_readsBack(String text) {
    assertThat(Gate.parse(text).expression()).isEqualTo(text);
    assertThat(Gate.of("gate", Gate.parse(text).toJson())).isEqualTo(Gate.parse(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          shadow <= 3 %                    | there is no metric 'shadow'; gates know install-failures
          error-rate                       | cannot be read
          error-rate > 3 %                 | cannot be read
          error-rate < 3 %                 | '<=' was expected, or '== 0'
          error-rate == 3 %                | '<=' was expected, or '== 0'
          error-rate <= 3                  | a rate below 100 %, such as 3 %
          latency-p95-ratio <= 120 %       | a ratio above 0
          error-rate(probe) <= 1 %         | only validation-failures has some
          """)
  void parse_badGate_saysWhatWasExpected(String text, String problem) {
    assertThatThrownBy(() -> Gate.parse(text)).hasMessageContaining(problem);
  }
}
