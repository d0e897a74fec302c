package dev.skerry.agent.schedule;

import static dev.skerry.agent.schedule.Job.State.ENDED;
import static dev.skerry.agent.schedule.Job.State.REFUSED;
import static dev.skerry.agent.schedule.Job.State.RUNNING;
import static dev.skerry.agent.schedule.Job.State.STOPPING;
import static dev.skerry.agent.schedule.Job.State.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.schedule.ScheduledModel.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Times are milliseconds. */
class DispatchTest {
  private static final long MILLI = 1_000_000;
  private static final Rules RULES =
      Rules.standard(2, 3, Duration.ofSeconds(2)).withPatience(Duration.ofMillis(100));
  private static final Terms CRITICAL =
      Terms.USUAL.with(Importance.CRITICAL).withDeadline(Duration.ofMillis(10));
  private static final Terms NORMAL = Terms.USUAL;
  private static final Terms BEST_EFFORT = Terms.USUAL.with(Importance.BEST_EFFORT);

  private Dispatch dispatch = new Dispatch(RULES);
  private final Map<Terms, ScheduledModel> models = new HashMap<>();
  private long now;

  private ScheduledModel model(Terms terms) {
    return models.computeIfAbsent(
        terms,
        missing ->
            new ScheduledModel(
                missing.toString(),
                missing,
                missing.importance() == Importance.BEST_EFFORT ? Kind.YIELDING : Kind.USUAL));
  }

  private Job arrive(Terms terms) {
    Job job = new Job(model(terms), () -> {});
    long due = terms.deadline().map(time -> now + time.toNanos()).orElse(Job.NEVER);
    job.begin(now, due);
    dispatch.arrive(job, now);
    return job;
  }

  private void at(double millis) {
    now = (long) (millis * MILLI);
  }

  private void costs(Terms terms, double millis) {
    model(terms).cost.assume((long) (millis * MILLI));
  }

