package dev.skerry.fleet.rollout;

import dev.skerry.bundle.json.JsonReader;
import dev.skerry.fleet.gate.Figures;
import dev.skerry.fleet.gate.GateResult;
import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.selector.Selector;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Rollouts, their counters and what was decided about them, in the database. */
final class RolloutStore {
  private static final int TRIES = 20;

  private RolloutStore() {}

  /** Stores a new rollout and returns its id. */
  static long insert(Handle handle, Plan plan, String why, String who, Instant now) {
    for (int i = 0; i < TRIES; i++) {
      long id =
          handle
              .createQuery("select coalesce(max(id), 0) + 1 from rollouts")
              .mapTo(Long.class)
              .one();
      if (insert(handle, id, plan, why, who, now)) {
        return id;
      }
    }
    throw FleetException.conflict("too many rollouts are made at once; try again");
  }

  private static boolean insert(
      Handle handle, long id, Plan plan, String why, String who, Instant now) {
    return handle
            .createUpdate(
                "insert into rollouts (id, model, counter, plan, state, revision, wave, wave_began,"
                    + " wave_ready, why, cause, needs, claimed, forgiven, created_at, created_by)"
                    + " values (:id, :model, :counter, :plan, :state, 0, 0, 0,"
                    + " 0, :why, '', '', 0, '', :now, :who) on conflict (id) do nothing")
            .bind("id", id)
            .bind("model", plan.model())
            .bind("counter", plan.counter())
            .bind("plan", Documents.text(plan.toJson()))
            .bind("state", State.WAITING.text())
            .bind("why", why)
            .bind("now", now.toEpochMilli())
            .bind("who", who)
            .execute()
        == 1;
  }

  static Optional<Rollout> find(Handle handle, long id) {
    return handle
        .createQuery("select * from rollouts where id = :id")
        .bind("id", id)
        .map(RolloutStore::rollout)
        .findOne();
  }

  /** All, newest first. */
  static List<Rollout> all(Handle handle) {
    return handle
        .createQuery("select * from rollouts order by id desc")
        .map(RolloutStore::rollout)
        .list();
  }

  /** Those that want something of some device, newest first. */
  static List<Rollout> live(Handle handle) {
    return handle
        .createQuery("select * from rollouts where state <> :cancelled order by id desc")
        .bind("cancelled", State.CANCELLED.text())
        .map(RolloutStore::rollout)
        .list();
  }

  private static Rollout rollout(ResultSet row, StatementContext context) throws SQLException {
    return new Rollout(
        row.getLong("id"),
        PlanReader.read(
            JsonReader.readObject("plan", row.getString("plan").getBytes(StandardCharsets.UTF_8)),
            Selector::parse),
        State.of(row.getString("state")),
        row.getLong("revision"),
        row.getInt("wave"),
        Instant.ofEpochMilli(row.getLong("wave_began")),
        Instant.ofEpochMilli(row.getLong("wave_ready")),
        row.getString("why"),
        row.getString("cause"),
        row.getString("needs"),
        row.getLong("claimed"),
        Documents.figures(row.getString("forgiven")),
        Instant.ofEpochMilli(row.getLong("created_at")),
        row.getString("created_by"));
  }

  /**
   * Moves a rollout on and stores why, unless somebody else has moved it since {@code seen}.
   *
   * @param seen as it was when the decision was made
   * @param moved as it is to be, with the same revision
   * @return whether it was moved
   */
  static boolean move(
      Handle handle,
      Rollout seen,
      Rollout moved,
      Event event,
      String who,
      Instant now,
      List<GateResult> gates,
      Figures figures) {
    int changed =
        handle
            .createUpdate(
                "update rollouts set state = :state, revision = revision + 1, wave = :wave,"
                    + " wave_began = :began, wave_ready = :ready, why = :why, cause = :cause,"
                    + " needs = :needs, forgiven = :forgiven where id = :id and revision = :seen")
            .bind("state", moved.state().text())
            .bind("wave", moved.wave())
            .bind("began", moved.waveBegan().toEpochMilli())
            .bind("ready", moved.waveReady().toEpochMilli())
            .bind("why", moved.why())
            .bind("cause", moved.cause())
            .bind("needs", moved.needs())
            .bind("forgiven", Documents.text(moved.forgiven()))
            .bind("id", seen.id())
            .bind("seen", seen.revision())
            .execute();
    if (changed == 0) {
      return false;
    }
    insert(
        handle,
        new Decision(
            seen.id(),
            seen.revision() + 1,
            now,
            who,
            event,
            seen.state(),
            moved.state(),
            moved.wave(),
            moved.why(),
            gates,
            figures));
    return true;
  }

