package dev.skerry.fleet.page;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Devices that match a selector.
 *
 * @param query the selector as it was given, empty for all devices
 * @param error what is wrong with the selector, with a mark under the place
 * @param examples selectors to begin with
 * @param total devices in the fleet
 * @param next where the next page begins; absent on the last one
 */
record DevicesView(
    String query,
    Optional<String> error,
    List<String> examples,
    long total,
    List<Row> rows,
    Optional<String> next,
    boolean first) {

  /**
   * A device in the list.
   *
   * @param runs models with the versions that serve
   * @param seen absent before the first poll
   */
  record Row(
      String id,
      String target,
      Badge state,
      String runs,
      String why,
      Map<String, String> labels,
      Optional<When> seen) {}
}
