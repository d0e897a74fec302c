package dev.skerry.agent.schedule;

import dev.skerry.agent.schedule.ScheduledModel.Kind;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.RunStop;
import dev.skerry.runtime.ThreadPriority;
import dev.skerry.runtime.Ticker;
import dev.skerry.wire.LatencySketch;
import dev.skerry.wire.ModelStatus.Scheduling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Lets the runs of all models of a device take turns on its cores, as {@link Dispatch} decides.
 *
 * <p>A run is done by the thread that asks for it; best-effort runs by threads of low priority,
 * where the system has such, so that a better class gets the core at once.
 */
public final class Scheduler implements AutoCloseable {
  private static final double NANOS_PER_MICRO = 1e3;

  private final Rules rules;
  private final Function<String, Terms> terms;
  private final Ticker ticker;
  private final long origin;
  private final LowThreads low;
  private final ReentrantLock lock = new ReentrantLock();
  private final Dispatch dispatch;
  private final Map<String, ScheduledModel> models = new TreeMap<>();

  /** One run, which {@code stop} can end. May be called again after it was stopped. */
  public interface Work<T> {
    /**
     * @throws CancellationException if it was stopped
     */
    T run(RunStop stop);
  }

  /**
   * @param terms by the name of the model; asked once for each
   */
  public Scheduler(Rules rules, Function<String, Terms> terms, Ticker ticker) {
    this.rules = rules.withBeside(rules.beside() && ThreadPriority.isSupported());
    this.terms = terms;
    this.ticker = ticker;
    this.origin = ticker.nanos();
    this.low = new LowThreads();
    this.dispatch = new Dispatch(this.rules);
  }

  /** What {@code name} is treated as. */
  public ScheduledModel model(String name) {
    lock.lock();
    try {
      return models.computeIfAbsent(
          name,
          missing -> {
            Terms fitting = fitting(terms.apply(missing));
            boolean yields = rules.beside() && fitting.importance() == Importance.BEST_EFFORT;
            return new ScheduledModel(missing, fitting, yields ? Kind.YIELDING : Kind.USUAL);
          });
    } finally {
      lock.unlock();
    }
  }

  /**
   * Turns of work on candidates for {@code model}, that nobody waits for. Its threads are as good
   * as others', so that times measured there can be compared; it has no core while all are wanted,
   * and gives up one that is.
   */
  public Turns turns(ScheduledModel model) {
    Terms terms = fitting(Terms.USUAL.with(Importance.BEST_EFFORT));
    ScheduledModel candidate =
        new ScheduledModel(
            model.name() + " (candidate)",
            terms.withThreads(model.terms().threads()),
            Kind.PATIENT);
    return new Turns() {
      @Override
      public <T> T take(Work<T> work) {
        return Scheduler.this.run(candidate, Optional.empty(), work);
      }

      @Override
      public Optional<String> obstacle(double costMicros, OptionalDouble longestNodeMicros) {
        return Scheduler.this.obstacle(model, costMicros, blocking(costMicros, longestNodeMicros));
      }

      @Override
      public void assume(double costMicros, OptionalDouble longestNodeMicros) {
        Scheduler.this.assume(model, costMicros, blocking(costMicros, longestNodeMicros));
      }

      /** A node cannot take longer than the run that it is part of. */
      private static double blocking(double cost, OptionalDouble longestNode) {
        return Math.min(cost, longestNode.orElse(cost));
      }
    };
  }

  private Optional<String> obstacle(ScheduledModel model, double cost, double blocking) {
    lock.lock();
    try {
      List<Admission.Task> tasks = new ArrayList<>(measuredTasks());
      tasks.removeIf(task -> task.name().equals(model.name()));
      tasks.add(new Admission.Task(model.name(), model.terms(), cost, blocking));
      Optional<String> obstacle = new Admission(rules.cores()).obstacle(tasks);
      if (obstacle.isEmpty()) {
        assume(model, cost, blocking);
      }
      return obstacle;
    } finally {
      lock.unlock();
    }
  }

  private void assume(ScheduledModel model, double cost, double blocking) {
    lock.lock();
    try {
      model.blocking = (long) (blocking * NANOS_PER_MICRO);
      model.measured = (long) (cost * NANOS_PER_MICRO);
    } finally {
      lock.unlock();
    }
  }

  /** All of which something was measured; those whose runs yield their core block nobody. */
  private List<Admission.Task> measuredTasks() {
    return models.values().stream()
        .filter(model -> model.costBound() > 0)
        .map(model ->
            new Admission.Task(
                model.name(),
                model.terms(),
                model.costBound() / NANOS_PER_MICRO,
                model.kind == Kind.YIELDING ? 0 : model.blockingBound() / NANOS_PER_MICRO))
        .toList();
  }

  /** How {@code model} is scheduled, and what its requests take at worst, for people. */
  public Scheduling scheduling(ScheduledModel model) {
    lock.lock();
    try {
      Optional<Double> response =
          new Admission(rules.cores())
              .responses(measuredTasks()).stream()
                  .filter(each -> each.task().name().equals(model.name()))
                  .map(Admission.Response::response)
                  .filter(Double::isFinite)
                  .findFirst();
      ScheduledModel.Figures figures = model.figures();
      return new Scheduling(
          model.terms().importance().toString(),
          model.terms().deadline().map(time -> time.toNanos() / NANOS_PER_MICRO),
          model.costBound() / NANOS_PER_MICRO,
          model.blockingBound() / NANOS_PER_MICRO,
          response,
          figures.late(),
          figures.refused(),
          figures.restarts());
    } finally {
      lock.unlock();
    }
  }

  /** Whether another thread does the runs of {@code model}, which then reads the inputs. */
  public static boolean isHandedOver(ScheduledModel model) {
    return model.kind == Kind.YIELDING;
  }

