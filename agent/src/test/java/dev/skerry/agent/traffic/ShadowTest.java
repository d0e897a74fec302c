package dev.skerry.agent.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.FakeModel;
import dev.skerry.agent.SmallModels;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.Ticker;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ShadowTest {
  private static final long PATIENCE_NANOS = Duration.ofSeconds(20).toNanos();

  private final LiveTraffic traffic = new LiveTraffic(Ticker.system(), 1);

  private static Running running(long counter, FakeModel model) {
    return SmallModels.running(
        "m", counter, model, SmallModels.specs(model.outputs(), "classification"));
  }

  private void ask() {
    try (Lease lease = traffic.lease().orElseThrow()) {
      lease.run(FakeModel.input(1, 2, 3));
    }
  }

  private void askUntil(BooleanSupplier done) {
    long end = Ticker.system().nanos() + PATIENCE_NANOS;
    while (!done.getAsBoolean()) {
      assertThat(Ticker.system().nanos()).as("in time").isLessThan(end);
      ask();
    }
  }

  @Test
  void shadow_comparesByClass() {
    traffic.activate(running(1, FakeModel.constant(0, 1, 0)));
    traffic.shadow(running(2, FakeModel.constant(0.1f, 0.8f, 0.1f)), 1);

    askUntil(() -> traffic.shadowed().compared() >= 50);

    Traffic.Shadowed found = traffic.shadowed();
    assertThat(found.agreed()).isEqualTo(found.compared());
    assertThat(found.failed()).isZero();
    assertThat(found.activeP50Micros()).isPositive();
    assertThat(found.candidateP50Micros()).isPositive();
    traffic.endShadow();
  }

  @Test
  void shadow_thatFailsOrDiffers_isCounted_andCallersDoNotNotice() {
    traffic.activate(running(1, FakeModel.constant(0, 1, 0)));
    int[] runs = new int[1];
    traffic.shadow(
        running(
            2,
            new FakeModel(_ -> {
              if (runs[0]++ % 2 == 0) {
                throw new SkerryException(ErrorCode.ENGINE, "broken");
              }
              return new float[] {1, 0, 0};
            })),
        1);

    askUntil(() -> traffic.shadowed().failed() > 3 && traffic.shadowed().compared() > 3);

    assertThat(traffic.shadowed().agreed()).isZero();
    assertThat(traffic.served().failed()).isZero();
    traffic.endShadow();
  }

  @Test
  void callers_doNotWaitForASlowCandidate_andEndShadowDoes() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    FakeModel slow =
        new FakeModel(x -> {
          running.countDown();
          await(go);
          return x;
        });
    traffic.activate(running(1, FakeModel.constant(0, 1, 0)));
    traffic.shadow(running(2, slow), 1);
    ask();
    running.await();

    for (int i = 0; i < 100; i++) {
      ask(); // would hang if callers waited
    }
    Thread end = Thread.ofVirtual().start(traffic::endShadow);
    assertThat(end.join(Duration.ofMillis(50))).as("endShadow waits").isFalse();
    go.countDown();
    end.join();
    slow.close();

    ask();
    assertThat(traffic.shadowed().compared()).isEqualTo(1);
    assertThat(slow.runs).hasValue(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shadow_keepsToItsShare() {
    long runNanos = Duration.ofMillis(2).toNanos();
    FakeModel candidate =
        new FakeModel(x -> {
          long end = System.nanoTime() + runNanos;
          while (System.nanoTime() < end) {
            LockSupport.parkNanos(runNanos);
          }
          return x;
        });
    traffic.activate(running(1, FakeModel.constant(0, 1, 0)));
    traffic.shadow(running(2, candidate), 0.1);
    long start = System.nanoTime();

    askUntil(() -> System.nanoTime() - start > Duration.ofMillis(500).toNanos());

    traffic.endShadow();
    double share = (double) candidate.runs.get() * runNanos / (System.nanoTime() - start);
    assertThat(share).isBetween(0.005, 0.12);
  }

  @Test
  void shadow_afterASwitchToTheCandidateItself_comparesNothing() {
    Running same = running(2, FakeModel.constant(0, 1, 0));
    traffic.activate(same);
    traffic.shadow(same, 1);
    for (int i = 0; i < 20; i++) {
      ask();
    }
    traffic.endShadow();

    assertThat(traffic.shadowed().compared()).isZero();
  }

  @Test
  void shadow_startedAgain_startsItsFiguresAnew() {
    traffic.activate(running(1, FakeModel.constant(0, 1, 0)));
    traffic.shadow(running(2, FakeModel.constant(0, 1, 0)), 1);
    askUntil(() -> traffic.shadowed().compared() > 0);
    traffic.endShadow();
    assertThat(traffic.shadowed().compared()).isPositive();

    traffic.shadow(running(3, FakeModel.constant(0, 1, 0)), 1);

    assertThat(traffic.shadowed().compared()).isZero();
    traffic.endShadow();
  }
}
