package dev.skerry.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.fleet.store.TestDatabases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rollouts from plan to end, with devices that poll and report, on both databases. */
class RolloutTest {
  private static final String PLAN =
      """
      {'model': 'bearing-faults', 'counter': 3, 'selector': 'site = berlin',
       'waves': [{'size': '1', 'soak': '30 s'}, {'size': '25 %', 'soak': '30 s'},
                 {'size': '100 %', 'soak': '30 s'}],
       'gates': ['install-failures <= 2 %', 'validation-failures == 0',
                 {'expression': 'shadow-disagreement <= 3 %', 'action': 'roll back'},
                 'error-rate <= 1 %', 'latency-p95-ratio <= 1.2', 'memory-ratio <= 1.5']}
      """;

  @TempDir private Path folder;

  private TestFleet fleet(TestDatabases.Kind kind) {
    return new TestFleet(TestDatabases.place(kind, folder), new TestFleet.Clock());
  }

  private static List<TestDevice> devices(
      TestFleet fleet, int count, Map<Long, TestDevice.Behaviour> behaviours) {
    List<TestDevice> devices = new ArrayList<>();
    IntStream.range(0, count)
        .forEach(i -> {
          String id = "device-%02d".formatted(i);
          fleet.enrol(id, Map.of("site", "berlin"));
          devices.add(
              new TestDevice(
                  id, 2, RandomGeneratorFactory.of("L64X128MixRandom").create(i), behaviours));
        });
    return devices;
  }

