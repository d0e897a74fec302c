package dev.skerry.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.fleet.device.DeviceView;
import dev.skerry.fleet.store.TestDatabases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What went wrong in another fleet server with rollouts, by the number of its report. */
class HawkbitPainsTest {
  private static final String ALL_AT_ONCE =
      """
      {'model': 'bearing-faults', 'counter': 3, 'waves': [{'size': '100 %', 'soak': '0 s'}]}
      """;

  @TempDir private Path folder;

  private TestFleet fleet(TestDatabases.Kind kind) {
    return new TestFleet(TestDatabases.place(kind, folder), new TestFleet.Clock());
  }

  private static RandomGenerator random() {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(1);
  }

  private static DeviceView with(DeviceView device, long version, String labels) {
    return new DeviceView(
        device.id(), version, labels, Documents.text(device.facts().toJson()), "no JSON", "");
  }

  /**
   * A selector is evaluated when a device changes, not by looking at all devices again and again.
   */
  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void pain983_selectorsOverAllDevices_areEvaluatedOncePerChange(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      fleet.enrol("a", Map.of("site", "berlin"));
      fleet.create(ALL_AT_ONCE.replace("'waves'", "'selector': 'site = munich', 'waves'"));
      fleet.decide();
      DeviceView device = fleet.view("a");
      assertThat(fleet.assigner.desired(device)).isEmpty();

      // Labels that cannot be read show that nobody reads them while the version stays.
      DeviceView unreadable = with(device, device.version(), "no JSON");
      assertThat(fleet.assigner.desired(unreadable)).isEmpty();

      fleet.label("a", Map.of("site", "munich"));
      assertThat(fleet.poll("a").counter()).isEqualTo(3);
    }
  }

  /** What a device runs, and whether it has the model at all, is known from its first report on. */
  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void deviceThatNeverReported_doesNotJoin(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      fleet.enrol("a", Map.of());
      fleet.database.change(handle -> handle.execute("update devices set models = ''"));
      fleet.create(ALL_AT_ONCE);
      fleet.decide();
      assertThat(fleet.poll("a").rollout()).isZero();

      fleet.report("a", TestFleet.status(2, 0, 0, "idle", Map.of()));
      assertThat(fleet.poll("a").counter()).isEqualTo(3);
      assertThat(fleet.view("a").assignment()).endsWith("/0/assigned/2");
    }
  }

  /** A new device names no model; the first release that it is told of is its first. */
  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void deviceThatReportedNoModelAtAll_joins(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      fleet.enrol("a", Map.of());
      fleet.database.change(handle -> handle.execute("update devices set models = '[]'"));
      fleet.create(ALL_AT_ONCE);
      fleet.decide();
      assertThat(fleet.poll("a").counter()).isEqualTo(3);
      assertThat(fleet.view("a").assignment()).endsWith("/0/assigned/0");
    }
  }

  /** A device that has the release already settles at once, and goes back to its fallback slot. */
  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void deviceThatHasTheReleaseAlready_settlesAtOnceAndCanGoBack(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      fleet.enrol("a", Map.of());
      fleet.report("a", TestFleet.status(3, 0, 2, "idle", Map.of()));
      long id = fleet.create(ALL_AT_ONCE).rollout().id();
      fleet.decide();
      fleet.poll("a");
      assertThat(fleet.rollouts.show(id).totals().all().active()).isEqualTo(1);

      fleet.rollouts.rollBack(id, "ada");
      fleet.versions.refresh();
      assertThat(fleet.poll("a").counter()).isEqualTo(2);
    }
  }

  /** Progress is kept, not counted over the devices' rows. */
  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void pain3045_countingRowsForProgress_isNotDone(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      long id = fleet.create(ALL_AT_ONCE).rollout().id();
      fleet.decide();
      for (int i = 0; i < 50; i++) {
        fleet.enrol("d" + i, Map.of());
        assertThat(fleet.poll("d" + i).counter()).isEqualTo(3);
      }

      fleet.database.change(handle -> handle.execute("delete from rollout_members"));

      assertThat(fleet.rollouts.show(id).totals().all().joined()).isEqualTo(50);
      Integer rows =
          fleet.database.read(handle ->
              handle.createQuery("select count(*) from rollout_counts").mapTo(Integer.class).one());
      assertThat(rows).isLessThanOrEqualTo(Counts.SHARDS);
    }
  }

  /** A rollout is one row, whatever the number of devices: nothing to deadlock with. */
  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void pain144_creatingALargeRollout_isOneRow(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      fleet.enrol("seed", Map.of("site", "berlin"));
      fleet.database.change(handle ->
          handle.execute(
              "insert into devices select 'd' || n, enrolled_at, revoked_at, 'd' || n, 'd' || n,"
                  + " previous_key_hash, claim, own_labels, set_labels, labels, facts, target,"
                  + " agent, version, models, event_sequence, reported_at, assignment"
                  + " from devices, (with recursive numbers(n) as (select 1 union all"
                  + " select n + 1 from numbers where n < 300000) select n from numbers) as m"));

      long begun = System.nanoTime();
      fleet.create(ALL_AT_ONCE.replace("'waves'", "'selector': 'site = berlin', 'waves'"));
      long made = System.nanoTime() - begun;
      System.out.printf(
          "%s: a rollout over 300,001 devices is made in %d ms%n",
          kind, TimeUnit.NANOSECONDS.toMillis(made));

      assertThat(Duration.ofNanos(made)).isLessThan(Duration.ofSeconds(2));
      Integer members =
          fleet.database.read(handle ->
              handle
                  .createQuery("select count(*) from rollout_members")
                  .mapTo(Integer.class)
                  .one());
      assertThat(members).isZero();
    }
  }

  /** A poll that changes nothing reads and writes nothing here: the database may even be away. */
  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void pain613And2965_aPollThatChangesNothing_writesNothing(TestDatabases.Kind kind) {
    DeviceView inside;
    DeviceView outside;
    try (TestFleet fleet = fleet(kind)) {
      fleet.enrol("in", Map.of("site", "berlin"));
      fleet.enrol("out", Map.of("site", "munich"));
      fleet.create(ALL_AT_ONCE.replace("'waves'", "'selector': 'site = berlin', 'waves'"));
      fleet.decide();
      fleet.poll("in");
      fleet.poll("out");
      inside = fleet.view("in");
      outside = fleet.view("out");
      fleet.database.close();

      assertThat(fleet.assigner.desired(inside).getFirst().counter()).isEqualTo(3);
      assertThat(fleet.assigner.desired(outside)).isEmpty();
    }
  }

  /** A device has been in any number of rollouts and joins the next one. */
  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void pain704And2728_aLongHistory_doesNotStopTheNextRollout(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      fleet.enrol("a", Map.of());
      for (int i = 0; i < 40; i++) {
        long id = fleet.create(ALL_AT_ONCE).rollout().id();
        fleet.decide();
        assertThat(fleet.poll("a").rollout()).isEqualTo(id);
        fleet.rollouts.cancel(id, "ada");
        fleet.versions.refresh();
      }

      assertThat(fleet.view("a").assignment().split(" ", -1)).hasSizeLessThanOrEqualTo(16);
      assertThat(fleet.rollouts.list()).hasSize(40);
    }
  }

  /** Devices that come later join, in the waves and through the gates like everybody else. */
  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void pain1548_devicesThatComeLater_join(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      TestDevice first = new TestDevice("a", 2, random(), new HashMap<>());
      fleet.enrol("a", Map.of());
      long id = fleet.create(ALL_AT_ONCE).rollout().id();
      fleet.decide();
      for (int i = 0; i < 6; i++) {
        first.step(fleet);
        fleet.decide();
        fleet.clock.pass(TestFleet.POLL);
      }
      assertThat(fleet.rollouts.show(id).rollout().state()).isEqualTo(State.DONE);

      fleet.enrol("b", Map.of());
      assertThat(fleet.poll("b").counter()).isEqualTo(3);
      assertThat(fleet.rollouts.show(id).totals().all().joined()).isEqualTo(2);
    }
  }

  /** Devices that are off do not hold up those that report. */
  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void pain1208_silentDevices_areLeftOutAfterATime(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      List<TestDevice> devices = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        fleet.enrol("d" + i, Map.of());
        devices.add(new TestDevice("d" + i, 2, random(), new HashMap<>()));
      }
      long id =
          fleet
              .create(
                  """
                  {'model': 'bearing-faults', 'counter': 3,
                   'waves': [{'size': 4, 'soak': '0 s', 'timeout': '10 m', 'min-reports': 2},
                             {'size': '100 %', 'soak': '0 s', 'timeout': '10 m'}]}
                  """)
              .rollout()
              .id();
      fleet.decide();
      devices.subList(0, 4).forEach(device -> device.step(fleet)); // two of them go silent now
      for (int i = 0; i < 5; i++) {
        devices.subList(0, 2).forEach(device -> device.step(fleet));
        fleet.decide();
        fleet.clock.pass(TestFleet.POLL);
      }
      assertThat(fleet.rollouts.show(id).rollout().why())
          .isEqualTo("at wave 1 of 2: 2 devices on the way, 2 of 4 settled");

      fleet.clock.pass(Duration.ofMinutes(10));
      fleet.decide();

      assertThat(fleet.rollouts.show(id).rollout().wave()).isEqualTo(1);
    }
  }

  /** There is no state in which a rollout waits for a process that may not run. */
  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void pain1770_aNewRollout_isReadyAtOnce(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      long id = fleet.create(ALL_AT_ONCE).rollout().id();
      assertThat(fleet.rollouts.show(id).rollout().why()).isEqualTo("waiting to begin");

      fleet.decider.look();

      assertThat(fleet.rollouts.show(id).rollout().state()).isEqualTo(State.RUNNING);
    }
  }

  /** A device that went back by itself is seen as it is, and told again. */
  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void pain446_aDeviceThatWentBackByItself_isToldAgain(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      TestDevice device = new TestDevice("a", 2, random(), new HashMap<>());
      fleet.enrol("a", Map.of());
      long id = fleet.create(ALL_AT_ONCE).rollout().id();
      fleet.decide();
      for (int i = 0; i < 4; i++) {
        device.step(fleet);
      }
      assertThat(fleet.rollouts.show(id).totals().all().active()).isEqualTo(1);

      device.active = 2; // an operator on the spot, a restored image
      device.fallback = 0;
      fleet.report("a", TestFleet.status(2, 0, 0, "idle", Map.of()));

      assertThat(fleet.rollouts.show(id).totals().all().active()).isZero();
      assertThat(fleet.poll("a").counter()).isEqualTo(3);
      for (int i = 0; i < 4; i++) {
        device.step(fleet);
      }
      assertThat(device.active).isEqualTo(3);
      assertThat(fleet.rollouts.show(id).totals().all().settled()).isEqualTo(1);
    }
  }

  /** Which of several rollouts has a device is a rule: priority, then the newer one. */
  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void pain863_overlappingRollouts_haveAnOrder(TestDatabases.Kind kind) {
    try (TestFleet fleet = fleet(kind)) {
      fleet.enrol("a", Map.of());
      long low = fleet.create(ALL_AT_ONCE).rollout().id();
      long high =
          fleet
              .create(ALL_AT_ONCE.replace("'counter': 3", "'counter': 4, 'priority': 10"))
              .rollout()
              .id();
      long newer = fleet.create(ALL_AT_ONCE.replace("'counter': 3", "'counter': 5")).rollout().id();
      fleet.decide();

      assertThat(fleet.poll("a").rollout()).isEqualTo(high);
      fleet.rollouts.pause(high, "ada");
      fleet.versions.refresh();
      assertThat(fleet.poll("a").rollout()).as("it is in already").isEqualTo(high);
      fleet.rollouts.cancel(high, "ada");
      fleet.versions.refresh();
      assertThat(fleet.poll("a").rollout()).isEqualTo(newer);
      fleet.rollouts.cancel(newer, "ada");
      fleet.versions.refresh();
      assertThat(fleet.poll("a").rollout()).isEqualTo(low);
    }
  }
}
