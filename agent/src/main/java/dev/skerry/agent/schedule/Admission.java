package dev.skerry.agent.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a set of models can meet all its deadlines, by response-time analysis.
 *
 * <p>A request waits for what it cannot stop, then for requests that go first, then runs: {@code R
 * = C + B + (sum over those that go first of ceil((R + J) / T) * C) / m}, the smallest R that
 * solves it, with the cost C, the blocking B, the period T and m cores. B is the longest node of
 * any run of a worse class that may be in the way, which is as long as a stop takes; where all m
 * cores can be blocked the shortest would do, so this is on the safe side. J, by which a request
 * that goes first may come late, is its deadline less its cost.
 *
 * <p>Source: Joseph and Pandya, "Finding response times in a real-time system", 1986; with the
 * interference over m cores of Bertogna and Cirinei, "Response-time analysis for globally scheduled
 * symmetric multiprocessor platforms", 2007.
 */
public final class Admission {
  private static final int MOST_STEPS = 1000;

  private final int cores;

  /**
   * @param cores that runs may use together
   */
  public Admission(int cores) {
    this.cores = cores;
  }

  /**
   * A model with what was measured of it; microseconds.
   *
   * @param cost that nearly all runs stay below
   * @param blocking longest node: how long a stop takes
   */
  public record Task(String name, Terms terms, double cost, double blocking) {
    double deadline() {
      return terms.deadline().map(time -> time.toNanos() / 1e3).orElse(Double.POSITIVE_INFINITY);
    }

    /** Without a period requests are as far apart as their deadline. */
    double period() {
      return terms.period().map(time -> time.toNanos() / 1e3).orElse(deadline());
    }
  }

  /**
   * How long a request of {@code task} takes at worst.
   *
   * @param response microseconds; infinite when no bound was found
   */
  public record Response(Task task, double response) {
    public boolean isInTime() {
      return response <= task.deadline();
    }

    /** With the numbers. */
    @Override
    public String toString() {
      return Double.isInfinite(response)
          ? String.format(
              Locale.ROOT, "%s has no bound, of %.1f ms", task.name(), task.deadline() / 1e3)
          : String.format(
              Locale.ROOT,
              "%s takes up to %.1f ms of %.1f ms (runs %.1f ms)",
              task.name(),
              response / 1e3,
              task.deadline() / 1e3,
              task.cost() / 1e3);
    }
  }

  /** Responses of all that have a deadline, the most important first. */
  public List<Response> responses(List<Task> tasks) {
    return tasks.stream()
        .filter(task -> task.terms().deadline().isPresent())
        .sorted(
            Comparator.<Task, Importance>comparing(task -> task.terms().importance())
                .thenComparingDouble(Task::deadline))
        .map(task -> new Response(task, response(task, tasks)))
        .toList();
  }

  /**
   * Why {@code tasks} cannot meet their deadlines together, with the numbers; empty if they can.
   */
  public Optional<String> obstacle(List<Task> tasks) {
    List<String> late =
        responses(tasks).stream()
            .filter(response -> !response.isInTime())
            .map(Response::toString)
            .toList();
    return late.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", late));
  }

  private double response(Task task, List<Task> all) {
    List<Task> first = new ArrayList<>();
    double blocking = 0;
    for (Task other : all) {
      if (other == task) {
        continue;
      }
      if (goesFirst(other, task)) {
        first.add(other);
      } else {
        blocking = Math.max(blocking, other.blocking());
      }
    }
    double alone = task.cost() + blocking;
    double response = alone;
    for (int step = 0; step < MOST_STEPS; step++) {
      double next = alone;
      for (Task other : first) {
        next += requests(other, response) * other.cost() / cores;
      }
      if (next <= response || next > task.deadline()) {
        return Math.max(next, response);
      }
      response = next;
    }
    return Double.POSITIVE_INFINITY;
  }

  /** Within a class the earlier deadline goes first, so later ones may as well: both count. */
  private static boolean goesFirst(Task other, Task task) {
    int byClass = other.terms().importance().compareTo(task.terms().importance());
    return byClass < 0 || (byClass == 0 && Double.isFinite(other.period()));
  }

  private static double requests(Task other, double within) {
    if (Double.isInfinite(other.period())) {
      return 0; // nothing is said of how often it is asked
    }
    double late = Double.isInfinite(other.deadline()) ? 0 : other.deadline() - other.cost();
    return Math.ceil((within + Math.max(0, late)) / other.period());
  }
}
