package dev.skerry.fleet.rollout;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.fleet.device.Assignments;
import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.selector.Attributes;
import dev.skerry.fleet.selector.Selector;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.Versions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;

/** What people do with rollouts: make them, look at them, steer them. */
public final class Rollouts {
  /** Devices of a rollout that are listed at once. */
  public static final int MOST_MEMBERS = 1000;

  /** Devices whose labels are looked at for a name that is near to a wrong one. */
  private static final int SAMPLE = 1000;

  /** Names in one selector that are looked for among all devices. */
  private static final int MOST_LOOKUPS = 5;

  private static final int TRIES = 20;

  private final Database database;
  private final Versions versions;
  private final ChangeLog audit;
  private final Releases releases;
  private final InstantSource time;

  public Rollouts(
      Database database,
      Versions versions,
      ChangeLog audit,
      Releases releases,
      InstantSource time) {
    this.database = database;
    this.versions = versions;
    this.audit = audit;
    this.releases = releases;
    this.time = time;
  }

  /**
   * Makes a rollout of the plan in {@code json}; it is a row, whatever the number of devices.
   *
   * @param who a person's name
   * @throws FleetException BAD_REQUEST if the plan is none, or the repository lacks the release
   */
  public RolloutDetail create(JsonObject json, String who) {
    Plan plan = PlanReader.read(json, this::selector);
    if (!releases.has(plan.model(), plan.counter())) {
      throw FleetException.badRequest(
          "the repository has no release %d of '%s'; 'skerry fleet releases' lists what it has"
              .formatted(plan.counter(), plan.model()));
    }
    Instant now = time.instant();
    long id =
        database.write(handle -> {
          long made = RolloutStore.insert(handle, plan, "waiting to begin", who, now);
          versions.bump(handle, Assignments.VERSION);
          audit.record(
              handle, who, "rollout.create", subject(made), "", Documents.text(plan.toJson()));
          return made;
        });
    return show(id);
  }

  /** Reads a selector; a label that no device has is an error that names a near one. */
  public Selector selector(String text) {
    AtomicInteger left = new AtomicInteger(MOST_LOOKUPS);
    return Selector.parse(
        text, name -> left.getAndDecrement() > 0 && isLabel(name), sampleOfLabels());
  }

  private boolean isLabel(String name) {
    return database.read(handle ->
        handle
            .createQuery("select 1 from devices where labels like :pattern escape '!' limit 1")
            .bind("pattern", "%\"" + name.replaceAll("[!%_]", "!$0") + "\"%:%")
            .mapTo(Integer.class)
            .findOne()
            .isPresent());
  }

  private Set<String> sampleOfLabels() {
    Set<String> names = new TreeSet<>(Attributes.FACTS);
    List<String> labels =
        database.read(handle ->
            handle
                .createQuery("select labels from devices limit :most")
                .bind("most", SAMPLE)
                .mapTo(String.class)
                .list());
    labels.forEach(text -> names.addAll(Documents.object("labels", text).keys()));
    return names;
  }

  /** All, newest first. */
  public List<RolloutDetail> list() {
    return database.read(handle ->
        RolloutStore.all(handle).stream().map(rollout -> brief(handle, rollout)).toList());
  }

  private static RolloutDetail brief(Handle handle, Rollout rollout) {
    Totals totals = RolloutStore.totals(handle, rollout);
    return new RolloutDetail(rollout, totals, Judge.gates(rollout, totals), Set.of(), List.of());
  }

  /**
   * @throws FleetException NOT_FOUND
   */
  public RolloutDetail show(long id) {
    return database.read(handle -> {
      Rollout rollout = found(handle, id);
      Totals totals = RolloutStore.totals(handle, rollout);
      return new RolloutDetail(
          rollout,
          totals,
          Judge.gates(rollout, totals),
          RolloutStore.approved(handle, id),
          RolloutStore.decisions(handle, id));
    });
  }

  /** Devices of a rollout by name, after {@code after}; at most {@link #MOST_MEMBERS}. */
  public List<Members.Member> members(long id, String after) {
    return database.read(handle -> {
      found(handle, id);
      return Members.of(handle, id, after, MOST_MEMBERS);
    });
  }

  private static Rollout found(Handle handle, long id) {
    return RolloutStore.find(handle, id)
        .orElseThrow(() ->
            FleetException.notFound(
                "there is no rollout %d; 'skerry fleet rollouts list' has all".formatted(id)));
  }

