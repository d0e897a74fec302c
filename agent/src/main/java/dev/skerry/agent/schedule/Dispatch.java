package dev.skerry.agent.schedule;

import dev.skerry.agent.schedule.Job.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests run, wait, are refused, or give way. Pure: knows no threads and no clock,
 * and is told of everything; not for several threads at once.
 *
 * <p>1. The better class goes first, and within a class the earlier deadline. Threads of all runs
 * together are no more than the cores. With {@link Rules#beside} those of best-effort runs are
 * counted apart from the others': the system takes their cores away when others want them.
 *
 * <p>2. A request that would be late behind a run of a worse class has that run stopped and begun
 * again later, if waiting for its end would take too long. No request is stopped more often than
 * {@link Rules#restarts} says.
 *
 * <p>3. Who waits longer than {@link Rules#patience} counts as of the next better class, so every
 * request comes to run in the end.
 */
final class Dispatch {
  private final Rules rules;
  private final List<Job> running = new ArrayList<>();
  private final List<Job> waiting = new ArrayList<>();

  Dispatch(Rules rules) {
    this.rules = rules;
  }

  int runningCount() {
    return running.size();
  }

  int waitingCount() {
    return waiting.size();
  }

  long runningCount(Importance importance) {
    return running.stream().filter(job -> job.terms().importance() == importance).count();
  }

  long waitingCount(Importance importance) {
    return waiting.stream().filter(job -> job.terms().importance() == importance).count();
  }

  /** Takes in {@code job}; afterwards it runs, waits or is refused. */
  void arrive(Job job, long now) {
    if (job.terms().onLate() == OnLate.SKIP) {
      skipOlder(job);
    }
    waiting.add(job);
    fill(now);
    if (job.state == State.WAITING) {
      makeRoom();
    }
    if (job.state == State.WAITING) {
      makeWay(job, now);
    }
  }

  /** A run has ended, for good. */
  void ended(Job job, long now) {
    running.remove(job);
    job.become(State.ENDED);
    fill(now);
  }

  /** A run has ended because it was asked to; it waits again. */
  void stopped(Job job, long now) {
    running.remove(job);
    job.restarts++;
    waiting.add(job);
    job.become(State.WAITING);
    fill(now);
  }

  /** The caller has given up; {@code why} is for the figures. */
  void withdraw(Job job, String why) {
    if (waiting.remove(job)) {
      refuse(job, why);
    }
  }

  /** Looks again whether {@code job} has waited so long that somebody must give way. */
  void review(Job job, long now) {
    fill(now);
    if (job.state == State.WAITING) {
      makeWay(job, now);
    }
  }

  /** When after {@code now} {@link #review} has another outcome though nothing else happens. */
  long reviewAt(Job job, long now) {
    return slackEnd(job) > now ? slackEnd(job) : Job.NEVER;
  }

  private void skipOlder(Job job) {
    for (Job older : List.copyOf(waiting)) {
      if (older.model == job.model && older.restarts == 0) {
        withdraw(older, "a newer request of model '%s' has come".formatted(job.model.name()));
      }
    }
  }

  /** Refuses one when too many wait: of the worst class the newest. */
  private void makeRoom() {
    List<Job> impatient = waiting.stream().filter(job -> !job.isPatient()).toList();
    if (impatient.size() > rules.waiting()) {
      Comparator<Job> worst =
          Comparator.<Job, Importance>comparing(job -> job.terms().importance())
              .thenComparingLong(job -> job.arrival);
      withdraw(
          impatient.stream().max(worst).orElseThrow(),
          "%d requests run and %d wait, which is the limit"
              .formatted(running.size(), rules.waiting()));
    }
  }

  private static void refuse(Job job, String why) {
    job.refusal = why;
    job.become(State.REFUSED);
  }

  /** Starts who may. */
  private void fill(long now) {
    fill(now, true);
    if (rules.beside()) {
      fill(now, false);
    }
  }

  private void fill(long now, boolean foreground) {
    while (true) {
      Job next = first(now, foreground);
      if (next == null || !fits(next)) {
        return; // nobody overtakes: a run of many threads would wait for ever behind small ones
      }
      waiting.remove(next);
      running.add(next);
      next.started = now;
      next.become(State.RUNNING);
    }
  }

  /** Who is next; when best-effort runs are counted apart, among them or among the others. */
  private @Nullable Job first(long now, boolean foreground) {
    Job first = null;
    for (int i = 0; i < waiting.size(); i++) {
      Job job = waiting.get(i);
      boolean counts = !rules.beside() || job.isYielding() != foreground;
      if (counts && (first == null || isBefore(job, first, now))) {
        first = job;
      }
    }
    return first;
  }

  private boolean isBefore(Job a, Job b, long now) {
    if (rules.order() == Rules.Order.BY_DEADLINE) {
      if (rank(a, now) != rank(b, now)) {
        return rank(a, now) < rank(b, now);
      }
      if (due(a, now) != due(b, now)) {
        return due(a, now) < due(b, now);
      }
    }
    return a.arrival < b.arrival;
  }

  /** The class, better by one for each time of patience that the job has waited. */
  private long rank(Job job, long now) {
    long promotions = (now - job.arrival) / rules.patience().toNanos();
    return Math.max(0, job.terms().importance().ordinal() - promotions);
  }

  /** The deadline; a job that was promoted has waited for long enough. */
  private long due(Job job, long now) {
    return rank(job, now) < job.terms().importance().ordinal() ? job.arrival : job.deadline;
  }

  /** A run of more threads than there are cores runs when nothing else does. */
  private boolean fits(Job job) {
    int used = coresInTheWayOf(job);
    return used == 0 || used + job.terms().threads() <= rules.cores();
  }

  private int coresInTheWayOf(Job job) {
    int used = 0;
    for (int i = 0; i < running.size(); i++) {
      used += isInTheWay(running.get(i), job) ? running.get(i).terms().threads() : 0;
    }
    return used;
  }

  private boolean isInTheWay(Job runs, Job job) {
    return !rules.beside() || runs.isYielding() == job.isYielding();
  }

  /** Stops runs of worse classes, if {@code job} would otherwise be late and that helps. */
  private void makeWay(Job job, long now) {
    if (slackEnd(job) > now && endsBefore(slackEnd(job), job, now)) {
      return;
    }
    int needed = job.terms().threads() + coresInTheWayOf(job) - rules.cores();
    for (Job each : running) {
      needed -= each.state == State.STOPPING ? each.terms().threads() : 0;
    }
    while (needed > 0) {
      Optional<Job> victim = victim(job, now);
      if (victim.isEmpty()) {
        return;
      }
      needed -= victim.get().terms().threads();
      victim.get().become(State.STOPPING);
    }
  }

  /** The latest moment at which {@code job} has to begin. */
  private static long slackEnd(Job job) {
    if (job.deadline == Job.NEVER) {
      return job.terms().importance() == Importance.CRITICAL ? job.arrival : Job.NEVER;
    }
    return job.deadline - job.model.cost.bound();
  }

  /** Whether a run that is in the way will have ended by {@code moment}, as far as is known. */
  private boolean endsBefore(long moment, Job job, long now) {
    return running.stream().anyMatch(each -> isInTheWay(each, job) && endOf(each, now) <= moment);
  }

  private static long endOf(Job job, long now) {
    long bound = job.model.cost.bound();
    return bound == 0 ? Job.NEVER : Math.max(now, job.started + bound);
  }

  /** Of those that may be stopped, the one of the worst class that began last. */
  private Optional<Job> victim(Job job, long now) {
    return running.stream()
        .filter(each -> each.state == State.RUNNING && isInTheWay(each, job))
        .filter(each -> rank(each, now) > rank(job, now) && each.restarts < rules.restarts())
        .filter(each -> each.model.blocking == 0 || each.model.blocking < endOf(each, now) - now)
        .max(
            Comparator.<Job>comparingInt(each -> each.terms().importance().ordinal())
                .thenComparingLong(each -> each.started));
  }
}
