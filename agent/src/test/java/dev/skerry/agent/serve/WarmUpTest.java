package dev.skerry.agent.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.SmallModels;
import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.traffic.LiveTraffic;
import dev.skerry.agent.traffic.Meter;
import dev.skerry.agent.traffic.Running;
import dev.skerry.bundle.json.Json;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.RunStop;
import dev.skerry.runtime.Ticker;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real model and a real server, which is asked by nobody else. */
class WarmUpTest {
  private final AtomicInteger runs = new AtomicInteger();
  private final LoadedModel model = counted(SmallModels.load(SmallModels.scaled(2)));
  private final Running running = SmallModels.running("m", 1, model);
  private final LiveTraffic live = new LiveTraffic(Ticker.system(), 1);

  private LoadedModel counted(LoadedModel real) {
    return new LoadedModel() {
      @Override
      public List<ValueInfo> inputs() {
        return real.inputs();
      }

      @Override
      public List<ValueInfo> outputs() {
        return real.outputs();
      }

      @Override
      public SequencedMap<String, Tensor> run(Map<String, Tensor> given) {
        return run(given, new RunStop());
      }

      @Override
      public SequencedMap<String, Tensor> run(Map<String, Tensor> given, RunStop stop) {
        runs.incrementAndGet();
        return real.run(given, stop);
      }

      @Override
      public void close() {
        real.close();
      }
    };
  }

  @AfterEach
  void close() {
    model.close();
  }

  private Models models() {
    live.activate(running);
    SequencedMap<String, LiveTraffic> traffic = new LinkedHashMap<>();
    traffic.put("m", live);
    return new Models(traffic, ServeLimits.standard(1));
  }

  @Test
  void models_areNotReadyBeforeTheyAreWarm_andAnswerAllTheSame() {
    Models models = models();
    assertThat(models.areReady()).isTrue();

    Runnable warmUp = models.warmUp(ServeLimits.standard(1), Ticker.system(), 1);

    assertThat(models.areReady()).isFalse();
    assertThat(models.infer("m", Map.of("x", Tensor.ofFloats(new long[] {1, 3}, 1, 2, 3))))
        .containsKey("y");
    assertThat(runs).hasValue(1);
    warmUp.run();
    assertThat(models.areReady()).isTrue();
    assertThat(runs).hasValueGreaterThan(1);
  }

  @Test
  void whatWarmsUp_isNotCounted_andLetsTheModelGo() {
    Models models = models();

    models.warmUp(ServeLimits.standard(1), Ticker.system(), 1).run();

    assertThat(runs).hasPositiveValue();
    assertThat(live.served().requests()).isZero();
    assertThat(models.meter("m").times(Meter.Part.PREPROCESS).count()).isZero();
    assertThat(live.inFlight(running)).isZero();
  }

  /** Both forms of a request are understood. */
  @Test
  void requests_areAnswered() {
    Ticker still = new StillTicker();

    assertThat(WarmUp.of(List.of(running), ServeLimits.standard(1), still))
        .isEqualTo(2 * WarmUp.ROUNDS)
        .isEqualTo(runs.get());
  }

  @Test
  void pictures_areAnswered() {
    try (LoadedModel colours = SmallModels.load(SmallModels.colours())) {
      Json.Obj picture =
          Json.object().put("size", List.of(Json.of(2), Json.of(2))).put("layout", "nchw").build();
      Running takesPictures =
          SmallModels.running(
              "colours",
              1,
              colours,
              List.of(SmallModels.spec(colours.inputs().getFirst(), "image", picture)),
              List.of(
                  SmallModels.spec(
                      colours.outputs().getFirst(), "classification", Json.object().build())));

      assertThat(WarmUp.of(List.of(takesPictures), ServeLimits.standard(1), new StillTicker()))
          .isEqualTo(3 * WarmUp.ROUNDS);
    }
  }

  /** The limit of time never comes. */
  private static final class StillTicker implements Ticker {
    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public long cpuNanos() {
      return 0;
    }
  }

  @Test
  void modelsThatAreNotThere_areReadyNever_andWarmAtOnce() {
    Models none = new Models(new LinkedHashMap<>(), ServeLimits.standard(1));

    none.warmUp(ServeLimits.standard(1), Ticker.system(), 1).run();

    assertThat(none.areReady()).isFalse();
  }
}