  private static void insert(Handle handle, Decision decision) {
    handle
        .createUpdate(
            "insert into rollout_decisions (rollout, revision, at, who, event, from_state,"
                + " to_state, wave, why, gates, figures) values (:rollout, :revision, :at, :who,"
                + " :event, :from, :to, :wave, :why, :gates, :figures)")
        .bind("rollout", decision.rollout())
        .bind("revision", decision.revision())
        .bind("at", decision.at().toEpochMilli())
        .bind("who", decision.who())
        .bind("event", decision.event().text())
        .bind("from", decision.from().text())
        .bind("to", decision.to().text())
        .bind("wave", decision.wave())
        .bind("why", decision.why())
        .bind("gates", Documents.text(decision.gates()))
        .bind("figures", Documents.text(decision.figures()))
        .execute();
  }

  /** Says where a rollout is without moving it, unless somebody has moved it. */
  static void note(Handle handle, Rollout seen, String why, String needs, Instant ready) {
    handle
        .createUpdate(
            "update rollouts set why = :why, needs = :needs, wave_ready = :ready"
                + " where id = :id and revision = :seen")
        .bind("why", why)
        .bind("needs", needs)
        .bind("ready", ready.toEpochMilli())
        .bind("id", seen.id())
        .bind("seen", seen.revision())
        .execute();
  }

  /** What was decided, oldest first. */
  static List<Decision> decisions(Handle handle, long rollout) {
    return handle
        .createQuery("select * from rollout_decisions where rollout = :id order by revision")
        .bind("id", rollout)
        .map(RolloutStore::decision)
        .list();
  }

  private static Decision decision(ResultSet row, StatementContext context) throws SQLException {
    return new Decision(
        row.getLong("rollout"),
        row.getLong("revision"),
        Instant.ofEpochMilli(row.getLong("at")),
        row.getString("who"),
        event(row.getString("event")),
        State.of(row.getString("from_state")),
        State.of(row.getString("to_state")),
        row.getInt("wave"),
        row.getString("why"),
        Documents.gates(row.getString("gates")),
        Documents.figures(row.getString("figures")));
  }

  private static Event event(String text) {
    return Arrays.stream(Event.values())
        .filter(event -> event.text().equals(text))
        .findFirst()
        .orElseThrow();
  }

  static void approve(Handle handle, long rollout, int wave, String who, Instant now) {
    handle
        .createUpdate(
            "insert into rollout_approvals (rollout, wave, at, who)"
                + " values (:rollout, :wave, :at, :who) on conflict (rollout, wave) do nothing")
        .bind("rollout", rollout)
        .bind("wave", wave)
        .bind("at", now.toEpochMilli())
        .bind("who", who)
        .execute();
  }

  /** Waves that were approved, from 0. */
  static Set<Integer> approved(Handle handle, long rollout) {
    return new HashSet<>(
        handle
            .createQuery("select wave from rollout_approvals where rollout = :id")
            .bind("id", rollout)
            .mapTo(Integer.class)
            .list());
  }

  /** Sums over all shards. */
  static Totals totals(Handle handle, Rollout rollout) {
    List<Totals.OfWave> waves = new ArrayList<>();
    rollout.plan().waves().forEach(_ -> waves.add(Totals.OfWave.NONE));
    handle
        .createQuery("select * from rollout_counts where rollout = :id")
        .bind("id", rollout.id())
        .map((row, _) -> {
          int wave = row.getInt("wave");
          waves.set(wave, waves.get(wave).plus(Counts.ofWave(row)));
          return wave;
        })
        .list();
    return new Totals(waves);
  }

  /** When a device was last refused by the rate limit; the epoch if never. */
  static Instant turnedAway(Handle handle, long rollout) {
    return handle
        .createQuery("select turned_away from rollout_rates where rollout = :id")
        .bind("id", rollout)
        .mapTo(Long.class)
        .findOne()
        .map(Instant::ofEpochMilli)
        .orElse(Rollout.NEVER);
  }
}