  private static void rounds(TestFleet fleet, List<TestDevice> devices, int count) {
    for (int i = 0; i < count; i++) {
      devices.forEach(device -> device.step(fleet));
      fleet.decide();
      fleet.clock.pass(TestFleet.POLL);
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void goodRelease_passesWaveByWave(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      List<TestDevice> devices = devices(fleet, 12, Map.of());
      fleet.enrol("elsewhere", Map.of("site", "munich"));
      rounds(fleet, devices, 2);
      long id = fleet.create(PLAN).rollout().id();
      fleet.decide();

      rounds(fleet, devices, 1);
      assertThat(devices.stream().filter(device -> device.candidate == 3)).hasSize(1);
      rounds(fleet, devices, 30);

      RolloutDetail done = fleet.rollouts.show(id);
      assertThat(done.rollout().state()).as(done.rollout().why()).isEqualTo(State.DONE);
      assertThat(devices).allMatch(device -> device.active == 3 && device.installs == 1);
      assertThat(done.totals().all().active()).isEqualTo(12);
      assertThat(done.totals().of(0).joined()).isEqualTo(1);
      assertThat(fleet.poll("elsewhere").rollout()).isZero();
      assertThat(done.decisions().stream().map(Decision::event))
          .containsExactly(Event.BEGUN, Event.ADVANCED, Event.ADVANCED, Event.FINISHED);
      assertThat(done.decisions().get(1).gates()).hasSize(6);
      assertThat(done.decisions().get(1).why())
          .contains("1 of 1 device run release 3", "shadow disagreement");
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void wrongRelease_isStoppedByTheCanarysShadow(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      List<TestDevice> devices = devices(fleet, 12, Map.of(3L, TestDevice.Behaviour.WRONG));
      rounds(fleet, devices, 2);
      long id = fleet.create(PLAN).rollout().id();
      fleet.decide();

      rounds(fleet, devices, 20);

      RolloutDetail back = fleet.rollouts.show(id);
      assertThat(back.rollout().state()).isEqualTo(State.ROLLED_BACK);
      assertThat(back.rollout().why())
          .matches(
              "rolled back at wave 1 of 3: shadow disagreement \\d+\\.\\d % \\(at least \\d+\\.\\d"
                  + " % at 95 % confidence\\) exceeds 3 % on 240 compared requests of 1 device; 1"
                  + " of 1 device back");
      assertThat(devices).allMatch(device -> device.active == 2 && device.installs == 0);
      assertThat(back.totals().all().joined()).isEqualTo(1);
      assertThat(back.rollout().needs()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void brokenRelease_isHeldUntilAPersonDecides(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      List<TestDevice> devices = devices(fleet, 4, Map.of(3L, TestDevice.Behaviour.BROKEN));
      rounds(fleet, devices, 1);
      long id = fleet.create(PLAN).rollout().id();
      fleet.decide();
      rounds(fleet, devices, 5);

      RolloutDetail held = fleet.rollouts.show(id);
      assertThat(held.rollout().state()).isEqualTo(State.HELD);
      assertThat(held.rollout().why())
          .isEqualTo(
              "held at wave 1 of 3: validation failures 100.0 % exceeds 0 % on 1 device that"
                  + " settled");
      assertThat(held.rollout().needs()).isEqualTo("resume or roll back");
      assertThat(held.totals().all().joined()).isEqualTo(1);

      fleet.rollouts.resume(id, "ada");
      fleet.decide();
      rounds(fleet, devices, 12);

      RolloutDetail again = fleet.rollouts.show(id);
      assertThat(again.rollout().state()).isEqualTo(State.HELD);
      assertThat(again.rollout().wave()).as("the next device fails, too").isPositive();
      fleet.rollouts.rollBack(id, "ada");
      fleet.decide();
      rounds(fleet, devices, 3);
      assertThat(fleet.rollouts.show(id).rollout().state()).isEqualTo(State.ROLLED_BACK);
      assertThat(fleet.audit)
          .anyMatch(entry -> entry.startsWith("ada rollout.create rollout " + id))
          .anyMatch(entry -> entry.startsWith("ada rollout.resume rollout " + id))
          .anyMatch(entry -> entry.contains("\"held\"") && entry.contains("rollout.rollback"));
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void rollBack_afterDevicesRunIt_takesTheFallbackOrTheSameFilesOrSaysWhatIsMissing(
      TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      List<TestDevice> devices = devices(fleet, 3, Map.of());
      devices.get(2).active = 1;
      rounds(fleet, devices, 1);
      long id = fleet.create(PLAN).rollout().id();
      fleet.decide();
      rounds(fleet, devices, 30);
      assertThat(devices).allMatch(device -> device.active == 3);
      devices.get(1).fallback = 0; // it ran 2, and 6 has the files of 2
      devices.get(2).fallback = 0; // it ran 1, and nothing newer has its files
      rounds(fleet, devices, 1);

      fleet.rollouts.rollBack(id, "ada");
      fleet.versions.refresh();
      rounds(fleet, devices, 4);

      assertThat(devices.stream().map(device -> device.active)).containsExactly(2L, 6L, 3L);
      RolloutDetail back = fleet.rollouts.show(id);
      assertThat(back.rollout().state()).isEqualTo(State.ROLLED_BACK);
      assertThat(back.rollout().why()).isEqualTo("rolled back by ada; 2 of 3 devices back");
      assertThat(back.rollout().needs())
          .contains("1 device cannot go back", "'skerry release rollback' publishes one");
      assertThat(fleet.poll("device-02").why())
          .contains("the fallback slot does not hold release 1");
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void approvalPauseAndCancel_stopDevicesFromJoining(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      List<TestDevice> devices = devices(fleet, 6, Map.of());
      rounds(fleet, devices, 1);
      long id =
          fleet
              .create(
                  """
                  {'model': 'bearing-faults', 'counter': 3,
                   'waves': [{'size': 1, 'soak': '0 s'},
                             {'size': 3, 'soak': '0 s', 'approval': true},
                             {'size': '100 %', 'soak': '0 s'}]}
                  """)
              .rollout()
              .id();
      fleet.decide();
      rounds(fleet, devices, 10);

      assertThat(fleet.rollouts.show(id).rollout().needs()).isEqualTo("approve wave 2 of 3");
      assertThat(fleet.rollouts.show(id).totals().all().joined()).isEqualTo(1);
      assertThatThrownBy(() -> fleet.rollouts.approve(id, 1, "ada"))
          .hasMessageContaining("needs no approval");

      fleet.rollouts.approve(id, 0, "ada");
      fleet.decide();
      fleet.rollouts.pause(id, "bob");
      fleet.versions.refresh();
      rounds(fleet, devices, 3);
      assertThat(fleet.rollouts.show(id).totals().all().joined()).isEqualTo(1);
      assertThat(fleet.rollouts.show(id).rollout().why()).isEqualTo("paused by bob");

      fleet.rollouts.resume(id, "bob");
      fleet.decide();
      rounds(fleet, devices, 1);
      assertThat(fleet.rollouts.show(id).totals().all().joined()).isEqualTo(3);

      fleet.rollouts.cancel(id, "bob");
      fleet.versions.refresh();
      rounds(fleet, devices, 5);
      assertThat(fleet.poll("device-00").rollout()).isZero();
      assertThat(fleet.rollouts.show(id).totals().all().joined()).isEqualTo(3);
      assertThatThrownBy(() -> fleet.rollouts.resume(id, "bob"))
          .hasMessage("rollout %d is cancelled: it cannot be resumed now".formatted(id));
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void rate_letsSoManyJoinInAMinute(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      List<TestDevice> devices = devices(fleet, 40, Map.of());
      long id =
          fleet
              .create(
                  """
                  {'model': 'bearing-faults', 'counter': 3, 'rate-per-minute': 12,
                   'waves': [{'size': '100 %', 'soak': '0 s'}]}
                  """)
              .rollout()
              .id();
      fleet.decide();

      for (int second = 0; second < 60; second++) {
        devices.forEach(device -> fleet.poll(device.id));
        fleet.clock.pass(Duration.ofSeconds(1));
      }

      assertThat(fleet.rollouts.show(id).totals().all().joined()).isBetween(11L, 13L);
      fleet.decide();
      assertThat(fleet.rollouts.show(id).rollout().state()).isEqualTo(State.RUNNING);
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void window_closed_nobodyJoinsAndItSaysWhenItOpens(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      List<TestDevice> devices = devices(fleet, 3, Map.of());
      long id =
          fleet
              .create(
                  """
                  {'model': 'bearing-faults', 'counter': 3,
                   'windows': ['mon-fri 22:00-05:00 Europe/Berlin'],
                   'waves': [{'size': '100 %', 'soak': '0 s'}]}
                  """)
              .rollout()
              .id();
      fleet.decide();
      rounds(fleet, devices, 2);

      assertThat(fleet.rollouts.show(id).rollout().why())
          .isEqualTo(
              "waiting at wave 1 of 1 for a window: the next one opens at 2026-03-02T22:00"
                  + " Europe/Berlin");
      assertThat(fleet.rollouts.show(id).totals().all().joined()).isZero();

      fleet.clock.pass(Duration.ofHours(12));
      fleet.decide();
      rounds(fleet, devices, 1);
      assertThat(fleet.rollouts.show(id).totals().all().joined()).isEqualTo(3);
    }
  }
}
