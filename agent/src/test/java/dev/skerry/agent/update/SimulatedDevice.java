package dev.skerry.agent.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.backend.Backends;
import dev.skerry.agent.device.Conditions;
import dev.skerry.agent.sim.SimulatedDisk;
import dev.skerry.agent.sim.SimulatedEngine;
import dev.skerry.agent.sim.SimulatedRepository;
import dev.skerry.agent.sim.SimulatedTime;
import dev.skerry.agent.sim.SimulatedTraffic;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.release.Budgets;
import dev.skerry.bundle.release.Choice;
import dev.skerry.bundle.release.DeviceFacts;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.SlotRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** A device that follows the model {@code m}, in a simulated world. */
final class SimulatedDevice implements Conditions {
  static final Path DATA = Path.of("/data");

  /** Steps after which a device that has not come to rest never will. */
  private static final int MOST_STEPS = 2_000_000;

  /** Polls in a row that bring nothing, after which a device is at rest. */
  private static final int QUIET_POLLS = 4;

  final SimulatedTime time = new SimulatedTime();
  SimulatedDisk disk = new SimulatedDisk();
  SimulatedRepository repository = new SimulatedRepository(time);
  SimulatedTraffic traffic = new SimulatedTraffic();
  SimulatedEngine engine = new SimulatedEngine(disk, time, repository.files());
  Policy policy = quick();
  double requestsPerSecond = 100;
  OptionalDouble battery = OptionalDouble.empty();
  boolean metered;
  Goal goal = new Goal.Newest();
  List<String> considered = List.of("cpu");
  Set<String> absent = Set.of();

  @SuppressWarnings("NullAway.Init") // a device that was not booted has none
  Updater updater;

  /** As {@link Policy#standard}, with shorter times. */
  static Policy quick() {
    Policy standard = Policy.standard();
    return new Policy(
        standard.polling(),
        standard.download(),
        standard.limits(),
        new Policy.Probing(Duration.ofMillis(20), 2),
        new Policy.Shadow(0.5, 50, 0.05, 2, Duration.ofMinutes(10), Policy.WhenIdle.PROCEED),
        new Policy.Probation(50, Duration.ofSeconds(1), Duration.ofMinutes(10), 0.01, 2),
        standard.mostRestarts());
  }

  @Override
  public boolean metered() {
    return metered;
  }

  @Override
  public OptionalDouble battery() {
    return battery;
  }

  /** Starts the process. */
  void boot() {
    traffic = new SimulatedTraffic();
    engine = new SimulatedEngine(disk, time, repository.files());
    engine.offer(considered);
    World world =
        new World(
            disk,
            DATA,
            Journal.open(disk, DATA, _ -> {}),
            repository,
            engine,
            this,
            time,
            time,
            time,
            new Random(1),
            _ -> goal,
            () -> engine.residentBytes());
    DeviceFacts facts =
        new DeviceFacts(
            "x86-64",
            Set.of(),
            List.of("cpu"),
            1 << 20,
            1,
            "simulated 1",
            new TreeMap<>(Map.of("ai.onnx", 20L)));
    updater = Updater.of("m", world, traffic, policy, backends(facts));
    updater.start();
  }

  /** What it considers; a backend that is absent cannot be had. */
  private Backends backends(DeviceFacts facts) {
    return new Backends(
        considered,
        "simulated",
        (ladders, backend) ->
            Choice.of(ladders, facts.withProviders(List.of(backend)), Budgets.NONE),
        backend -> absent.contains(backend) ? Optional.of("no " + backend) : Optional.empty());
  }

  /** One piece of work, and the time until the next. */
  Duration step() {
    long before = time.nanos();
    Duration wait = updater.step();
    time.pause(wait);
    traffic.serve(requestsPerSecond * (time.nanos() - before) / 1e9);
    return wait;
  }

  /**
   * Lives until nothing is on its way and the next poll is waited for, or {@code limit} is over.
   */
  void rest(Duration limit) {
    long end = time.nanos() + limit.toNanos();
    int quiet = 0;
    for (int i = 0; i < MOST_STEPS && time.nanos() < end; i++) {
      boolean polled = step().compareTo(Duration.ofMinutes(1)) > 0 && state() == State.IDLE;
      quiet = polled ? quiet + 1 : 0;
      if (quiet == QUIET_POLLS) {
        return;
      }
    }
    assertThat(time.nanos()).as("still busy: %s", updater.status()).isGreaterThanOrEqualTo(end);
  }