  /** A run cannot have more threads than there are cores. */
  private Terms fitting(Terms wanted) {
    return wanted.withThreads(Math.min(wanted.threads(), rules.cores()));
  }

  /** What became of the requests of {@code model} so far. */
  public ScheduledModel.Figures figures(ScheduledModel model) {
    lock.lock();
    try {
      return model.figures();
    } finally {
      lock.unlock();
    }
  }

  /** What the requests of {@code model} took so far. */
  public ScheduledModel.Times times(ScheduledModel model) {
    lock.lock();
    try {
      return new ScheduledModel.Times(
          LatencySketch.ofCounts(model.waits), LatencySketch.ofCounts(model.answers));
    } finally {
      lock.unlock();
    }
  }

  /** How many requests run and wait now, by class; candidates are counted as best-effort ones. */
  public SequencedMap<Importance, Load> loads() {
    SequencedMap<Importance, Load> loads = new LinkedHashMap<>();
    lock.lock();
    try {
      for (Importance importance : Importance.values()) {
        loads.put(
            importance,
            new Load(dispatch.runningCount(importance), dispatch.waitingCount(importance)));
      }
    } finally {
      lock.unlock();
    }
    return loads;
  }

  /** Requests at one moment. */
  public record Load(long running, long waiting) {}

  /**
   * Runs {@code work} when it is its turn.
   *
   * @param deadline of this request, from now on; the model's when it is empty
   * @throws SkerryException BUSY if it is not run, saying why
   */
  public <T> T run(ScheduledModel model, Optional<Duration> deadline, Work<T> work) {
    return seat(model).run(deadline, work);
  }

  /** A caller's way to run {@code model} again and again, one run at a time. */
  public Seat seat(ScheduledModel model) {
    return new Seat(model);
  }

  private long now() {
    return ticker.nanos() - origin;
  }

  /** One caller's place in the queue; used by one thread at a time. */
  public final class Seat implements Job.Owner {
    private final Job job;
    private final Condition changed = lock.newCondition();
    private final RunStop stop = new RunStop();

    Seat(ScheduledModel model) {
      this.job = new Job(model, this);
    }

    /**
     * As {@link Scheduler#run}. Allocates nothing while there are cores to spare, unless the model
     * is best-effort.
     */
    public <T> T run(Optional<Duration> deadline, Work<T> work) {
      enter(deadline);
      while (true) {
        try {
          T answer = job.isYielding() ? low.run(work, stop) : work.run(stop);
          leave(true);
          return answer;
        } catch (CancellationException e) {
          if (!stop.isStopped()) {
            leave(false);
            throw e;
          }
          again();
        } catch (RuntimeException | Error e) {
          leave(false);
          throw e;
        }
      }
    }

    private void enter(Optional<Duration> deadline) {
      lock.lock();
      try {
        long now = now();
        job.begin(now, due(now, deadline.isPresent() ? deadline : job.terms().deadline()));
        stop.reset();
        dispatch.arrive(job, now);
        await();
        job.model.waits[LatencySketch.bucket(job.started - job.arrival)]++;
      } finally {
        lock.unlock();
      }
    }

    private static long due(long now, Optional<Duration> deadline) {
      return deadline.isPresent() ? now + deadline.get().toNanos() : Job.NEVER;
    }

    private void again() {
      lock.lock();
      try {
        job.model.restarts++;
        stop.reset();
        dispatch.stopped(job, now());
        await();
      } finally {
        lock.unlock();
      }
    }

    private void leave(boolean answered) {
      lock.lock();
      try {
        long now = now();
        if (answered) {
          job.model.cost.ran(now - job.started);
          job.model.answered++;
          job.model.answers[LatencySketch.bucket(now - job.arrival)]++;
          job.model.late += now > job.deadline ? 1 : 0;
        }
        dispatch.ended(job, now);
      } finally {
        lock.unlock();
      }
    }

    /** Returns when the job may run. */
    private void await() {
      while (job.state == Job.State.WAITING) {
        long now = now();
        long end = job.isPatient() ? Job.NEVER : job.arrival + rules.longestWait().toNanos();
        long late = job.terms().onLate() == OnLate.QUEUE ? Job.NEVER : job.deadline;
        if (now >= late) {
          dispatch.withdraw(job, "the request's deadline has passed while it waited");
        } else if (now >= end) {
          dispatch.withdraw(
              job,
              "the request waited for %d ms, which is the limit"
                  .formatted(rules.longestWait().toMillis()));
        } else {
          sleep(Math.min(Math.min(end, late), dispatch.reviewAt(job, now)) - now);
          if (job.state == Job.State.WAITING) {
            dispatch.review(job, now());
          }
        }
      }
      if (job.state == Job.State.REFUSED) {
        job.model.refused++;
        throw busy(job.refusal);
      }
    }

    private void sleep(long nanos) {
      try {
        changed.awaitNanos(nanos);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        if (job.state == Job.State.WAITING) { // otherwise it has cores, and gives them back
          dispatch.withdraw(job, "the device is shutting down");
          job.model.refused++;
          throw new SkerryException(ErrorCode.BUSY, "the device is shutting down", e);
        }
      }
    }

    @Override
    public void changed() {
      switch (job.state) {
        case RUNNING, REFUSED -> changed.signal();
        case STOPPING -> stop.stop();
        case WAITING, ENDED -> {} // the thread of this seat itself is the reason
      }
    }
  }

  private static SkerryException busy(String why) {
    return new SkerryException(ErrorCode.BUSY, "the device is too busy: " + why + "; try again");
  }

  /** Runs in progress end; call when no more are asked for. */
  @Override
  public void close() {
    low.close();
  }
}
