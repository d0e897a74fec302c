package dev.skerry.agent.traffic;

import dev.skerry.agent.schedule.Turns;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.RunStop;
import dev.skerry.runtime.Ticker;
import dev.skerry.wire.QualityRecord.Compared;
import dev.skerry.wire.QualityRecord.Side;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs a candidate on copies of live requests, on one thread of its own.
 *
 * <p>Callers hand requests over and never wait. A request is taken only when the thread is idle and
 * has rested long enough since its last run to stay within its share; all others are let go, which
 * is most of them under load.
 */
final class Shadow implements AutoCloseable {
  /** Requests with larger inputs are not shadowed: copying them would cost the callers. */
  private static final long MAX_INPUT_BYTES = 4L << 20;

  /** How often an idle thread looks whether it should end. */
  private static final long IDLE_MILLIS = 100;

  private static final double LEAST_SHARE = 0.001;

  /** A request as the active model answered it. */
  private record Sample(
      Running by, Map<String, Tensor> given, Map<String, Tensor> answer, long activeNanos) {}

  private final long number;
  private final long against;
  private final Running candidate;
  private final double share;
  private final Ticker ticker;
  private final Turns turns;
  private final Agreement agreement;
  private final BlockingQueue<Sample> next = new ArrayBlockingQueue<>(1);

  /** From when a request is taken until the thread is done with it. */
  private final AtomicBoolean busy = new AtomicBoolean();

  private final Thread thread;
  private volatile boolean ended;

  /** No request is taken before this moment. */
  private volatile long restUntil;

  private final LatencyHistogram activeTimes = new LatencyHistogram();
  private final LatencyHistogram candidateTimes = new LatencyHistogram();
  private long compared;
  private long agreed;
  private long failed;

  private Shadow(
      long number, long against, Running candidate, double share, Ticker ticker, Turns turns) {
    this.number = number;
    this.against = against;
    this.candidate = candidate;
    this.share = Math.clamp(share, LEAST_SHARE, 1);
    this.ticker = ticker;
    this.turns = turns;
    this.agreement = Agreement.of(answers(candidate));
    this.restUntil = ticker.nanos();
    this.thread = Thread.ofPlatform().daemon().name("skerry-shadow").unstarted(this::work);
  }

  /** What callers see; a model that came to another state may well say the same. */
  private static List<TensorSpec> answers(Running candidate) {
    Set<String> states = candidate.own().stateOutputs();
    List<TensorSpec> all = candidate.release().outputs();
    List<TensorSpec> answers =
        all.stream().filter(output -> !states.contains(output.name())).toList();
    return answers.isEmpty() ? all : answers;
  }

  /**
   * @param number of this run
   * @param against counter of the release that answers the requests, 0 when none does
   * @param share of the time that the thread may be busy, from 0 to 1
   */
  static Shadow start(
      long number, long against, Running candidate, double share, Ticker ticker, Turns turns) {
    Shadow shadow = new Shadow(number, against, candidate, share, ticker, turns);
    shadow.thread.start();
    return shadow;
  }

  /** Takes the request if the thread is free for it; returns at once. */
  void offer(Running by, Map<String, Tensor> given, Map<String, Tensor> answer, long activeNanos) {
    if (ended || ticker.nanos() - restUntil < 0 || !isSmall(given)) {
      return;
    }
    if (busy.compareAndSet(false, true)) {
      // The caller's memory is its own again when this returns.
      next.add(new Sample(by, copies(given), copies(answer), activeNanos));
    }
  }

  private static SequencedMap<String, Tensor> copies(Map<String, Tensor> tensors) {
    SequencedMap<String, Tensor> copies = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> copies.put(name, tensor.data().isNative() ? tensor.copy() : tensor));
    return copies;
  }

  private static boolean isSmall(Map<String, Tensor> given) {
    long bytes = 0;
    for (Tensor tensor : given.values()) {
      bytes += tensor.byteSize();
    }
    return bytes <= MAX_INPUT_BYTES;
  }

  private void work() {
    while (!ended) {
      Sample sample = poll();
      if (sample != null) {
        long start = ticker.nanos();
        if (sample.by() != candidate) {
          compare(sample);
        }
        rest(start);
        busy.set(false);
      }
    }
  }

  private @Nullable Sample poll() {
    try {
      return next.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return null; // nobody but close() could, and it looks at `ended`
    }
  }

  private void compare(Sample sample) {
    Optional<Map<String, Tensor>> answer;
    try {
      answer = turns.take(stop -> run(sample, stop));
    } catch (SkerryException e) { // the model was not asked: the device had no core for it
      return;
    }
    answer.ifPresent(given -> activeTimes.add(sample.activeNanos()));
    count(
        answer.isPresent(),
        answer.filter(given -> agreement.holds(sample.answer(), given)).isPresent());
  }

  /** The candidate's answer; empty if it fails. */
  private Optional<Map<String, Tensor>> run(Sample sample, RunStop stop) {
    long start = ticker.nanos();
    Map<String, Tensor> answer;
    try {
      answer = candidate.model().run(sample.given(), stop);
    } catch (CancellationException e) {
      throw e; // gave way to a request, and will be run again
    } catch (RuntimeException e) { // whatever it is, the active model answered and this one did not
      return Optional.empty();
    }
    candidateTimes.add(ticker.nanos() - start);
    return Optional.of(answer);
  }

  private synchronized void count(boolean answered, boolean same) {
    failed += answered ? 0 : 1;
    compared += answered ? 1 : 0;
    agreed += same ? 1 : 0;
  }

  /** After {@code t} of work come {@code t * (1 / share - 1)} of rest. */
  private void rest(long start) {
    long now = ticker.nanos();
    restUntil = now + (long) ((now - start) * (1 / share - 1));
  }

  synchronized Traffic.Shadowed figures() {
    return new Traffic.Shadowed(
        compared,
        agreed,
        failed,
        activeTimes.quantileMicros(0.5),
        candidateTimes.quantileMicros(0.5));
  }

  synchronized RunFigures run(boolean live) {
    return new RunFigures(
        number,
        candidate.receipt().counter(),
        Side.SHADOW,
        compared + failed,
        failed,
        candidateTimes.sketch(),
        Optional.of(new Compared(against, compared, agreed, failed, activeTimes.sketch())),
        live);
  }

  /** Waits for the run in progress; afterwards nothing runs on the candidate. */
  @Override
  public void close() {
    ended = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join(IDLE_MILLIS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    next.clear();
  }
}