  void rest() {
    rest(Duration.ofDays(1));
  }

  /** Lives until it is in {@code state}. */
  void until(State state) {
    for (int i = 0; i < MOST_STEPS && state() != state; i++) {
      step();
    }
    assertThat(state()).as("%s", updater.status()).isEqualTo(state);
  }

  State state() {
    return State.valueOf(updater.status().state().toUpperCase(java.util.Locale.ROOT));
  }

  /** Counter of the release that answers requests, 0 when none does. */
  long serves() {
    return traffic.active().map(running -> running.receipt().counter()).orElse(0L);
  }

  List<Long> refused() {
    return updater.status().refused().stream().map(refusal -> refusal.counter()).toList();
  }

  /** Counter in a slot, 0 when it is empty. */
  long in(String place) {
    ModelStatus status = updater.status();
    return status.slots().stream()
        .filter(slot -> slot.place().equals(place))
        .map(slot -> slot.counter())
        .findFirst()
        .orElse(0L);
  }

  List<String> events() {
    return Journal.read(disk, DATA, Integer.MAX_VALUE).stream().map(EventRecord::event).toList();
  }

  Receipt publish(long counter, dev.skerry.agent.sim.Behaviour... ladder) {
    return repository.publish(counter, 0, ladder);
  }

  private SlotRecord slot(String place) {
    return updater.status().slots().stream()
        .filter(slot -> slot.place().equals(place))
        .findFirst()
        .orElseThrow();
  }

  /** The model file of a slot. */
  Path file(String place) {
    return DATA.resolve("m/slots/" + slot(place).file() + ".onnx");
  }

  Path manifest(String place) {
    return DATA.resolve("m/slots/" + slot(place).manifest() + ".json");
  }

  List<Path> blobFiles() {
    return disk.files().keySet().stream()
        .filter(path -> path.startsWith(DATA.resolve("m/blobs")))
        .toList();
  }

  static Path state(int number) {
    return DATA.resolve("m/state-%d.json".formatted(number));
  }

  /** The state file that was written last. */
  Path newestState() {
    String first = new String(disk.read(state(0), 1 << 20), StandardCharsets.UTF_8);
    String second = new String(disk.read(state(1), 1 << 20), StandardCharsets.UTF_8);
    return number(first) > number(second) ? state(0) : state(1);
  }

  private static long number(String json) {
    return JsonReader.readObject("state", json.getBytes(StandardCharsets.UTF_8)).integer("number");
  }

  void limitDisk(long bytes) {
    Policy.Limits limits = policy.limits();
    policy(
        policy.download(),
        new Policy.Limits(OptionalLong.of(bytes), limits.memoryBytes(), limits.latencyMicros()),
        policy.shadow());
  }

  void whenIdle(Policy.WhenIdle choice) {
    shadow(policy.shadow().share(), choice);
  }

  void withoutShadow() {
    shadow(0, policy.shadow().whenIdle());
  }

  private void shadow(double share, Policy.WhenIdle choice) {
    Policy.Shadow shadow = policy.shadow();
    policy(
        policy.download(),
        policy.limits(),
        new Policy.Shadow(
            share,
            shadow.samples(),
            shadow.maxDisagreement(),
            shadow.maxLatencyRatio(),
            shadow.timeLimit(),
            choice));
  }

  /** A hundred bytes a second. */
  void slowly() {
    Policy.Download download = policy.download();
    policy(
        new Policy.Download(
            OptionalLong.of(100),
            download.retry(),
            download.longestRetry(),
            download.minBattery(),
            download.overMetered()),
        policy.limits(),
        policy.shadow());
  }

  private void policy(Policy.Download download, Policy.Limits limits, Policy.Shadow shadow) {
    policy =
        new Policy(
            policy.polling(),
            download,
            limits,
            policy.probing(),
            shadow,
            policy.probation(),
            policy.mostRestarts());
    boot();
  }
}