  /**
   * Says yes to a wave.
   *
   * @param wave from 1; 0 for the one that waits
   */
  public RolloutDetail approve(long id, int wave, String who) {
    return steer(
        id,
        Event.APPROVED,
        who,
        "approved by " + who,
        (handle, rollout) -> {
          int index = wave == 0 ? rollout.wave() : wave - 1;
          checkWave(rollout, index);
          RolloutStore.approve(handle, id, index, who, time.instant());
          return rollout;
        });
  }

  private static void checkWave(Rollout rollout, int index) {
    if (index < 0 || index >= rollout.plan().waves().size()) {
      throw FleetException.badRequest(
          "rollout %d has waves 1 to %d, %d was given"
              .formatted(rollout.id(), rollout.plan().waves().size(), index + 1));
    }
    if (!rollout.plan().waves().get(index).approval()) {
      throw FleetException.conflict(
          "wave %d of rollout %d needs no approval".formatted(index + 1, rollout.id()));
    }
  }

  /** Nobody joins until it is resumed. */
  public RolloutDetail pause(long id, String who) {
    return steer(id, Event.PAUSED, who, "paused by " + who, (_, rollout) -> rollout);
  }

  /** Goes on; after a gate held it, what was measured before does not count any more. */
  public RolloutDetail resume(long id, String who) {
    return steer(
        id,
        Event.RESUMED,
        who,
        "resumed by " + who,
        (handle, rollout) ->
            rollout.state() == State.HELD
                ? rollout
                    .at(rollout.wave(), rollout.waveBegan(), Rollout.NEVER)
                    .forgiving(RolloutStore.totals(handle, rollout).all().figures())
                : rollout);
  }

  /** Ends it; whoever runs the release keeps it. */
  public RolloutDetail cancel(long id, String who) {
    return steer(id, Event.CANCELLED, who, "cancelled by " + who, (_, rollout) -> rollout);
  }

  /** Every device that got the release goes back to what it ran before. */
  public RolloutDetail rollBack(long id, String who) {
    return steer(
        id,
        Event.ORDERED_BACK,
        who,
        "rolled back by " + who,
        (_, rollout) -> rollout.at(rollout.wave(), time.instant(), rollout.waveReady()));
  }

  /** What an order changes of a rollout besides its state. */
  private interface Order {
    Rollout apply(Handle handle, Rollout rollout);
  }

  /** Tries again when the fleet decides something at the same time. */
  private RolloutDetail steer(long id, Event event, String who, String why, Order order) {
    for (int i = 0; i < TRIES; i++) {
      boolean done = database.write(handle -> steered(handle, id, event, who, why, order));
      if (done) {
        return show(id);
      }
    }
    throw FleetException.conflict("rollout %d changes all the time; try again".formatted(id));
  }

  private boolean steered(
      Handle handle, long id, Event event, String who, String why, Order order) {
    Rollout seen = found(handle, id);
    State to =
        Transitions.next(seen.state(), event)
            .orElseThrow(() ->
                FleetException.conflict(
                    "rollout %d is %s: it cannot be %s now"
                        .formatted(id, seen.state().text(), words(event))));
    Rollout moved = moved(order.apply(handle, seen), to, event, why);
    Totals totals = RolloutStore.totals(handle, seen);
    boolean first =
        RolloutStore.move(
            handle,
            seen,
            moved,
            event,
            who,
            time.instant(),
            Judge.gates(seen, totals),
            totals.all().figures());
    if (first) {
      versions.bump(handle, Assignments.VERSION);
      audit.record(handle, who, "rollout." + action(event), subject(id), state(seen), state(moved));
    }
    return first;
  }

  private static String words(Event event) {
    return event == Event.ORDERED_BACK ? "rolled back" : event.text();
  }

  private static String action(Event event) {
    return switch (event) {
      case APPROVED -> "approve";
      case PAUSED -> "pause";
      case RESUMED -> "resume";
      case CANCELLED -> "cancel";
      case ORDERED_BACK -> "rollback";
      case BEGUN, BLOCKED, ADVANCED, FINISHED, STOPPED, FELL, RETURNED ->
          throw new IllegalArgumentException("nobody orders " + event);
    };
  }

  private static Rollout moved(Rollout rollout, State to, Event event, String why) {
    Rollout moved = rollout.in(to).saying(why, "");
    return event == Event.ORDERED_BACK ? moved.because(why) : moved;
  }

  private static String subject(long id) {
    return "rollout " + id;
  }

  private static String state(Rollout rollout) {
    return Documents.text(
        Json.object()
            .put("state", rollout.state().text())
            .put("wave", rollout.wave() + 1)
            .put("why", rollout.why())
            .build());
  }
}
