package dev.skerry.fleet.page;

import dev.skerry.fleet.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The audit log, newest first. */
final class AuditPage {
  private static final int PAGE = 50;

  private final Database database;
  private final InstantSource time;

  AuditPage(Dashboard.Parts parts) {
    this.database = parts.database();
    this.time = parts.time();
  }

  private record Entry(long id, AuditView.Row row) {}

  AuditView view(String query, Optional<Long> before) {
    List<Entry> entries = read(query, before.orElse(Long.MAX_VALUE));
    boolean more = entries.size() > PAGE;
    List<Entry> shown = more ? entries.subList(0, PAGE) : entries;
    return new AuditView(
        query,
        shown.stream().map(Entry::row).toList(),
        more ? Optional.of(Long.toString(shown.getLast().id())) : Optional.empty(),
        before.isEmpty());
  }

  private List<Entry> read(String query, long before) {
    String pattern = "%" + query.toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0") + "%";
    return database.read(handle ->
        handle
            .createQuery(
                "select id, at, who, action, subject, before_state, after_state from audit"
                    + " where id < :before and (lower(who) like :pattern escape '!'"
                    + " or lower(action) like :pattern escape '!'"
                    + " or lower(subject) like :pattern escape '!')"
                    + " order by id desc limit :most")
            .bind("before", before)
            .bind("pattern", pattern)
            .bind("most", PAGE + 1)
            .map((row, _) -> entry(row))
            .list());
  }

  private Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        row.getLong(1),
        new AuditView.Row(
            When.of(Instant.ofEpochMilli(row.getLong(2)), time.instant()),
            row.getString(3),
            row.getString(4),
            row.getString(5),
            Changes.between(row.getString(6), row.getString(7))));
  }
}
