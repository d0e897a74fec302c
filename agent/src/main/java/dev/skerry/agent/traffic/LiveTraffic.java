package dev.skerry.agent.traffic;

import dev.skerry.agent.engine.FixedRun;
import dev.skerry.agent.schedule.Turns;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.RunStop;
import dev.skerry.runtime.Ticker;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one model, each on what was active when it came. Requests never wait for a
 * switch, nor a switch for requests.
 *
 * <p>1. A request counts itself into the active lane and then looks whether that is still active;
 * if not, it counts itself out and starts again. So once another lane is active and the old one's
 * count is zero, no request runs there, nor will one: its model may be closed.
 *
 * <p>2. A lane is made anew at each activation, so a model that comes back, as at a rollback,
 * starts with figures of its own.
 */
public final class LiveTraffic implements Traffic {
  /** Runs that ended and whose figures are still told. */
  private static final int MOST_ENDED = 8;

  private static final Shadowed NO_SHADOW = new Shadowed(0, 0, 0, 0, 0);

  private final Ticker ticker;
  private final int threads;
  private final Turns turns;
  private final Meter meter = new Meter();
  private volatile @Nullable Lane active;

  /** Lanes that are not active and may still have requests. */
  private final List<Lane> retired = new CopyOnWriteArrayList<>();

  private volatile @Nullable Shadow shadow;
  private Shadowed lastShadowed = NO_SHADOW;
  private final Deque<Supplier<RunFigures>> ended = new ArrayDeque<>();
  private long runs;

  /**
   * @param threads that one run uses, so that the share of a shadow is of one core's time
   */
  public LiveTraffic(Ticker ticker, int threads) {
    this(ticker, threads, Turns.atOnce());
  }

  /** As the other; candidates run when {@code turns} lets them. */
  public LiveTraffic(Ticker ticker, int threads, Turns turns) {
    this.ticker = ticker;
    this.threads = threads;
    this.turns = turns;
  }

  @Override
  public Turns turns() {
    return turns;
  }

  @Override
  public synchronized void activate(Running next) {
    Lane last = active;
    retired.removeIf(lane -> lane.inFlight.get() == 0);
    if (last != null) {
      retired.add(last);
      ended(() -> last.figures(false));
    }
    active = new Lane(++runs, next);
  }

  @Override
  public Optional<Running> active() {
    return Optional.ofNullable(active).map(lane -> lane.running);
  }

  @Override
  public int inFlight(Running model) {
    Lane current = active;
    int sum = current != null && current.running == model ? current.inFlight.get() : 0;
    for (Lane lane : retired) {
      sum += lane.running == model ? lane.inFlight.get() : 0;
    }
    return sum;
  }

  @Override
  public synchronized void shadow(Running candidate, double share) {
    endShadow();
    lastShadowed = NO_SHADOW;
    long against = active().map(running -> running.receipt().counter()).orElse(0L);
    shadow = Shadow.start(++runs, against, candidate, share / threads, ticker, turns);
  }

  @Override
  public synchronized void endShadow() {
    Shadow current = shadow;
    if (current != null) {
      shadow = null;
      current.close();
      lastShadowed = current.figures();
      RunFigures last = current.run(false);
      ended(() -> last);
    }
  }

  private void ended(Supplier<RunFigures> figures) {
    if (ended.size() == MOST_ENDED) {
      ended.removeFirst();
    }
    ended.addLast(figures);
  }

  /** Figures of the runs that go on, and of the last few that ended; oldest first. */
  public synchronized List<RunFigures> runs() {
    List<RunFigures> figures = new ArrayList<>(ended.stream().map(Supplier::get).toList());
    Lane current = active;
    if (current != null) {
      figures.add(current.figures(true));
    }
    Shadow beside = shadow;
    if (beside != null) {
      figures.add(beside.run(true));
    }
    return figures;
  }

  @Override
  public synchronized Shadowed shadowed() {
    Shadow current = shadow;
    return current == null ? lastShadowed : current.figures();
  }

  @Override
  public Served served() {
    Lane current = active;
    return current == null ? new Served(0, 0, 0, 0) : current.served();
  }

  /** What all requests of this model came to. */
  public Meter meter() {
    return meter;
  }

  /** Holds the active model for one request, which closes the lease; empty when none is active. */
  public Optional<Lease> lease() {
    return Optional.ofNullable(enter()).map(lane -> new Lease(this, lane));
  }

  /**
   * Runs on fixed memory; the caller closes them.
   *
   * @param given inputs in native memory that outlives them
   * @param check throws if a model that becomes active does not take them
   * @param arena owns the memory of the outputs
   */
  public FixedTraffic fixed(
      SequencedMap<String, Tensor> given, Consumer<Running> check, Arena arena) {
    return new FixedTraffic(this, given, check, arena);
  }

  /** Counts a request into the active lane; null when none is active. Allocates nothing. */
  @Nullable Lane enter() {
    while (true) {
      Lane lane = active;
      if (lane == null) {
        return null;
      }
      lane.inFlight.incrementAndGet();
      if (active == lane) {
        return lane;
      }
      lane.inFlight.decrementAndGet();
    }
  }

  void run(
      Lane lane,
      FixedRun fixed,
      Map<String, Tensor> given,
      Map<String, Tensor> outputs,
      RunStop stop) {
    long start = ticker.nanos();
    try {
      fixed.run(stop);
    } catch (CancellationException e) {
      throw e; // it gave way to another, and will be run again
    } catch (RuntimeException | Error e) {
      lane.failed();
      throw e;
    }
    answered(lane, given, outputs, ticker.nanos() - start);
  }

  SequencedMap<String, Tensor> run(Lane lane, Map<String, Tensor> given, RunStop stop) {
    long start = ticker.nanos();
    SequencedMap<String, Tensor> answer;
    try {
      answer = lane.running.model().run(given, stop);
    } catch (CancellationException e) {
      throw e; // it gave way to another, and will be run again
    } catch (SkerryException e) {
      if (e.code() != ErrorCode.BAD_DATA) {
        lane.failed();
      }
      throw e;
    } catch (RuntimeException | Error e) {
      lane.failed();
      throw e;
    }
    answered(lane, given, answer, ticker.nanos() - start);
    return answer;
  }

  /** Counts a run, and lets the shadow see it. */
  private void answered(
      Lane lane, Map<String, Tensor> given, Map<String, Tensor> outputs, long nanos) {
    lane.answered(nanos);
    meter.add(Meter.Part.PREDICT, nanos);
    Shadow current = shadow;
    if (current != null) {
      current.offer(lane.running, given, outputs, nanos);
    }
  }
}
