package dev.skerry.fleet.page;

import java.util.List;
import java.util.Optional;

/**
 * Who changed what, newest first.
 *
 * @param query text that who, what or on what must contain; empty for everything
 * @param next where the next page begins; absent on the last one
 */
record AuditView(String query, List<Row> rows, Optional<String> next, boolean first) {

  /**
   * One change.
   *
   * @param before how it was, empty when it was not
   * @param after how it is, empty when it is no more
   */
  record Row(When at, String who, String what, String subject, String before, String after) {
    boolean hasDetails() {
      return !before.isEmpty() || !after.isEmpty();
    }
  }
}
