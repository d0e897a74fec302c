package dev.skerry.fleet.rollout;

import dev.skerry.fleet.device.DeviceView;
import dev.skerry.fleet.device.ReportListener;
import dev.skerry.fleet.gate.Figures;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.Versions;
import dev.skerry.wire.QualityRecord;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Counts what devices report for the rollouts that they are in, in the report's transaction. */
public final class Reports implements ReportListener {
  private final LiveRollouts rollouts;
  private final Releases releases;
  private final InstantSource time;

  public Reports(Database database, Versions versions, Releases releases, InstantSource time) {
    this.rollouts = new LiveRollouts(database, versions);
    this.releases = releases;
    this.time = time;
  }

  @Override
  public void reported(Handle handle, DeviceView device, News news) {
    if (device.assignment().isEmpty()) {
      return;
    }
    LiveRollouts.Snapshot live = rollouts.current(handle);
    List<Membership> memberships = Members.locked(handle, device.id());
    List<Membership> changed = memberships;
    for (Membership membership :
        memberships.stream().sorted(Comparator.comparingLong(Membership::rollout)).toList()) {
      Optional<Rollout> rollout = live.find(membership.rollout());
      if (rollout.isPresent()) {
        Membership after = count(handle, device, news, rollout.get(), membership);
        changed = Membership.put(changed, after);
      }
    }
    if (!changed.equals(memberships)) {
      Members.stored(handle, device.id(), changed);
    }
  }

  private Membership count(
      Handle handle, DeviceView device, News news, Rollout rollout, Membership membership) {
    Running running = Running.of(rollout.model(), news.now());
    return Positions.move(
        handle,
        device.id(),
        membership,
        Positions.of(rollout, membership, running, releases),
        measured(handle, device.id(), news, rollout, membership),
        time.instant());
  }

  /** What the device measured of the rollout's release since its last report. */
  private static Figures measured(
      Handle handle, String device, News news, Rollout rollout, Membership membership) {
    Figures sum = Figures.NONE;
    if (!rollout.state().isInProgress()) {
      return sum;
    }
    for (QualityDelta delta : news.quality()) {
      QualityRecord added = delta.added();
      if (added.model().equals(rollout.model()) && added.counter() == rollout.counter()) {
        boolean first = delta.first() && Quality.isFirstRun(handle, device, added);
        sum = sum.plus(Quality.figures(added, first));
        if (first && added.side() == QualityRecord.Side.SERVED) {
          sum = sum.plus(Quality.before(handle, device, added, membership.before()));
        }
      }
    }
    return sum;
  }
}
