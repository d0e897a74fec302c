package dev.skerry.fleet.page;

import java.util.Optional;

/**
 * Pages of the fleet in the database: each is made of a few queries, however many rows it shows.
 */
final class StoreViews implements FleetViews {
  private final OverviewPage overview;
  private final DevicePages devices;
  private final ReleasePages releases;
  private final RolloutPages rollouts;
  private final AuditPage audit;

  StoreViews(Dashboard.Parts parts) {
    RolloutRows rows = new RolloutRows(parts);
    this.overview = new OverviewPage(parts, rows);
    this.devices = new DevicePages(parts);
    this.releases = new ReleasePages(parts, rows);
    this.rollouts = new RolloutPages(parts, rows);
    this.audit = new AuditPage(parts);
  }

  @Override
  public OverviewView overview() {
    return overview.view();
  }

  @Override
  public DevicesView devices(String selector, Optional<String> after) {
    return devices.list(selector, after);
  }

  @Override
  public Optional<DeviceView> device(String id) {
    return devices.device(id);
  }

  @Override
  public ReleasesView releases() {
    return releases.list();
  }

  @Override
  public Optional<ReleaseView> release(String model, long counter) {
    return releases.release(model, counter);
  }

  @Override
  public RolloutsView rollouts() {
    return rollouts.list();
  }

  @Override
  public Optional<RolloutView> rollout(long id) {
    return rollouts.rollout(id);
  }

  @Override
  public Optional<MembersView> members(long id, Optional<String> after) {
    return rollouts.members(id, after);
  }

  @Override
  public Optional<RollBackView> rollBack(long id) {
    return rollouts.rollBack(id);
  }

  @Override
  public AuditView audit(String query, Optional<Long> before) {
    return audit.view(query, before);
  }
}
