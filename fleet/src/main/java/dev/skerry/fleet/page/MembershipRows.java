package dev.skerry.fleet.page;

import dev.skerry.fleet.rollout.Progress;
import dev.skerry.fleet.store.Database;
import java.util.List;

/** The rollouts that a device joined. */
record MembershipRows(Database database) {
  private static final int MOST = 50;

  /**
   * A device's part in a rollout.
   *
   * @param wave from 0
   * @param reason why it failed; empty otherwise
   */
  record Row(
      long rollout, String model, long counter, int wave, Progress progress, String reason) {}

  /** Of one device, newest first. */
  List<Row> of(String device) {
    return database.read(handle ->
        handle
            .createQuery(
                "select m.rollout, r.model, r.counter, m.wave, m.progress, m.reason"
                    + " from rollout_members m join rollouts r on r.id = m.rollout"
                    + " where m.device = :device order by m.rollout desc limit :most")
            .bind("device", device)
            .bind("most", MOST)
            .map((row, _) ->
                new Row(
                    row.getLong(1),
                    row.getString(2),
                    row.getLong(3),
                    row.getInt(4),
                    Progress.of(row.getString(5)),
                    row.getString(6)))
            .list());
  }
}
