package dev.skerry.fleet.rollout;

import dev.skerry.fleet.device.Assignments;
import dev.skerry.fleet.selector.Selector;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.Versions;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * The rollouts that want something of some device, in memory, since every poll asks. They are read
 * again when the number in the database changes that stands for them.
 */
final class LiveRollouts {
  private final Database database;
  private final Versions versions;
  private volatile Snapshot snapshot = new Snapshot(-1, new TreeMap<>(), Map.of());

  LiveRollouts(Database database, Versions versions) {
    this.database = database;
    this.versions = versions;
  }

  /**
   * Rollouts at one time.
   *
   * @param version of the number that stands for them
   * @param byModel in the order in which they are asked, without those that others supersede
   */
  record Snapshot(long version, SortedMap<String, List<Rollout>> byModel, Map<Long, Rollout> byId) {
    Optional<Rollout> find(long id) {
      return Optional.ofNullable(byId.get(id));
    }
  }

  /** For whoever holds no connection. */
  Snapshot current() {
    return isCurrent() ? snapshot : load();
  }

  /**
   * Inside a transaction: with its own connection, and without waiting for whoever reads them in
   * {@link #current()}, who may wait for a connection in turn.
   */
  Snapshot current(Handle handle) {
    return isCurrent() ? snapshot : load(() -> RolloutStore.live(handle));
  }

  private boolean isCurrent() {
    return snapshot.version() == versions.current(Assignments.VERSION);
  }

  /** One thread reads, the others wait for it. */
  private synchronized Snapshot load() {
    return isCurrent() ? snapshot : load(() -> database.read(RolloutStore::live));
  }

  private Snapshot load(Supplier<List<Rollout>> live) {
    long version = versions.current(Assignments.VERSION); // before what it stands for
    Snapshot loaded = of(version, live.get());
    snapshot = loaded;
    return loaded;
  }

  private static Snapshot of(long version, List<Rollout> live) {
    SortedMap<String, List<Rollout>> byModel =
        live.stream()
            .collect(Collectors.groupingBy(Rollout::model, TreeMap::new, Collectors.toList()));
    byModel.replaceAll((_, rollouts) ->
        rollouts.stream()
            .filter(rollout -> !isSuperseded(rollout, rollouts))
            .sorted(Assignment.ORDER)
            .toList());
    Map<Long, Rollout> byId = new HashMap<>();
    live.forEach(rollout -> byId.put(rollout.id(), rollout));
    return new Snapshot(
        version, Collections.unmodifiableSortedMap(byModel), Collections.unmodifiableMap(byId));
  }

  /**
   * A rollout that is over has no say any more where a newer one reached every device that it
   * means; so that polls do not get slower with the years.
   */
  private static boolean isSuperseded(Rollout rollout, List<Rollout> others) {
    return (rollout.state() == State.DONE || rollout.state() == State.ROLLED_BACK)
        && others.stream()
            .anyMatch(newer ->
                newer.state() == State.DONE
                    && newer.id() > rollout.id()
                    && newer.counter() > rollout.counter()
                    && reachesAll(newer)
                    && covers(newer, rollout));
  }

  private static boolean reachesAll(Rollout rollout) {
    return rollout.plan().waves().getLast().size().equals(new Size.Share(Size.WHOLE));
  }

  private static boolean covers(Rollout newer, Rollout older) {
    return newer.plan().selector().equals(Selector.ALL)
        || newer.plan().selector().equals(older.plan().selector());
  }
}
