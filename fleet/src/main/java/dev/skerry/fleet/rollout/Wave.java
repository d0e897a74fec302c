package dev.skerry.fleet.rollout;

import dev.skerry.bundle.json.Json;
import java.time.Duration;

/**
 * One step of a rollout.
 *
 * @param size how far the rollout reaches with it
 * @param soak how long it is watched once enough devices have reported
 * @param minReports devices of the rollout that must have settled
 * @param timeout after which devices that did not settle are left out of the count
 * @param approval a person must say yes before it begins
 */
public record Wave(Size size, Duration soak, long minReports, Duration timeout, boolean approval) {
  static final Duration SOAK = Duration.ofMinutes(10);
  static final Duration TIMEOUT = Duration.ofHours(1);

  public Json.Obj toJson() {
    return Json.object()
        .put("size", size.text())
        .put("soak", Durations.text(soak))
        .put("min-reports", minReports)
        .put("timeout", Durations.text(timeout))
        .put("approval", approval)
        .build();
  }
}
