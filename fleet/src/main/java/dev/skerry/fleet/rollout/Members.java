package dev.skerry.fleet.rollout;

import dev.skerry.bundle.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Devices in rollouts: how they join, and how far they are. */
public final class Members {
  /**
   * A device in a rollout, for people.
   *
   * @param wave in which it joined, from 0
   * @param before counter of the release that it ran when it joined, 0 for none
   * @param reason why it failed; empty otherwise
   */
  public record Member(
      long rollout,
      String device,
      int wave,
      Progress progress,
      long before,
      String reason,
      Instant joinedAt,
      Instant changedAt) {
    public Json.Obj toJson() {
      return Json.object()
          .put("rollout", rollout)
          .put("device", device)
          .put("wave", wave + 1)
          .put("progress", progress.text())
          .put("before", before)
          .put("reason", reason)
          .put("joined-at", joinedAt.toString())
          .put("changed-at", changedAt.toString())
          .build();
    }
  }

  /** Thrown inside a transaction to undo it: there is no room in the wave now. */
  static final class Full extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean byRate;

    Full(boolean byRate) {
      super(byRate ? "the rate is used up" : "the wave is full or over", null, false, false);
      this.byRate = byRate;
    }

    boolean byRate() {
      return byRate;
    }
  }

  private Members() {}

  /**
   * Lets a device join a wave. The device's row is locked first, so that two processes that it asks
   * at the same time do not both let it in.
   *
   * @return its memberships afterwards
   * @throws Full to be caught outside of the transaction
   */
  static List<Membership> join(Handle handle, String device, Choice.Join join, Instant now) {
    Rollout rollout = join.rollout();
    List<Membership> memberships = locked(handle, device);
    Optional<Membership> known = find(handle, rollout.id(), device);
    if (known.isPresent()) {
      return stored(handle, device, Membership.put(memberships, known.get()));
    }
    claim(handle, rollout, join.wave());
    takeToken(handle, rollout, now);
    Membership membership =
        new Membership(rollout.id(), join.wave(), Progress.ASSIGNED, join.before());
    insert(handle, device, membership, now);
    Counts.change(
        handle,
        rollout.id(),
        join.wave(),
        device,
        counts -> counts.plus(new Totals.OfWave(1, 0, 0, 0, 0, 0, Totals.OfWave.NONE.figures())));
    return stored(handle, device, Membership.put(memberships, membership));
  }

  /** Memberships of a device whose row nobody else changes until the transaction ends. */
  static List<Membership> locked(Handle handle, String device) {
    handle
        .createUpdate("update devices set assignment = assignment where id = :id")
        .bind("id", device)
        .execute();
    return handle
        .createQuery("select assignment from devices where id = :id")
        .bind("id", device)
        .mapTo(String.class)
        .findOne()
        .map(Membership::read)
        .orElseThrow(() -> new Full(false)); // the device is gone
  }

  static List<Membership> stored(Handle handle, String device, List<Membership> memberships) {
    handle
        .createUpdate("update devices set assignment = :assignment where id = :id")
        .bind("assignment", Membership.write(memberships))
        .bind("id", device)
        .execute();
    return memberships;
  }

  /** Only while the rollout still admits, and in a wave of a number of devices only so many. */
  private static void claim(Handle handle, Rollout rollout, int wave) {
    boolean counted = rollout.plan().waves().get(wave).size() instanceof Size.Count;
    long room =
        rollout.plan().waves().get(wave).size() instanceof Size.Count count
            ? count.devices()
            : Long.MAX_VALUE;
    int claimed =
        counted
            ? handle
                .createUpdate(
                    "update rollouts set claimed = claimed + 1 where id = :id"
                        + " and state in ('running', 'done') and wave >= :wave and claimed < :room")
                .bind("id", rollout.id())
                .bind("wave", wave)
                .bind("room", room)
                .execute()
            : handle
                .createQuery(
                    "select count(*) from rollouts where id = :id"
                        + " and state in ('running', 'done') and wave >= :wave")
                .bind("id", rollout.id())
                .bind("wave", wave)
                .mapTo(Integer.class)
                .one();
    if (claimed == 0) {
      throw new Full(false);
    }
  }

  /**
   * A bucket that fills with the plan's rate and holds a second's worth, at least one; a device
   * takes one token.
   */
  private static void takeToken(Handle handle, Rollout rollout, Instant now) {
    int perMinute = rollout.plan().ratePerMinute();
    if (perMinute == 0) {
      return;
    }
    handle
        .createUpdate(
            "insert into rollout_rates (rollout, tokens, at, turned_away)"
                + " values (:rollout, 1, :now, 0) on conflict (rollout) do nothing")
        .bind("rollout", rollout.id())
        .bind("now", now.toEpochMilli())
        .execute();
    int taken =
        handle
            .createUpdate(
                "update rollout_rates set tokens = case when tokens + (:now - at) * :rate > :most"
                    + " then :most - 1 else tokens + (:now - at) * :rate - 1 end, at = :now where"
                    + " rollout = :rollout and at <= :now and tokens + (:now - at) * :rate >= 1")
            .bind("rollout", rollout.id())
            .bind("now", now.toEpochMilli())
            .bind("rate", perMinute / 60_000.0)
            .bind("most", Math.max(1.0, perMinute / 60.0))
            .execute();
    if (taken == 0) {
      throw new Full(true);
    }
  }

  /** Remembers that somebody had to wait, at most once a second. */
  static void turnAway(Handle handle, long rollout, Instant now) {
    handle
        .createUpdate(
            "insert into rollout_rates (rollout, tokens, at, turned_away)"
                + " values (:rollout, 0, :now, :now) on conflict (rollout)"
                + " do update set turned_away = :now where rollout_rates.turned_away < :now - 1000")
        .bind("rollout", rollout)
        .bind("now", now.toEpochMilli())
        .execute();
  }

  private static void insert(Handle handle, String device, Membership membership, Instant now) {
    handle
        .createUpdate(
            "insert into rollout_members (rollout, device, wave, progress, before_counter, reason,"
                + " joined_at, changed_at) values (:rollout, :device, :wave, :progress, :before,"
                + " '', :now, :now)")
        .bind("rollout", membership.rollout())
        .bind("device", device)
        .bind("wave", membership.wave())
        .bind("progress", membership.progress().text())
        .bind("before", membership.before())
        .bind("now", now.toEpochMilli())
        .execute();
  }

  private static Optional<Membership> find(Handle handle, long rollout, String device) {
    return handle
        .createQuery("select * from rollout_members where rollout = :rollout and device = :device")
        .bind("rollout", rollout)
        .bind("device", device)
        .map((row, _) ->
            new Membership(
                row.getLong("rollout"),
                row.getInt("wave"),
                Progress.of(row.getString("progress")),
                row.getLong("before_counter")))
        .findOne();
  }

  /** Notes how far a device is, unless that is no news. */
  static boolean advance(
      Handle handle, String device, Membership from, Progress to, String reason, Instant now) {
    return handle
            .createUpdate(
                "update rollout_members set progress = :to, reason = :reason, changed_at = :now"
                    + " where rollout = :rollout and device = :device and progress = :from")
            .bind("to", to.text())
            .bind("reason", reason)
            .bind("now", now.toEpochMilli())
            .bind("rollout", from.rollout())
            .bind("device", device)
            .bind("from", from.progress().text())
            .execute()
        == 1;
  }

  /** Devices of a rollout by name, after {@code after}. */
  static List<Member> of(Handle handle, long rollout, String after, int most) {
    return handle
        .createQuery(
            "select * from rollout_members where rollout = :rollout and device > :after"
                + " order by device limit :most")
        .bind("rollout", rollout)
        .bind("after", after)
        .bind("most", most)
        .map(Members::member)
        .list();
  }

  private static Member member(ResultSet row, StatementContext context) throws SQLException {
    return new Member(
        row.getLong("rollout"),
        row.getString("device"),
        row.getInt("wave"),
        Progress.of(row.getString("progress")),
        row.getLong("before_counter"),
        row.getString("reason"),
        Instant.ofEpochMilli(row.getLong("joined_at")),
        Instant.ofEpochMilli(row.getLong("changed_at")));
  }
}
