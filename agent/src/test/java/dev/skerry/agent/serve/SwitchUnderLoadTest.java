package dev.skerry.agent.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.SmallModels;
import dev.skerry.agent.traffic.LiveTraffic;
import dev.skerry.agent.traffic.Running;
import dev.skerry.runtime.Engine;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Releases come and go beneath callers over HTTP, with real sessions. */
class SwitchUnderLoadTest {
  private static final int SWITCHES = 150;
  private static final int CALLERS = 3;

  /** Three times one, which each release multiplies by its counter. */
  private static final String ONES =
      "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,1,1]}]}";

  @Test
  void everyAnswerComes_andIsOfTheReleaseThatItNames() throws Exception {
    int owners = Engine.liveOwners();
    AtomicBoolean ended = new AtomicBoolean();
    try (Served served = new Served(ServeLimits.standard(2));
        ExecutorService pool = Executors.newFixedThreadPool(CALLERS)) {
      LiveTraffic traffic = served.traffic("absent");
      traffic.activate(release(1));
      List<Future<Integer>> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        callers.add(
            pool.submit(() -> {
              int requests = 0;
              while (!ended.get()) {
                requireRight(served.infer("absent", ONES));
                requests++;
              }
              return requests;
            }));
      }
      for (int counter = 2; counter <= SWITCHES; counter++) {
        replace(traffic, release(counter));
      }
      ended.set(true);
      for (Future<Integer> caller : callers) {
        assertThat(caller.get()).isPositive();
      }
      traffic.active().orElseThrow().model().close();
    }
    assertThat(Engine.liveOwners()).isEqualTo(owners);
  }

  private static Running release(int counter) {
    return SmallModels.running("absent", counter, SmallModels.load(SmallModels.scaled(counter)));
  }

  private static void replace(LiveTraffic traffic, Running next) {
    Running last = traffic.active().orElseThrow();
    traffic.shadow(next, 0.5);
    traffic.endShadow();
    traffic.activate(next);
    while (traffic.inFlight(last) > 0) {
      Thread.onSpinWait();
    }
    last.model().close();
  }

  private static void requireRight(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    String version = response.body().replaceAll(".*\"model_version\":\"(\\d+)\".*", "$1");
    assertThat(response.body()).contains("[%s.0,%s.0,%s.0]".formatted(version, version, version));
  }
}
