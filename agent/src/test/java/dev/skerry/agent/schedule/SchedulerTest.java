package dev.skerry.agent.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.RunStop;
import dev.skerry.runtime.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One core, real threads, work that runs until it is let go or stopped. */
class SchedulerTest {
  private static final Map<String, Terms> TERMS =
      Map.of(
          "critical", Terms.USUAL.with(Importance.CRITICAL),
          "normal", Terms.USUAL,
          "poor", Terms.USUAL.with(Importance.BEST_EFFORT),
          "drop", Terms.USUAL.withDeadline(Duration.ofMillis(5)).withOnLate(OnLate.DROP));

  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final AtomicInteger begun = new AtomicInteger();
  private Scheduler scheduler = scheduler(Duration.ofSeconds(20), false);

  private static Scheduler scheduler(Duration wait, boolean beside) {
    return new Scheduler(
        Rules.standard(1, 2, wait).withBeside(beside),
        name -> TERMS.getOrDefault(name, Terms.USUAL),
        Ticker.system());
  }

  @AfterEach
  void end() {
    go.countDown();
    callers.close();
    scheduler.close();
  }

  private String run(String model, Scheduler.Work<String> work) {
    return scheduler.run(scheduler.model(model), Optional.empty(), work);
  }

  private static String thread() {
    return Thread.currentThread().toString();
  }

  private Future<String> occupy(String model) throws InterruptedException {
    Future<String> running = callers.submit(() -> run(model, this::hold));
    entered.await();
    return running;
  }

  private String hold(RunStop stop) {
    begun.incrementAndGet();
    entered.countDown();
    while (go.getCount() > 0) {
      if (stop.isStopped()) {
        throw new CancellationException("stopped");
      }
      Thread.onSpinWait();
    }
    return Thread.currentThread().getName();
  }

  @Test
  void critical_stopsARunOfAWorseClass_whichIsBegunAgain() throws Exception {
    Future<String> held = occupy("normal");
    assertThat(run("critical", _ -> "answer")).isEqualTo("answer");
    go.countDown();
    assertThat(held.get()).isNotEmpty();
    assertThat(begun).hasValue(2);
    assertThat(scheduler.figures(scheduler.model("normal")).restarts()).isEqualTo(1);
    assertThat(scheduler.figures(scheduler.model("critical")).answered()).isEqualTo(1);
  }

  @Test
  void waitingForTooLong_isRefused_withTheLimit() throws Exception {
    scheduler = scheduler(Duration.ofMillis(20), false);
    Future<String> held = occupy("normal");
    assertThatThrownBy(() -> run("normal", _ -> "never"))
        .isInstanceOfSatisfying(
            SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY))
        .hasMessageContaining("the request waited for 20 ms, which is the limit");
    assertThatThrownBy(() -> run("drop", _ -> "never"))
        .hasMessageContaining("deadline has passed while it waited");
    go.countDown();
    held.get();
    assertThat(run("drop", _ -> "again")).isEqualTo("again");
  }

  @Test
  void failures_comeAsTheyAre_andGiveTheCoreBack() {
    SkerryException failure = new SkerryException(ErrorCode.ENGINE, "broken");
    for (String model : TERMS.keySet()) {
      assertThatThrownBy(() ->
              run(
                  model,
                  _ -> {
                    throw failure;
                  }))
          .isSameAs(failure);
    }
    assertThatThrownBy(() ->
            run(
                "normal",
                _ -> {
                  throw new CancellationException("a limit of its own");
                }))
        .isInstanceOf(CancellationException.class);
    assertThat(run("normal", _ -> "one")).isEqualTo("one");
  }

  @Test
  void bestEffort_runsBesideOthers_onThreadsOfItsOwn() throws Exception {
    scheduler = scheduler(Duration.ofSeconds(20), true);
    Future<String> held = occupy("poor");
    assertThat(run("normal", _ -> thread())).isEqualTo(thread());
    go.countDown();
    assertThat(held.get())
        .startsWith(
            dev.skerry.runtime.ThreadPriority.isSupported() ? "skerry-best-effort" : "pool");
    assertThat(begun).hasValue(1);
  }

  @Test
  void interrupt_endsTheWait() throws Exception {
    occupy("normal");
    Future<String> waits =
        callers.submit(() -> {
          Thread.currentThread().interrupt();
          return run("normal", _ -> "never");
        });
    assertThatThrownBy(waits::get).hasMessageContaining("shutting down");
  }

  @Test
  void turns_waitForRequests_withoutALimit() throws Exception {
    scheduler = scheduler(Duration.ofMillis(1), false);
    occupy("normal");
    Future<String> candidate =
        callers.submit(() -> scheduler.turns(scheduler.model("x")).take(_ -> "measured"));
    assertThatThrownBy(() -> run("normal", _ -> "never")).hasMessageContaining("1 ms");
    assertThat(candidate.isDone()).isFalse();
    go.countDown();
    assertThat(candidate.get()).isEqualTo("measured");
  }

  @Test
  void aFreeCore_costsNoAllocation() {
    Scheduler.Seat seat = scheduler.seat(scheduler.model("normal"));
    Scheduler.Work<String> work = _ -> "answer";
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 20_000; i++) {
      seat.run(Optional.empty(), work);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 10_000; i++) {
      seat.run(Optional.empty(), work);
    }
    assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 10_000).isZero();
  }
}
