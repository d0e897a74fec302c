package dev.skerry.agent.update;

import dev.skerry.agent.backend.Backends;
import dev.skerry.agent.backend.Figures;
import dev.skerry.agent.backend.Measurements;
import dev.skerry.agent.backend.Trials;
import dev.skerry.agent.slot.Installation;
import dev.skerry.agent.slot.Slot;
import dev.skerry.agent.slot.SlotFolder;
import dev.skerry.agent.traffic.Running;
import dev.skerry.agent.traffic.Traffic;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.blob.FileBlobs;
import dev.skerry.bundle.disk.DiskFullException;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.bundle.release.Variant;
import dev.skerry.bundle.release.VerifiedRelease;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.Ticker;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.ModelStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Lives a device's life with one model: does what the state stands for, and lets the next state
 * follow from what came of it, as {@link Transitions} says.
 *
 * <p>1. A state is written to disk before anything is done for it, so after a power cut {@link
 * #start} knows what may be half done. Everything a state does can be done again.
 *
 * <p>2. Work that takes long (fetching, putting together, validating) is done outside the lock and
 * touches nothing but the candidate's files. If an order changed the state meanwhile, what came of
 * the work is thrown away. So an order is carried out at once, whatever goes on.
 */
public final class Updater implements AutoCloseable {
  /** Wait after the disk failed. */
  private static final Duration DISK_RETRY = Duration.ofSeconds(5);

  /** A file that came out wrong this often is the release's fault. */
  private static final int MOST_REBUILDS = 2;

  /** Requests from which the median of the release before is a baseline. */
  private static final long LEAST_FOR_BASELINE = 50;

  private final String model;
  private final SlotFolder folder;
  private final LifeStore store;
  private final Journal journal;
  private final Traffic traffic;
  private final Loader loader;
  private final Poller poller;
  private final Downloader downloader;
  private final Validator validator;
  private final Policy policy;
  private final InstantSource wall;
  private final Ticker ticker;
  private final RandomGenerator random;
  private final Residents residents;
  private final Figures figures;
  private final Function<String, Goal> goals;

  private long generation;
  private long enteredNanos;
  private volatile long nextPollNanos;
  private String remarked = "";

  /** What has taken effect and could not be written to disk yet. */
  private Step.@Nullable Happened unrecorded;

  private volatile String doing = "starts";

  private Updater(
      String model,
      World world,
      Traffic traffic,
      Policy policy,
      SlotFolder folder,
      Backends backends) {
    Measurements measurements = Measurements.open(world.disk(), world.folder().resolve(model));
    Trials trials = new Trials(backends, measurements);
    this.figures = new Figures(measurements, backends.conditions());
    this.model = model;
    this.folder = folder;
    this.store =
        LifeStore.open(folder.disk(), world.folder().resolve(model), world.wall().instant());
    this.journal = world.journal();
    this.traffic = traffic;
    this.loader = new Loader(folder, world.engine());
    this.poller = new Poller(world.source(), folder, model, trials);
    this.downloader = new Downloader(world, folder, policy);
    this.validator = Validator.of(world, traffic, policy, loader, poller, trials, figures);
    this.policy = policy;
    this.wall = world.wall();
    this.ticker = world.ticker();
    this.random = world.random();
    this.residents = new Residents(traffic, loader, figures);
    this.goals = world.goals();
  }

  /**
   * The life with {@code model}, whose files are in a folder of that name.
   *
   * @param backends with the variant for this device, which depends on the device and its limits
   *     alone
   */
  public static Updater of(
      String model, World world, Traffic traffic, Policy policy, Backends backends) {
    SlotFolder folder = new SlotFolder(world.disk(), world.folder().resolve(model));
    folder.prepare();
    return new Updater(model, world, traffic, policy, folder, backends);
  }

  /** Takes up the life where it was left: call once, before {@link #step}. */
  public synchronized void start() {
    nextPollNanos = ticker.nanos();
    settle(Restart.of(store.current(), policy.mostRestarts(), folder::usedBytes));
    if (traffic.active().isEmpty()) {
      residents.serve(
          store.current().active()); // a disk that cannot be written to is no reason not to
    }
  }

  /**
   * Does one piece of work.
   *
   * @return how long nothing is to be done afterwards
   */
  public Duration step() {
    residents.closeRetired();
    Life life;
    long seen;
    synchronized (this) {
      if (unrecorded != null) {
        return settle(unrecorded);
      }
      life = store.current();
      seen = generation;
    }
    Step step;
    try {
      step = act(life, seen);
    } catch (UncheckedIOException e) {
      nextPollNanos = ticker.nanos() + DISK_RETRY.toNanos();
      boolean full = e.getCause() instanceof DiskFullException;
      step =
          Step.waits(
              DISK_RETRY, "the disk fails: " + e.getMessage(), full ? "no-room" : "disk-failed");
    }
    synchronized (this) {
      if (generation != seen) {
        residents.discard(step);
        return Duration.ZERO;
      }
      return settle(step);
    }
  }

  private Step act(Life life, long seen) {
    if (isBanned(life)) {
      return Step.refused(
          Event.BANNED,
          life.candidate().orElseThrow().counter(),
          Refusal.Reason.BELOW_FLOOR,
          "the security floor is %d now".formatted(life.floor()));
    }
    Optional<Step.Happened> steered = Steering.of(life, goals.apply(model));
    if (steered.isPresent()) {
      return steer(life, steered.get());
    }
    return switch (life.state()) {
      case IDLE -> poll(life);
      case DOWNLOADING -> superseded(life).orElseGet(() -> download(life, seen));
      case VERIFYING -> verify(life);
      case VALIDATING -> validate(life);
      case SHADOW -> superseded(life).orElseGet(() -> watchShadow(life));
      case PROBATION -> watchProbation(life);
      case COMMITTED, RETURNING, REFUSED ->
          Step.happened(Event.DONE, life.activeCounter(), "serves " + serving(life));
    };
  }

  /** What the goal asks for; a release that it goes back to is loaded before. */
  private Step steer(Life life, Step.Happened steered) {
    nextPollNanos = ticker.nanos(); // something else may be wanted
    Optional<String> lost =
        steered.event() == Event.RECALLED ? residents.load(life.wayBack()) : Optional.empty();
    if (lost.isPresent()) {
      dropFallback(life, lost.get());
      return Step.waits(Duration.ZERO, "cannot go back: " + lost.get());
    }
    return steered;
  }

  private synchronized void dropFallback(Life life, String why) {
    if (store.current().equals(life)) {
      store.write(life.withSlots(life.active(), life.candidate(), Optional.empty()));
      note(life, "fallback-lost", life.wayBack().orElseThrow().counter(), why);
    }
  }

  private static boolean isBanned(Life life) {
    return Transitions.next(life.state(), Event.BANNED).isPresent()
        && life.candidate().filter(slot -> slot.counter() < life.floor()).isPresent();
  }

  private static String serving(Life life) {
    return life.active().map(slot -> slot.receipt().label()).orElse("nothing");
  }

  private Duration untilPoll() {
    return Duration.ofNanos(Math.max(0, nextPollNanos - ticker.nanos()));
  }

  private Step poll(Life life) {
    Duration rest = untilPoll();
    if (!rest.isZero()) {
      return Step.waits(rest, doing);
    }
    Duration next =
        Downloader.varied(policy.polling().interval(), policy.polling().jitter(), random);
    nextPollNanos = ticker.nanos() + next.toNanos();
    try {
      Goal goal = goals.apply(model);
      Optional<Receipt> wanted = poller.wanted(goal);
      return poller.judge(raised(life, wanted), goal, wanted, next);
    } catch (TrustException | BundleException e) {
      return Step.waits(next, "refuses what the repository says: " + e.getMessage(), "untrusted");
    } catch (IOException e) {
      return Step.waits(next, "cannot ask the repository: " + e.getMessage(), "unreachable");
    }
  }

  /** The life with the floor that {@code newest} names, on disk already. */
  private synchronized Life raised(Life life, Optional<Receipt> newest) {
    long floor = newest.map(Receipt::floor).orElse(0L);
    if (floor <= life.floor() || !store.current().equals(life)) {
      return life;
    }
    Life raised = life.withFloor(floor);
    store.write(raised);
    note(
        raised,
        "floor-raised",
        floor,
        "releases below %d are not activated any more".formatted(floor)
            + (raised.activeCounter() < floor
                ? "; the active one serves until it is replaced"
                : ""));
    return raised;
  }

  /** A release that is newer than the candidate and takes its place. */
  private Optional<Step> superseded(Life life) {
    if (!untilPoll().isZero()) {
      return Optional.empty();
    }
    String before = doing;
    Step step = poll(life);
    doing = before;
    return step instanceof Step.Happened happened && happened.event() == Event.FOUND
        ? Optional.of(step)
        : Optional.empty();
  }

  private Step download(Life life, long seen) {
    Optional<Installation> installation = installation(life);
    if (installation.isEmpty()) {
      nextPollNanos = ticker.nanos();
      return Step.happened(
          Event.FORGOT,
          life.candidate().map(Slot::counter).orElse(0L),
          "its manifest is damaged on disk");
    }
    return downloader.download(
        life, installation.get(), () -> generationNow() != seen || isSteered(life));
  }

  private boolean isSteered(Life life) {
    return Steering.of(life, goals.apply(model)).isPresent();
  }

  private synchronized long generationNow() {
    return generation;
  }

  /** The candidate's; empty when its manifest is missing or damaged. */
  private Optional<Installation> installation(Life life) {
    if (life.candidate().isEmpty()) {
      return Optional.empty();
    }
    Slot candidate = life.candidate().get();
    try {
      VerifiedRelease release = folder.release(candidate.receipt());
      Variant variant = SlotFolder.variant(release, candidate);
      return Optional.of(new Installation(folder, release.release(), variant, present(life)));
    } catch (TrustException | BundleException | UncheckedIOException damaged) {
      return Optional.empty();
    }
  }

  /** Blobs inside the files of other slots that are intact. */
  private List<FileBlobs> present(Life life) {
    List<FileBlobs> present = new ArrayList<>();
    for (Slot slot : life.slots()) {
      boolean isCandidate = life.candidate().filter(slot::equals).isPresent();
      if (!isCandidate && loader.check(slot) instanceof Loader.Checked.Intact intact) {
        present.add(
            new FileBlobs(folder.disk(), intact.variant().file(), folder.file(slot.file())));
      }
    }
    return present;
  }

  private Step verify(Life life) {
    Slot candidate = life.candidate().orElseThrow();
    return installation(life).filter(Installation::assemble).isPresent()
        ? Step.happened(
            Event.ASSEMBLED,
            candidate.counter(),
            "file %s is installed".formatted(candidate.file().brief()))
        : Step.happened(
            Event.DAMAGED,
            candidate.counter(),
            "the file does not have the digest %s that was signed"
                .formatted(candidate.file().brief()));
  }

  private Step validate(Life life) {
    String obstacle = downloader.powerObstacle();
    if (!obstacle.isEmpty()) {
      return Step.waits(Downloader.LOOK, obstacle, "waits");
    }
    Step step = validator.validate(life.candidate().orElseThrow(), traffic.active());
    if (isSteered(life)) {
      residents.discard(step); // it took a while, and must not serve any more
      return Step.waits(Duration.ZERO, "is not wanted any more");
    }
    return step;
  }

  private Step watchShadow(Life life) {
    return Watch.shadow(
        life.candidate().orElseThrow().counter(),
        traffic.shadowed(),
        policy.shadow(),
        sinceEntered());
  }

  private Step watchProbation(Life life) {
    Step step =
        Watch.probation(
            life.activeCounter(),
            traffic.served(),
            traffic.shadowed(),
            life.baselineMicros(),
            policy,
            sinceEntered());
    if (step instanceof Step.Happened happened
        && happened.event() == Event.DISAPPOINTED
        && life.wayBack().isEmpty()) {
      return Step.happened(
          Event.KEPT,
          life.activeCounter(),
          happened.text() + "; stays, because no release may serve in its place");
    }
    return step;
  }

  private Duration sinceEntered() {
    return Duration.ofNanos(ticker.nanos() - enteredNanos);
  }

  /** Takes in what came of a piece of work; holds the lock. */
  private Duration settle(Step step) {
    return switch (step) {
      case Step.Waits waits -> {
        doing = waits.why();
        if (waits.remark().isPresent() && !waits.why().equals(remarked)) {
          remarked = waits.why();
          note(store.current(), waits.remark().get(), 0, waits.why());
        }
        yield waits.time();
      }
      case Step.Happened happened -> {
        try {
          happen(happened);
          yield Duration.ZERO;
        } catch (UncheckedIOException e) {
          residents.discard(step);
          doing = "the disk fails: " + e.getMessage();
          goBackAnyway(happened);
          yield DISK_RETRY;
        }
      }
    };
  }

  /** A release that fails requests must not stay because the disk cannot take it down. */
  private void goBackAnyway(Step.Happened happened) {
    if (happened.event() == Event.DISAPPOINTED) {
      unrecorded = happened;
      traffic.endShadow();
      residents.serve(store.current().wayBack());
    }
  }

  private void happen(Step.Happened given) {
    Life life = store.current();
    Step.Happened happened = overRebuilt(life, given);
    State next =
        Transitions.next(life.state(), happened.event())
            .orElseThrow(() ->
                new IllegalStateException(
                    "%s cannot happen while %s".formatted(happened.event(), life.state())));
    Instant now = wall.instant();
    Life changed =
        Changes.of(life, happened, baseline(), now)
            .in(next, happened.event() == Event.RESTARTED ? life.since() : now);
    if (next == State.DOWNLOADING) {
      changed = changed.withArrivedBytes(folder.usedBytes());
    }
    changed = Changes.counted(life, changed, happened.event());
    if (!changed.equals(life)) {
      store.write(changed);
    }
    unrecorded = null;
    generation++;
    enteredNanos = ticker.nanos();
    remarked = "";
    doing = happened.text();
    note(store.current(), happened.event().text(), happened.counter(), happened.text());
    happened.loaded().ifPresent(running -> residents.add(life.candidate().orElseThrow(), running));
    enter(store.current());
  }

  /** Damage that fetching again does not mend is the release's fault. */
  private static Step.Happened overRebuilt(Life life, Step.Happened happened) {
    return happened.event() == Event.DAMAGED && life.rebuilds() >= MOST_REBUILDS
        ? Step.refused(Event.FAILED, happened.counter(), Refusal.Reason.MALFORMED, happened.text())
        : happened;
  }

  private Optional<Double> baseline() {
    Traffic.Served served = traffic.served();
    return served.requests() >= LEAST_FOR_BASELINE
        ? Optional.of(served.p50Micros())
        : Optional.empty();
  }

  /** Does what a state asks for when it is entered; it is on disk already. */
  private void enter(Life life) {
    traffic.endShadow();
    Optional<String> lost = residents.serve(life.active());
    if (lost.isPresent()) {
      happen(Step.happened(Event.LOST, life.activeCounter(), lost.get()));
      return;
    }
    switch (life.state()) {
      case IDLE -> {
        residents.keep(life.active());
        collect();
      }
      case SHADOW -> {
        residents.keep(life.active(), life.candidate());
        residents
            .find(life.candidate())
            .ifPresent(running -> traffic.shadow(running, policy.shadow().share()));
      }
      case PROBATION -> {
        residents.keep(life.active(), life.fallback());
        watchBackwards(life);
      }
      case DOWNLOADING, VERIFYING, VALIDATING, COMMITTED, RETURNING, REFUSED ->
          residents.keep(life.active());
    }
  }

  /** Keeps the release before loaded, and compares its answers with those that callers get. */
  private void watchBackwards(Life life) {
    Optional<String> lost = residents.load(life.wayBack());
    if (lost.isPresent()) {
      dropFallback(life, lost.get());
      return;
    }
    Optional<Running> before = residents.find(life.wayBack());
    Optional<Running> now = traffic.active();
    if (policy.shadow().share() > 0
        && before.isPresent()
        && now.isPresent()
        && Validator.comparable(before.get().release(), now.get().release())) {
      traffic.shadow(before.get(), policy.shadow().share());
    }
  }

  /** Deletes what no slot needs, neither now nor in the life before. */
  private void collect() {
    Life life = store.current();
    folder.collect(store.remembered(), life.candidate().stream().toList());
  }

  private void note(Life life, String event, long counter, String text) {
    try {
      journal.append(
          new EventRecord(0, wall.instant(), model, counter, life.state().text(), event, text));
    } catch (UncheckedIOException e) {
      doing = text + " (not in the journal: " + e.getMessage() + ")";
    }
  }

  /**
   * Goes back to the release before, at once, and does not try what is newer again until there is a
   * release with another counter.
   *
   * @return what serves now
   * @throws SkerryException if there is nothing to go back to; nothing is changed then
   */
  public synchronized String rollback() {
    Life life = store.current();
    if (Transitions.next(life.state(), Event.ORDERED_BACK).isEmpty()) {
      throw noWayBack("it is going back already");
    }
    Slot before =
        life.wayBack()
            .orElseThrow(() ->
                noWayBack(
                    life.fallback().isPresent()
                        ? "release %d is below the security floor %d"
                            .formatted(life.fallback().get().counter(), life.floor())
                        : "no release served before this one"));
    Optional<String> unusable = residents.load(Optional.of(before));
    if (unusable.isPresent()) {
      throw noWayBack(unusable.get());
    }
    happen(
        Step.refused(
            Event.ORDERED_BACK,
            life.activeCounter(),
            Refusal.Reason.ORDERED_BACK,
            "back to release %d by order".formatted(before.counter())));
    return before.receipt().label();
  }

  private SkerryException noWayBack(String why) {
    return new SkerryException(ErrorCode.BAD_DATA, "%s cannot go back: %s".formatted(model, why));
  }

  /** Lets the next {@link #step} ask the repository, if nothing is on its way. */
  public synchronized void checkNow() {
    nextPollNanos = ticker.nanos();
  }

  public String model() {
    return model;
  }

  /** How the device is with this model. */
  public synchronized ModelStatus status() {
    Traffic.Served served = traffic.served();
    return Shown.status(
        model,
        store.current(),
        doing,
        figures,
        new ModelStatus.Served(
            served.requests(), served.failed(), served.p50Micros(), served.p99Micros()));
  }

  /** Lets a {@link #step} that is under way end soon, and nothing come of it. */
  public synchronized void stop() {
    generation++;
  }

  /** Ends the shadow and frees all models; call when no request comes and no step is under way. */
  @Override
  public synchronized void close() {
    traffic.endShadow();
    residents.close();
  }
}