  private List<Job> fill(Terms terms, int count) {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      jobs.add(arrive(terms));
    }
    return jobs;
  }

  @Test
  void arrive_runsWhileThereAreCores_andThenByClassAndDeadline() {
    List<Job> running = fill(NORMAL.withThreads(1), 2);
    costs(NORMAL, 1);
    Job late = arrive(NORMAL.withDeadline(Duration.ofMillis(90)));
    Job soon = arrive(NORMAL.withDeadline(Duration.ofMillis(50)));
    Job critical = arrive(CRITICAL);

    assertThat(running).allMatch(job -> job.state == RUNNING);
    dispatch.ended(running.getFirst(), now);
    assertThat(critical.state).isEqualTo(RUNNING);
    dispatch.ended(running.getLast(), now);
    assertThat(List.of(soon.state, late.state)).containsExactly(RUNNING, WAITING);
  }

  @Test
  void runsOfManyThreads_areNotOvertaken_andNeverExceedTheCores() {
    Job one = arrive(NORMAL);
    Job wide = arrive(NORMAL.withThreads(2));
    Job small = arrive(NORMAL);

    assertThat(List.of(wide.state, small.state)).containsOnly(WAITING);
    dispatch.ended(one, now);
    assertThat(List.of(wide.state, small.state)).containsExactly(RUNNING, WAITING);
  }

  @Test
  void tooMany_refusesTheNewestOfTheWorstClass() {
    fill(NORMAL, 2);
    Job poor = arrive(BEST_EFFORT);
    at(1);
    Job newest = arrive(BEST_EFFORT);
    arrive(NORMAL);
    Job normal = arrive(NORMAL);

    assertThat(List.of(poor.state, newest.state, normal.state))
        .containsExactly(WAITING, REFUSED, WAITING);
    assertThat(newest.refusal).isEqualTo("2 requests run and 3 wait, which is the limit");
  }

  @Test
  void critical_thatWouldBeLate_stopsTheYoungestRunOfTheWorstClass() {
    Job first = arrive(BEST_EFFORT);
    at(1);
    Job second = arrive(BEST_EFFORT);
    Job critical = arrive(CRITICAL);

    assertThat(List.of(first.state, second.state)).containsExactly(RUNNING, STOPPING);
    at(2);
    dispatch.stopped(second, now);
    assertThat(List.of(critical.state, second.state)).containsExactly(RUNNING, WAITING);
    assertThat(second.restarts).isEqualTo(1);
    dispatch.ended(critical, now);
    assertThat(second.state).isEqualTo(RUNNING);
  }

  @Test
  void critical_waitsForARunThatEndsInTime_untilItDoesNot() {
    costs(NORMAL, 5);
    costs(CRITICAL, 2);
    List<Job> running = fill(NORMAL, 2);
    at(1);
    Job critical = arrive(CRITICAL);
    assertThat(running).allMatch(job -> job.state == RUNNING);

    at(9); // due at 11, takes 2
    assertThat(dispatch.reviewAt(critical, 1 * MILLI)).isEqualTo(9 * MILLI);
    dispatch.review(critical, now);
    assertThat(running).extracting(job -> job.state).containsOnlyOnce(STOPPING);
    dispatch.review(critical, now);
    assertThat(running).extracting(job -> job.state).containsOnlyOnce(STOPPING);
  }

  @Test
  void nothingIsStopped_forItsEqual_norWhenItsLongestNodeTakesAsLong() {
    fill(CRITICAL, 2);
    arrive(CRITICAL);
    assertThat(dispatch.runningCount()).isEqualTo(2);

    dispatch = new Dispatch(RULES);
    costs(NORMAL, 50);
    model(NORMAL).blocking = 50 * MILLI;
    List<Job> running = fill(NORMAL, 2);
    arrive(CRITICAL);
    assertThat(running).allMatch(job -> job.state == RUNNING);
  }

  @Test
  void restarts_haveABudget_afterWhichARunEnds() {
    Job victim = arrive(BEST_EFFORT.withThreads(2));
    for (int kill = 0; kill < RULES.restarts(); kill++) {
      Job critical = arrive(CRITICAL);
      assertThat(victim.state).isEqualTo(STOPPING);
      dispatch.stopped(victim, now);
      dispatch.ended(critical, now);
      assertThat(victim.state).isEqualTo(RUNNING);
    }
    assertThat(arrive(CRITICAL).state).isEqualTo(WAITING);
    assertThat(victim.state).isEqualTo(RUNNING);
  }

  @Test
  void patience_letsTheWorstClassGetItsTurn_andKeepIt() {
    List<Job> running = fill(NORMAL, 2);
    Job poor = arrive(BEST_EFFORT);
    at(150); // as good as normal now, and its deadline is when it came
    Job normal = arrive(NORMAL);
    dispatch.ended(running.getFirst(), now);
    assertThat(List.of(poor.state, normal.state)).containsExactly(RUNNING, WAITING);
    at(250);
    Job critical = arrive(CRITICAL);
    assertThat(poor.state).isEqualTo(RUNNING);
    assertThat(running.getLast().state).isEqualTo(RUNNING); // has waited for two classes as well
    dispatch.withdraw(critical, "gave up");
    assertThat(critical.state).isEqualTo(REFUSED);
  }

  @Test
  void beside_bestEffortHasAllCores_andSoHaveTheOthers() {
    dispatch = new Dispatch(RULES.withBeside(true));
    Job wide = arrive(BEST_EFFORT.withThreads(2));
    List<Job> normal = fill(NORMAL, 2);
    Job more = arrive(BEST_EFFORT);
    assertThat(wide.state).isEqualTo(RUNNING);
    assertThat(normal).allMatch(job -> job.state == RUNNING);
    assertThat(more.state).isEqualTo(WAITING);

    arrive(CRITICAL);
    assertThat(wide.state).isEqualTo(RUNNING);
    assertThat(normal).extracting(job -> job.state).containsOnlyOnce(STOPPING);
  }

  @Test
  void skip_keepsTheNewestOnly() {
    fill(NORMAL, 2);
    Terms stream = NORMAL.withOnLate(OnLate.SKIP);
    Job older = arrive(stream);
    Job newer = arrive(stream);
    assertThat(List.of(older.state, newer.state)).containsExactly(REFUSED, WAITING);
    assertThat(older.refusal).contains("a newer request of model");
  }

  @Test
  void byArrival_isFirstInFirstOut_andStopsNothing() {
    dispatch = new Dispatch(RULES.withOrder(Rules.Order.BY_ARRIVAL).withRestarts(0));
    List<Job> running = fill(BEST_EFFORT, 2);
    at(1);
    Job poor = arrive(BEST_EFFORT);
    at(2);
    Job critical = arrive(CRITICAL);
    dispatch.ended(running.getFirst(), now);
    assertThat(List.of(poor.state, critical.state)).containsExactly(RUNNING, WAITING);
  }

  /** Random traffic: never more threads than cores, and every job comes to its end. */
  @Test
  void anyTraffic_staysWithinTheCores_andEndsEveryJob() {
    for (long seed = 1; seed <= 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      dispatch = new Dispatch(RULES.withBeside(random.nextBoolean()));
      List<Job> all = new ArrayList<>();
      for (int step = 0; step < 400; step++) {
        at(step * 3);
        if (step < 200 && random.nextInt(3) > 0) {
          all.add(arrive(terms(random)));
        }
        finish(all, random);
        assertThat(threads(all, false)).as("seed %d", seed).isLessThanOrEqualTo(RULES.cores());
        assertThat(threads(all, true)).as("seed %d", seed).isLessThanOrEqualTo(RULES.cores());
      }
      assertThat(all)
          .as("seed %d", seed)
          .allMatch(job -> job.state == ENDED || job.state == REFUSED);
      assertThat(all).as("seed %d", seed).allMatch(job -> job.restarts <= RULES.restarts());
    }
  }

  private static Terms terms(SplittableRandom random) {
    Terms terms = List.of(CRITICAL, NORMAL, BEST_EFFORT).get(random.nextInt(3));
    OnLate late = OnLate.values()[random.nextInt(3)];
    return terms.withThreads(1 + random.nextInt(2)).withOnLate(late);
  }

  private void finish(List<Job> all, SplittableRandom random) {
    for (Job job : all) {
      if (job.state == STOPPING && random.nextBoolean()) {
        dispatch.stopped(job, now);
      } else if (job.state == RUNNING && random.nextInt(3) == 0) {
        dispatch.ended(job, now);
      }
    }
  }

  private static int threads(List<Job> all, boolean yielding) {
    return all.stream()
        .filter(job -> job.state == RUNNING || job.state == STOPPING)
        .filter(job -> job.isYielding() == yielding)
        .mapToInt(job -> job.terms().threads())
        .sum();
  }
}
