package dev.skerry.fleet.rollout;

import dev.skerry.fleet.device.Assignments;
import dev.skerry.fleet.device.DeviceView;
import dev.skerry.fleet.gate.Figures;
import dev.skerry.fleet.selector.Attributes;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.Versions;
import dev.skerry.wire.DesiredModel;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * Tells devices what to run as they ask, and lets them join rollouts. A device that has nothing to
 * join costs no statement here: rollouts are in memory, and what the device belongs to came with
 * its row.
 */
public final class Assigner implements Assignments {
  /** Devices for which it is remembered which selectors mean them. */
  private static final int MOST_REMEMBERED = 500_000;

  private final Database database;
  private final LiveRollouts rollouts;
  private final Releases releases;
  private final InstantSource time;
  private final Map<String, Meant> meant = new ConcurrentHashMap<>();

  public Assigner(Database database, Versions versions, Releases releases, InstantSource time) {
    this.database = database;
    this.rollouts = new LiveRollouts(database, versions);
    this.releases = releases;
    this.time = time;
  }

  /**
   * Which selectors mean a device.
   *
   * @param version of its labels and facts
   */
  private record Meant(long version, Map<Long, Boolean> byRollout) {}

  @Override
  public List<DesiredModel> desired(DeviceView device) {
    LiveRollouts.Snapshot live = rollouts.current();
    List<DesiredModel> desired = new ArrayList<>();
    DeviceView view = device;
    for (String model : live.byModel().keySet()) {
      Answer answer = answer(view, model, live.byModel().getOrDefault(model, List.of()));
      view = view.withAssignment(Membership.write(answer.memberships()));
      if (answer.run().rollout() != 0) {
        desired.add(
            new DesiredModel(
                model, answer.run().counter(), answer.run().rollout(), answer.run().why()));
      }
    }
    return desired;
  }

  private record Answer(Choice.Run run, List<Membership> memberships) {}

  private Answer answer(DeviceView device, String model, List<Rollout> ofModel) {
    Instant now = time.instant();
    List<Membership> memberships = Membership.read(device.assignment());
    Supplier<Running> running = once(() -> Running.of(model, device));
    Supplier<Attributes> attributes = once(() -> DeviceAttributes.of(device, releases));
    Assignment assignment =
        new Assignment(
            device.id(),
            memberships,
            running,
            rollout -> isMeant(rollout, device, attributes),
            releases,
            now);
    for (Choice choice : assignment.choices(ofModel)) {
      switch (choice) {
        case Choice.Run run -> {
          return new Answer(run, settled(device.id(), memberships, running, ofModel, now));
        }
        case Choice.Join join -> {
          Optional<List<Membership>> joined = join(device.id(), join, now);
          if (joined.isPresent()) {
            Choice.Run run = afterJoin(device, joined.get(), running, ofModel, now);
            return new Answer(run, settled(device.id(), joined.get(), running, ofModel, now));
          }
        }
      }
    }
    throw new IllegalStateException("no choice was possible for " + device);
  }

  /** Asked again as a member: the device may have been one all along, by another process. */
  private Choice.Run afterJoin(
      DeviceView device,
      List<Membership> memberships,
      Supplier<Running> running,
      List<Rollout> ofModel,
      Instant now) {
    return new Assignment(device.id(), memberships, running, _ -> false, releases, now)
        .choices(ofModel).stream()
            .filter(Choice.Run.class::isInstance)
            .map(Choice.Run.class::cast)
            .findFirst()
            .orElseThrow();
  }

  /**
   * Notes what a device's last report says of its rollouts now: a rollout may have been rolled back
   * since, and a device may have had the release before it joined.
   */
  private List<Membership> settled(
      String device,
      List<Membership> memberships,
      Supplier<Running> running,
      List<Rollout> ofModel,
      Instant now) {
    List<Membership> result = memberships;
    for (Rollout rollout : ofModel) {
      for (Membership membership : memberships) {
        if (membership.rollout() == rollout.id()
            && isOpen(rollout, membership)
            && moves(rollout, membership, running.get())) {
          result = database.write(handle -> settle(handle, device, rollout, running.get(), now));
        }
      }
    }
    return result;
  }

  /** Whether the next move may come without a report. */
  private static boolean isOpen(Rollout rollout, Membership membership) {
    return switch (membership.progress()) {
      case ASSIGNED -> true;
      case ACTIVE, STRANDED -> rollout.goesBack();
      case FAILED, BACK -> false;
    };
  }

  private boolean moves(Rollout rollout, Membership membership, Running running) {
    return Positions.of(rollout, membership, running, releases).progress() != membership.progress();
  }

  private List<Membership> settle(
      Handle handle, String device, Rollout rollout, Running running, Instant now) {
    List<Membership> memberships = Members.locked(handle, device);
    for (Membership membership : memberships) {
      if (membership.rollout() == rollout.id()) {
        Membership after =
            Positions.move(
                handle,
                device,
                membership,
                Positions.of(rollout, membership, running, releases),
                Figures.NONE,
                now);
        return Members.stored(handle, device, Membership.put(memberships, after));
      }
    }
    return memberships;
  }

  private Optional<List<Membership>> join(String device, Choice.Join join, Instant now) {
    try {
      return Optional.of(database.write(handle -> Members.join(handle, device, join, now)));
    } catch (Members.Full full) {
      if (full.byRate()) {
        database.change(handle -> Members.turnAway(handle, join.rollout().id(), now));
      }
      return Optional.empty();
    }
  }

  /** Evaluated when the device's labels or facts have changed, or the rollout is new. */
  private boolean isMeant(Rollout rollout, DeviceView device, Supplier<Attributes> attributes) {
    if (rollout.plan().selector().names().stream().anyMatch(Assigner::changesByItself)) {
      return rollout.plan().selector().matches(attributes.get());
    }
    Meant known =
        meant.compute(
            device.id(),
            (_, old) ->
                old != null && old.version() == device.version()
                    ? old
                    : new Meant(device.version(), new ConcurrentHashMap<>()));
    if (meant.size() > MOST_REMEMBERED) {
      meant.clear(); // simple, and seldom
    }
    return known
        .byRollout()
        .computeIfAbsent(rollout.id(), _ -> rollout.plan().selector().matches(attributes.get()));
  }

  /** What a device runs changes without a new version of its labels and facts. */
  private static boolean changesByItself(String name) {
    return name.startsWith(Attributes.MODEL_PREFIX) || name.startsWith(Attributes.RELEASE_PREFIX);
  }

  /** Models that some rollout is about. */
  public Set<String> models() {
    return rollouts.current().byModel().keySet();
  }

  private static <T> Supplier<T> once(Supplier<T> supplier) {
    return new Supplier<>() {
      private Optional<T> value = Optional.empty();

      @Override
      public T get() {
        if (value.isEmpty()) {
          value = Optional.of(supplier.get());
        }
        return value.get();
      }
    };
  }
}
