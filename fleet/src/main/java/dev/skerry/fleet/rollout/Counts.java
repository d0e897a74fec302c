package dev.skerry.fleet.rollout;

import dev.skerry.fleet.gate.Figures;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;

/**
 * Counters of a rollout's waves. Each is spread over {@link #SHARDS} rows by device, so that
 * devices that report at the same time seldom wait for the same row, and their sum stays cheap.
 */
final class Counts {
  static final int SHARDS = 16;

  private Counts() {}

  /**
   * Changes the counters that {@code device} belongs to; its row is locked until the transaction
   * ends.
   */
  static void change(
      Handle handle, long rollout, int wave, String device, UnaryOperator<Totals.OfWave> change) {
    int shard = Math.floorMod(device.hashCode(), SHARDS);
    lock(handle, rollout, wave, shard);
    Totals.OfWave before =
        handle
            .createQuery(
                "select * from rollout_counts where rollout = :rollout and wave = :wave"
                    + " and shard = :shard")
            .bind("rollout", rollout)
            .bind("wave", wave)
            .bind("shard", shard)
            .map((row, _) -> ofWave(row))
            .one();
    Totals.OfWave after = change.apply(before);
    handle
        .createUpdate(
            "update rollout_counts set joined = :joined, settled = :settled, active = :active,"
                + " failed = :failed, back = :back, stranded = :stranded, figures = :figures"
                + " where rollout = :rollout and wave = :wave and shard = :shard")
        .bind("rollout", rollout)
        .bind("wave", wave)
        .bind("shard", shard)
        .bind("joined", after.joined())
        .bind("settled", after.settled())
        .bind("active", after.active())
        .bind("failed", after.failed())
        .bind("back", after.back())
        .bind("stranded", after.stranded())
        .bind("figures", Documents.text(after.figures()))
        .execute();
  }

  /** An update that changes nothing locks the row on PostgreSQL; SQLite has one writer. */
  private static void lock(Handle handle, long rollout, int wave, int shard) {
    handle
        .createUpdate(
            "insert into rollout_counts (rollout, wave, shard, joined, settled, active, failed,"
                + " back, stranded, figures) values (:rollout, :wave, :shard, 0, 0, 0, 0, 0, 0, '')"
                + " on conflict (rollout, wave, shard) do update set joined ="
                + " rollout_counts.joined")
        .bind("rollout", rollout)
        .bind("wave", wave)
        .bind("shard", shard)
        .execute();
  }

  static Totals.OfWave ofWave(ResultSet row) throws SQLException {
    Figures figures = Documents.figures(row.getString("figures"));
    return new Totals.OfWave(
        row.getLong("joined"),
        row.getLong("settled"),
        row.getLong("active"),
        row.getLong("failed"),
        row.getLong("back"),
        row.getLong("stranded"),
        figures);
  }
}
