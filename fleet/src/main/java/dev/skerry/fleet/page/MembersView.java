package dev.skerry.fleet.page;

import java.util.List;
import java.util.Optional;

/**
 * Devices that joined a rollout, by name.
 *
 * @param next where the next page begins; absent on the last one
 */
record MembersView(
    long rollout, String title, List<Row> rows, Optional<String> next, boolean first) {

  /**
   * A device in a rollout.
   *
   * @param wave in which it joined, from 1
   * @param before release that it ran when it joined
   * @param reason why it will not run the release; empty otherwise
   */
  record Row(String device, String wave, Badge state, String before, String reason, When changed) {}
}
