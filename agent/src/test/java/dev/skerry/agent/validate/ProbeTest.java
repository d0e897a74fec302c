package dev.skerry.agent.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.FakeModel;
import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.engine.ModelEngine;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.release.Variant;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProbeTest {
  /** A clock that runs when models do. */
  private static final class WorkClock implements Ticker {
    private long now;

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public long cpuNanos() {
      return now;
    }

    FakeModel model(long micros) {
      return new FakeModel(x -> {
        now += micros * 1000;
        return x;
      });
    }
  }

  private static final Variant.Budget NO_BUDGET =
      new Variant.Budget(Optional.empty(), Optional.empty());

  private final WorkClock clock = new WorkClock();

  private ProbeFigures measure(Probe probe, long candidate, Optional<LoadedModel> active) {
    return probe.measure(clock.model(candidate), active, List.of(FakeModel.input(1, 2, 3)), clock);
  }

  @Test
  void measure_timesBothInTurns() {
    ProbeFigures found = measure(Probe.standard(), 300, Optional.of(clock.model(100)));

    assertThat(found.candidate()).isEqualTo(new ProbeFigures.Times(500, 300, 300));
    assertThat(found.active()).contains(new ProbeFigures.Times(500, 100, 100));
    assertThat(found.ratio()).contains(3.0);
  }

  @Test
  void measure_ofSlowModels_endsAfterItsBudget() {
    Probe probe = new Probe(Duration.ofSeconds(2), 5, 500);

    assertThat(measure(probe, 100_000, Optional.empty()).candidate().runs()).isEqualTo(20);
    assertThat(measure(probe, 10_000_000, Optional.empty()).candidate().runs()).isEqualTo(5);
  }

  @Test
  void measure_againstAModelOfAnotherSignature_leavesItOut() {
    FakeModel other =
        new FakeModel(_ -> {
          throw new SkerryException(ErrorCode.BAD_DATA, "does not fit");
        });

    assertThat(measure(Probe.standard(), 100, Optional.of(other)).active()).isEmpty();
  }

  @Test
  void against_aBudget_rejectsWhatIsSlowerOrLarger() {
    ProbeFigures found = measure(Probe.standard(), 300, Optional.of(clock.model(100)));
    Variant.Budget tight = new Variant.Budget(Optional.of(250.0), Optional.of(1000L));
    Variant.Budget wide = new Variant.Budget(Optional.of(350.0), Optional.of(1000L));

    assertThat(found.against(tight, OptionalLong.of(1001), 9))
        .isInstanceOfSatisfying(
            Verdict.Rejected.class,
            rejected ->
                assertThat(rejected.reason())
                    .isEqualTo(
                        "probe: the median run takes 300 µs, its budget is 250 µs; loading and"
                            + " running takes 1,001 bytes of memory, its budget is 1,000"));
    assertThat(found.against(wide, OptionalLong.of(1000), 2))
        .as("a budget goes before the ratio")
        .isInstanceOf(Verdict.Accepted.class);
    assertThat(found.against(wide, OptionalLong.empty(), 2).evidence().members())
        .containsEntry("p50-micros", Json.of(300.0))
        .containsEntry("active-p50-micros", Json.of(100.0))
        .containsEntry("budget-micros", Json.of(350.0));
  }

  @Test
  void against_noBudget_rejectsWhatIsMuchSlowerThanTheActiveOne() {
    ProbeFigures found = measure(Probe.standard(), 300, Optional.of(clock.model(100)));

    assertThat(found.against(NO_BUDGET, OptionalLong.empty(), 3))
        .isInstanceOf(Verdict.Accepted.class);
    assertThat(found.against(NO_BUDGET, OptionalLong.empty(), 2.5))
        .isInstanceOfSatisfying(
            Verdict.Rejected.class,
            rejected ->
                assertThat(rejected.reason())
                    .isEqualTo(
                        "probe: the median run takes 300 µs, 3.00 times that of what serves now,"
                            + " and at most 2.50 times is allowed"));
    assertThat(
            measure(Probe.standard(), 300, Optional.empty())
                .against(NO_BUDGET, OptionalLong.empty(), 1))
        .isInstanceOf(Verdict.Accepted.class);
  }

  private static ModelEngine engine(FakeModel model) {
    return new ModelEngine() {
      @Override
      public LoadedModel load(Path file) {
        return model;
      }

      @Override
      public String version() {
        return "fake";
      }
    };
  }

  @Test
  void load_saysWhatMemoryItTook_andRunsOnce() {
    FakeModel model = FakeModel.constant(1, 2, 3);
    Iterator<OptionalLong> resident =
        List.of(OptionalLong.of(1000), OptionalLong.of(1700)).iterator();

    MeasuredLoad loaded =
        MeasuredLoad.of(
            () -> engine(model).load(Path.of("m")), FakeModel.input(1, 2, 3), resident::next);

    assertThat(loaded.residentBytes()).hasValue(700);
    assertThat(model.runs).hasValue(1);
  }
}
