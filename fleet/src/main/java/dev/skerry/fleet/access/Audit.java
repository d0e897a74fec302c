package dev.skerry.fleet.access;

import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.Ids;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;

/** The record of every change: who did what to which thing, and what it was before and after. */
public final class Audit {
  /** Entries that are listed at once. */
  public static final int MOST = 1000;

  private static final int TRIES = 5;

  private final Database database;
  private final Ids ids;
  private final InstantSource time;

  public Audit(Database database, Ids ids, InstantSource time) {
    this.database = database;
    this.ids = ids;
    this.time = time;
  }

  /**
   * One change.
   *
   * @param id ascending with the time
   * @param who a person's name, {@code device ID}, or what acted by itself
   * @param action such as {@code device.label}
   * @param subject what was changed
   * @param before JSON, empty when there was nothing
   * @param after JSON, empty when there is nothing any more
   */
  public record Entry(
      long id,
      Instant at,
      String who,
      String action,
      String subject,
      String before,
      String after) {}

  /**
   * Records a change in the transaction that makes it.
   *
   * @param before JSON, or empty
   * @param after JSON, or empty
   */
  public void record(
      Handle handle, String who, String action, String subject, String before, String after) {
    for (int i = 0; i < TRIES; i++) {
      int stored =
          handle
              .createUpdate(
                  "insert into audit (id, at, who, action, subject, before_state, after_state)"
                      + " values (:id, :at, :who, :action, :subject, :before, :after)"
                      + " on conflict (id) do nothing")
              .bind("id", ids.next())
              .bind("at", time.millis())
              .bind("who", who)
              .bind("action", action)
              .bind("subject", subject)
              .bind("before", before)
              .bind("after", after)
              .execute();
      if (stored == 1) {
        return;
      }
    }
    throw new IllegalStateException("no free id for an entry of the audit log");
  }

  /**
   * Entries, newest first.
   *
   * @param before only those with smaller ids; {@code Long.MAX_VALUE} for all
   * @param subject only those about it; empty for all
   */
  public List<Entry> list(long before, String subject, int most) {
    return database.read(handle ->
        handle
            .createQuery(
                "select * from audit where id < :before"
                    + " and (:subject = '' or subject = :subject) order by id desc limit :most")
            .bind("before", before)
            .bind("subject", subject)
            .bind("most", Math.min(most, MOST))
            .reduceRows(
                new java.util.ArrayList<Entry>(),
                (list, row) -> {
                  list.add(entry(row));
                  return list;
                }));
  }

  private static Entry entry(RowView row) {
    return new Entry(
        row.getColumn("id", Long.class),
        Instant.ofEpochMilli(row.getColumn("at", Long.class)),
        row.getColumn("who", String.class),
        row.getColumn("action", String.class),
        row.getColumn("subject", String.class),
        row.getColumn("before_state", String.class),
        row.getColumn("after_state", String.class));
  }
}
