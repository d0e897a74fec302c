package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Stopping and closing while a model runs: 300 small products, about a tenth of a second. */
class CancelTest {
  private static final int SIZE = 160;
  private static final Map<String, Tensor> INPUTS =
      Map.of("x", Tensor.ofFloats(new long[] {SIZE, SIZE}, new float[SIZE * SIZE]));

  private final Session session =
      Session.open(SmallModels.chain(SIZE, 300), SessionConfig.standard());

  @AfterEach
  void nothingLeaks() {
    session.close();
    assertThat(Engine.liveOwners()).isZero();
  }

  @Test
  void run_pastItsLimit_isCancelled_andTheSessionStaysUsable() {
    assertThatThrownBy(() -> session.run(INPUTS, List.of("y"), Duration.ofMillis(10)))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("small");
    assertThat(session.run(INPUTS, List.of("y"), Duration.ofMinutes(1))).hasSize(1);
  }

  @Test
  void cancel_stopsTheRunInProgress_butNotTheNext() throws Exception {
    try (Binding binding = session.bind(INPUTS, List.of("y"));
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      session.cancel(); // nothing runs: no effect
      binding.run();
      Future<?> running = inProgress(other, binding::run);
      assertThatThrownBy(() -> cancelUntilDone(running))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(CancellationException.class);
      binding.run();
    }
  }

  @Test
  void close_duringARun_freesWhenItEnds() throws Exception {
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<?> running = inProgress(other, () -> session.run(INPUTS));
      while (!session.isRunning() && !running.isDone()) {
        Thread.onSpinWait();
      }
      session.close();
      assertThat(running.get(1, TimeUnit.MINUTES)).isNull();
      assertThatThrownBy(() -> session.run(INPUTS)).hasMessageContaining("is closed");
    }
  }

  private static Future<?> inProgress(ExecutorService other, Runnable work) throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    Future<?> running =
        other.submit(() -> {
          started.countDown();
          work.run();
        });
    started.await();
    return running;
  }

  private void cancelUntilDone(Future<?> running) throws Exception {
    while (!running.isDone()) {
      session.cancel();
      Thread.onSpinWait();
    }
    running.get();
  }
}
