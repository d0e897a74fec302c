package dev.skerry.fleet.page;

import java.util.Optional;

/** What pages show of the fleet as it is now. */
interface FleetViews {
  OverviewView overview();

  /**
   * Devices that match a selector, in the order of their names.
   *
   * @param after name of the last device of the page before; absent for the first page
   */
  DevicesView devices(String selector, Optional<String> after);

  Optional<DeviceView> device(String id);

  ReleasesView releases();

  Optional<ReleaseView> release(String model, long counter);

  RolloutsView rollouts();

  Optional<RolloutView> rollout(long id);

  /**
   * Devices that joined a rollout.
   *
   * @param after name of the last device of the page before; absent for the first page
   */
  Optional<MembersView> members(long id, Optional<String> after);

  Optional<RollBackView> rollBack(long id);

  /**
   * Changes, newest first.
   *
   * @param before number of the last change of the page before; absent for the first page
   */
  AuditView audit(String query, Optional<Long> before);
}
