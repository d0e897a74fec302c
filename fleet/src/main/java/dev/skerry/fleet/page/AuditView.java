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
   * @param changes what is otherwise than before
   */
  record Row(When at, String who, String what, String subject, List<Change> changes) {}

  /**
   * A property that was changed.
   *
   * @param before its value, empty when there was none
   * @param after its value, empty when there is none any more
   */
  record Change(String name, String before, String after) {}
}
