package dev.skerry.fleet.page;

import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.fleet.rollout.State;
import dev.skerry.fleet.store.Database;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Rollouts in lists: one query, with what was counted. */
final class RolloutRows {
  private static final String QUERY =
      "select r.id, r.model, r.counter, r.plan, r.state, r.wave, r.why, r.needs, r.created_at,"
          + " coalesce(sum(c.joined), 0) as joined, coalesce(sum(c.active), 0) as active,"
          + " coalesce(sum(c.failed), 0) as failed, coalesce(sum(c.back), 0) as back,"
          + " coalesce(sum(c.stranded), 0) as stranded"
          + " from rollouts r left join rollout_counts c on c.rollout = r.id where %s"
          + " group by r.id, r.model, r.counter, r.plan, r.state, r.wave, r.why, r.needs,"
          + " r.created_at order by r.id desc limit 200";

  static final String OPEN = "r.state in ('waiting', 'running', 'held', 'paused', 'rolling-back')";
  static final String CLOSED = "r.state in ('rolled-back', 'done', 'cancelled')";

  private final Database database;
  private final InstantSource time;
  private final Names names;

  RolloutRows(Dashboard.Parts parts) {
    this.database = parts.database();
    this.time = parts.time();
    this.names = new Names(parts.releases());
  }

  /**
   * A rollout with its counts, as the list has it.
   *
   * @param sizes of its waves
   * @param needs what a person has to do, empty when nothing
   */
  record Row(
      long id,
      String model,
      long counter,
      State state,
      int wave,
      List<String> sizes,
      String selector,
      long priority,
      String why,
      String needs,
      Instant begun,
      long joined,
      long active,
      long failed,
      long back,
      long stranded) {
    /** Devices that were told and have not settled. */
    long moving() {
      return Math.max(0, joined - active - failed - back - stranded)
          + (state == State.ROLLING_BACK ? active : 0);
    }
  }

  /** Rollouts that are not over, in the order in which a device joins them. */
  List<Row> open() {
    return read(OPEN).stream()
        .sorted(
            Comparator.comparing((Row row) -> row.state() != State.ROLLING_BACK)
                .thenComparing(Comparator.comparingLong(Row::priority).reversed())
                .thenComparing(Comparator.comparingLong(Row::id).reversed()))
        .toList();
  }

  /** Rollouts that are over, newest first. */
  List<Row> closed() {
    return read(CLOSED);
  }

  /** Rollouts of one release, newest first. */
  List<Row> of(String model, long counter) {
    return database.read(handle ->
        handle
            .createQuery(QUERY.formatted("r.model = :model and r.counter = :counter"))
            .bind("model", model)
            .bind("counter", counter)
            .map((row, _) -> row(row))
            .list());
  }

  private List<Row> read(String condition) {
    return database.read(
        handle -> handle.createQuery(QUERY.formatted(condition)).map((row, _) -> row(row)).list());
  }

  private static Row row(ResultSet row) throws SQLException {
    JsonObject plan =
        JsonReader.readObject("plan", row.getString("plan").getBytes(StandardCharsets.UTF_8));
    return new Row(
        row.getLong("id"),
        row.getString("model"),
        row.getLong("counter"),
        State.of(row.getString("state")),
        row.getInt("wave"),
        plan.objects("waves").stream().map(wave -> wave.text("size")).toList(),
        plan.text("selector"),
        plan.integer("priority"),
        row.getString("why"),
        row.getString("needs"),
        Instant.ofEpochMilli(row.getLong("created_at")),
        row.getLong("joined"),
        row.getLong("active"),
        row.getLong("failed"),
        row.getLong("back"),
        row.getLong("stranded"));
  }

  /** {@code row} as pages show it. */
  RolloutRow show(Row row) {
    List<RolloutRow.Wave> waves = new ArrayList<>();
    for (int i = 0; i < row.sizes().size(); i++) {
      Badge badge = RolloutWords.wave(row.state(), row.wave(), i);
      waves.add(new RolloutRow.Wave(row.sizes().get(i), badge.tone(), badge.word()));
    }
    return new RolloutRow(
        row.id(),
        names.title(row.model(), row.counter()),
        row.selector(),
        RolloutWords.state(row.state()),
        Words.sentence(row.why()) + ".",
        waves,
        counts(row),
        When.of(row.begun(), time.instant()));
  }

  private static String counts(Row row) {
    if (row.joined() == 0) {
      return "no device has joined yet";
    }
    if (row.back() > 0 || row.state() == State.ROLLING_BACK) {
      return "%s of %s back"
          .formatted(Words.grouped(row.back()), Words.count(row.joined(), "device"));
    }
    return "%s of %s %s it"
        .formatted(
            Words.grouped(row.active()),
            Words.count(row.joined(), "device"),
            row.active() == 1 ? "runs" : "run");
  }
}
