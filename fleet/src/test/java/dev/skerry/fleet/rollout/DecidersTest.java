package dev.skerry.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.TestDatabases;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several processes decide about the same rollouts at the same time, and one of them dies. */
class DecidersTest {
  private static final int REPLICAS = 3;
  private static final int DEVICES = 24;

  private static final String PLAN =
      """
      {'model': 'bearing-faults', 'counter': 3,
       'waves': [{'size': 1, 'soak': '10 s'}, {'size': 6, 'soak': '10 s'},
                 {'size': '50 %', 'soak': '10 s'}, {'size': '100 %', 'soak': '10 s'}],
       'gates': ['validation-failures == 0', 'shadow-disagreement <= 3 %', 'error-rate <= 1 %']}
      """;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void threeDeciders_oneStoppedAtARandomMoment_decideEachWaveOnce(TestDatabases.Kind kind)
      throws Exception {
    for (long seed = 1; seed <= 3; seed++) {
      run(TestDatabases.place(kind, folder), seed);
    }
  }

  private static void run(Database.Place place, long seed) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    TestFleet.Clock clock = new TestFleet.Clock();
    List<TestFleet> replicas = new ArrayList<>();
    IntStream.range(0, REPLICAS).forEach(_ -> replicas.add(new TestFleet(place, clock)));
    List<TestDevice> devices = devices(replicas.getFirst(), random);
    long id = replicas.getFirst().create(PLAN).rollout().id();
    AtomicInteger moved = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    int killAt = random.nextInt(2, 40);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> deciding =
          replicas.stream().<Future<?>>map(r -> threads.submit(decide(r, over, moved))).toList();
      List<TestFleet> alive = new ArrayList<>(replicas);
      TestFleet asked = replicas.getLast();
      for (int round = 0; round < 400 && !isDone(asked, id); round++) {
        if (round == killAt) {
          alive.removeFirst().close(); // in the middle of whatever it does
        }
        for (TestDevice device : devices) {
          device.step(alive.get(random.nextInt(alive.size())));
        }
        clock.pass(TestFleet.POLL);
      }
      over.set(true);
      for (Future<?> each : deciding.subList(1, REPLICAS)) {
        each.get();
      }
      check(asked, id, devices, seed);
    } finally {
      replicas.forEach(TestFleet::close);
    }
  }

  /** The one that is stopped ends with whatever its database throws. */
  private static Runnable decide(TestFleet replica, AtomicBoolean over, AtomicInteger moved) {
    return () -> {
      while (!over.get()) {
        moved.addAndGet(replica.decider.look());
        replica.versions.refresh();
        LockSupport.parkNanos(1_000_000);
      }
    };
  }

  private static boolean isDone(TestFleet fleet, long id) {
    State state = fleet.rollouts.show(id).rollout().state();
    return state == State.DONE || state == State.HELD;
  }

  private static List<TestDevice> devices(TestFleet fleet, RandomGenerator random) {
    List<TestDevice> devices = new ArrayList<>();
    for (int i = 0; i < DEVICES; i++) {
      fleet.enrol("d" + i, Map.of());
      devices.add(
          new TestDevice(
              "d" + i,
              2,
              RandomGeneratorFactory.of("L64X128MixRandom").create(random.nextLong()),
              new HashMap<>()));
    }
    return devices;
  }

  private static void check(TestFleet fleet, long id, List<TestDevice> devices, long seed) {
    RolloutDetail end = fleet.rollouts.show(id);
    assertThat(end.rollout().state())
        .as("seed %d: %s", seed, end.rollout().why())
        .isEqualTo(State.DONE);
    assertThat(end.decisions().stream().map(Decision::event))
        .as("each wave is decided once")
        .containsExactly(
            Event.BEGUN, Event.ADVANCED, Event.ADVANCED, Event.ADVANCED, Event.FINISHED);
    assertThat(end.decisions().stream().map(Decision::revision))
        .containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(devices).allMatch(device -> device.active == 3 && device.installs == 1);
    assertThat(end.totals().all().joined()).isEqualTo(DEVICES);
    assertThat(end.totals().of(0).joined()).isEqualTo(1);
    assertThat(end.totals().of(0).joined() + end.totals().of(1).joined()).isEqualTo(6);
    assertThat(end.totals().all().active()).isEqualTo(DEVICES);
    assertThat(end.totals().all().settled()).isEqualTo(DEVICES);
    assertThat(fleet.rollouts.members(id, "")).hasSize(DEVICES);
  }
}
