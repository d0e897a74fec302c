package dev.skerry.agent.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.agent.FakeModel;
import dev.skerry.agent.SmallModels;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveTrafficTest {
  private final LiveTraffic traffic = new LiveTraffic(Ticker.system(), 1);

  private static Running running(long counter, FakeModel model) {
    return SmallModels.running("m", counter, model);
  }

  private float first(Map<String, Tensor> given) {
    try (Lease lease = traffic.lease().orElseThrow()) {
      return lease.run(given).firstEntry().getValue().toFloats()[0];
    }
  }

  @Test
  void lease_beforeAnythingIsActive_isEmpty() {
    assertThat(traffic.lease()).isEmpty();
    assertThat(traffic.active()).isEmpty();
    assertThat(traffic.served()).isEqualTo(new Traffic.Served(0, 0, 0, 0));
  }

  @Test
  void activate_sendsNewRequestsToTheNext_whileOldOnesEndWhereTheyBegan() {
    Running one = running(1, FakeModel.constant(1, 1, 1));
    Running two = running(2, FakeModel.constant(2, 2, 2));
    traffic.activate(one);

    try (Lease lease = traffic.lease().orElseThrow()) {
      traffic.activate(two);

      assertThat(first(FakeModel.input(0, 0, 0))).isEqualTo(2);
      assertThat(traffic.inFlight(one)).isEqualTo(1);
      assertThat(lease.run(FakeModel.input(0, 0, 0)).firstEntry().getValue().toFloats()[0])
          .isEqualTo(1);
    }

    assertThat(traffic.inFlight(one)).isZero();
    assertThat(traffic.active()).contains(two);
  }

  @Test
  void inFlight_ofAModelThatCameBack_countsBothActivations() {
    Running one = running(1, FakeModel.constant(1, 1, 1));
    traffic.activate(one);
    Lease old = traffic.lease().orElseThrow();
    traffic.activate(running(2, FakeModel.constant(2, 2, 2)));
    traffic.activate(one);
    Lease fresh = traffic.lease().orElseThrow();

    assertThat(traffic.inFlight(one)).isEqualTo(2);

    old.close();
    old.close();
    fresh.close();
    assertThat(traffic.inFlight(one)).isZero();
  }

  @Test
  void served_countsFailuresOfTheModel_andNotTheCallersMistakes() {
    AtomicInteger calls = new AtomicInteger();
    traffic.activate(
        running(
            1,
            new FakeModel(x ->
                switch (calls.getAndIncrement()) {
                  case 0 -> throw new SkerryException(ErrorCode.BAD_DATA, "the caller's");
                  case 1 -> throw new SkerryException(ErrorCode.ENGINE, "the model's");
                  case 2 -> throw new IllegalStateException("a bug's");
                  default -> x;
                })));

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> first(FakeModel.input(1, 2, 3)))
          .isInstanceOf(RuntimeException.class);
    }
    first(FakeModel.input(1, 2, 3));

    assertThat(traffic.served().requests()).isEqualTo(3);
    assertThat(traffic.served().failed()).isEqualTo(2);
  }

  @Test
  void served_afterASwitch_startsAnew() {
    traffic.activate(running(1, FakeModel.constant(1, 1, 1)));
    first(FakeModel.input(0, 0, 0));
    assertThat(traffic.served().requests()).isEqualTo(1);
    assertThat(traffic.served().p50Micros()).isPositive();

    traffic.activate(running(2, FakeModel.constant(1, 1, 1)));

    assertThat(traffic.served().requests()).isZero();
  }

  @Test
  void switches_underLoad_failNoRequestAndUseNoClosedModel() throws Exception {
    int threads = 4;
    int switches = 500;
    AtomicBoolean ended = new AtomicBoolean();
    traffic.activate(running(0, FakeModel.constant(0, 0, 0)));
    CountDownLatch started = new CountDownLatch(threads);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Long>> callers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        Callable<Long> caller =
            () -> {
              long requests = 0;
              float newest = 0;
              while (!ended.get()) {
                float answer = first(FakeModel.input(0, 0, 0));
                assertThat(answer).isGreaterThanOrEqualTo(newest);
                newest = answer;
                if (++requests == 1) {
                  started.countDown();
                }
              }
              return requests;
            };
        callers.add(pool.submit(caller));
      }
      started.await();
      for (int i = 1; i <= switches; i++) {
        switchTo(i);
      }
      ended.set(true);
      long requests = 0;
      for (Future<Long> caller : callers) {
        requests += caller.get();
      }
      assertThat(requests).isGreaterThan(switches);
    }
    assertThat(traffic.active().orElseThrow().receipt().counter()).isEqualTo(switches);
  }

  /** As whoever updates does: shadow, switch, close the old one when nothing runs on it. */
  private void switchTo(int counter) {
    Running last = traffic.active().orElseThrow();
    Running next = running(counter, FakeModel.constant(counter, counter, counter));
    traffic.shadow(next, 1);
    traffic.endShadow();
    traffic.activate(next);
    while (traffic.inFlight(last) > 0) {
      Thread.onSpinWait();
    }
    last.model().close();
  }
}
