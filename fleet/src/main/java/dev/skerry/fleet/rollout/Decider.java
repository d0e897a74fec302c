package dev.skerry.fleet.rollout;

import dev.skerry.fleet.device.Assignments;
import dev.skerry.fleet.gate.GateResult;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.Versions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Looks at every rollout again and again, and moves those on whose time has come.
 *
 * <p>Any number of processes do so at the same time and know nothing of each other. Each decides on
 * what it read and names the revision that it saw; the database takes the first decision on a
 * revision and drops the others. There is nothing to hold, so nothing is left behind by a process
 * that dies: the next look of any other one decides.
 */
public final class Decider implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Decider.class.getName());

  private final Database database;
  private final Versions versions;
  private final InstantSource time;
  private final Duration poll;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("skerry-decider").factory());

  /**
   * @param poll interval in which devices ask
   */
  public Decider(Database database, Versions versions, InstantSource time, Duration poll) {
    this.database = database;
    this.versions = versions;
    this.time = time;
    this.poll = poll;
  }

  /** Begins to look, once in {@code period}; whoever starts it closes it. */
  public void start(Duration period) {
    clock.scheduleWithFixedDelay(this::lookIfPossible, 0, period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void lookIfPossible() {
    try {
      look();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "rollouts could not be looked at; trying again", e);
    }
  }

  /** Looks once at each rollout; returns how many it moved. */
  public int look() {
    int moved = 0;
    for (Rollout rollout : database.read(RolloutStore::live)) {
      boolean open = rollout.state().isInProgress() || rollout.state() == State.ROLLING_BACK;
      moved += open && look(rollout) ? 1 : 0;
    }
    return moved;
  }

  /** What a decision is made on. */
  private record Seen(Totals totals, Set<Integer> approved, Instant turnedAway) {}

  private boolean look(Rollout rollout) {
    Seen seen =
        database.read(handle ->
            new Seen(
                RolloutStore.totals(handle, rollout),
                RolloutStore.approved(handle, rollout.id()),
                RolloutStore.turnedAway(handle, rollout.id())));
    Instant now = time.instant();
    Outcome outcome =
        Judge.judge(
            rollout,
            seen.totals(),
            new Judge.Environment(now, poll, seen.approved(), seen.turnedAway()));
    return switch (outcome) {
      case Outcome.Stay stay -> {
        note(rollout, stay, now);
        yield false;
      }
      case Outcome.Move move ->
          database.write(handle -> {
            Rollout moved = after(rollout, move, seen.approved(), now);
            return apply(
                handle,
                rollout,
                moved,
                move.event(),
                Decision.FLEET,
                now,
                move.gates(),
                seen.totals());
          });
    };
  }

  private void note(Rollout rollout, Outcome.Stay stay, Instant now) {
    boolean becomesReady = stay.ready() && !rollout.waveReady().isAfter(Rollout.NEVER);
    Instant ready = becomesReady ? now : rollout.waveReady();
    boolean news =
        becomesReady || !stay.why().equals(rollout.why()) || !stay.needs().equals(rollout.needs());
    if (news) {
      database.change(
          handle -> RolloutStore.note(handle, rollout, stay.why(), stay.needs(), ready));
    }
  }

  /** Stores a decision and tells every process; false if somebody else was first. */
  boolean apply(
      Handle handle,
      Rollout seen,
      Rollout moved,
      Event event,
      String who,
      Instant now,
      List<GateResult> gates,
      Totals totals) {
    boolean first =
        RolloutStore.move(handle, seen, moved, event, who, now, gates, totals.all().figures());
    if (first) {
      versions.bump(handle, Assignments.VERSION);
    }
    return first;
  }

  private static Rollout after(
      Rollout rollout, Outcome.Move move, Set<Integer> approved, Instant now) {
    State to =
        Transitions.next(rollout.state(), move.event())
            .orElseThrow(() ->
                new IllegalStateException(
                    "%s cannot happen in %s".formatted(move.event(), rollout.state())));
    boolean approvable =
        !rollout.plan().waves().get(move.wave()).approval() || approved.contains(move.wave());
    boolean begins =
        move.event() == Event.BEGUN && !rollout.waveBegan().isAfter(Rollout.NEVER)
            || move.event() == Event.ADVANCED && approvable
            || move.event() == Event.FELL;
    boolean resets = begins || move.event() == Event.ADVANCED;
    boolean stops = move.event() == Event.FELL || move.event() == Event.STOPPED;
    Instant began =
        begins ? now : move.event() == Event.ADVANCED ? Rollout.NEVER : rollout.waveBegan();
    Rollout moved =
        rollout
            .in(to)
            .at(move.wave(), began, resets ? Rollout.NEVER : rollout.waveReady())
            .saying(move.why(), move.needs());
    return stops ? moved.because(move.why()) : moved;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
