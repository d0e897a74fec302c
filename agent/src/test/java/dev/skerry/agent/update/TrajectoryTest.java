package dev.skerry.agent.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.agent.sim.Behaviour;
import dev.skerry.agent.sim.SimulatedDisk.Loss;
import dev.skerry.agent.sim.SimulatedRepository.Fault;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.graph.SkerryException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Lives of a device as a table: where it is, what happens to it, where that ends.
 *
 * <p>A case begins in a setting, meets with events and faults from left to right, and is then left
 * alone until nothing is on its way any more. The columns say which release serves then, which are
 * refused, and an event that the journal must have.
 */
class TrajectoryTest {
  /** Devices that a case can begin with; in the later ones release 1 serves and 2 is on its way. */
  private static final Map<String, Consumer<SimulatedDevice>> SETTINGS = new LinkedHashMap<>();

  /** What can happen to them. */
  private static final Map<String, Consumer<SimulatedDevice>> HAPPENINGS = new LinkedHashMap<>();

  private static final Behaviour GOOD = Behaviour.GOOD;
  private static final Behaviour NEXT = GOOD.micros(110);

  // spotless:off
  private static final String TABLE =
      """
      setting      | happens                        | serves | refused | event
      # first install
      empty        | nothing                        | 0      |         | nothing-there
      empty        | publish-1                      | 1      |         | passed-alone
      empty        | publish-1-wrong                | 0      | 1       | failed
      empty        | publish-1-unloadable           | 0      | 1       | failed
      empty        | publish-1-foreign              | 0      | 1       | unfit
      empty        | publish-1-failing              | 1      |         | kept
      empty        | publish-1-slow                 | 0      | 1       | failed
      empty        | publish-1-large                | 0      | 1       | failed
      empty        | publish-1-broken-manifest      | 0      | 1       | unfit
      empty        | publish-1-wrong publish-2      | 2      | 1       | passed-alone
      empty        | publish-1 restart              | 1      |         | held
      empty        | roll-back-is-refused           | 0      |         | nothing-there
      # everything as it should be
      one          | nothing                        | 1      |         | held
      one          | publish-2                      | 2      |         | held
      one          | publish-2 publish-3            | 3      |         | held
      one          | publish-2-again                | 2      |         | held
      one          | publish-2-ladder-too-slow      | 2      |         | stepped-down
      one          | publish-2-ladder-too-large     | 2      |         | stepped-down
      one          | restart                        | 1      |         | restarted
      one          | restarts                       | 1      |         | restarted
      one          | roll-back-is-refused           | 1      |         | held
      one          | publish-1                      | 1      |         | held
      # releases that must not serve
      one          | publish-2-wrong                | 1      | 2       | failed
      one          | publish-2-slightly-wrong       | 1      | 2       | failed
      one          | publish-2-not-a-number         | 1      | 2       | failed
      one          | publish-2-unloadable           | 1      | 2       | failed
      one          | publish-2-slow                 | 1      | 2       | failed
      one          | publish-2-large                | 1      | 2       | failed
      one          | publish-2-foreign              | 1      | 2       | unfit
      one          | publish-2-broken-manifest      | 1      | 2       | unfit
      one          | publish-2-drifting             | 1      | 2       | disagreed
      one          | publish-2-slow-when-live       | 1      | 2       | disagreed
      one          | publish-2-failing-all          | 1      | 2       | disagreed
      one          | publish-2-failing              | 1      | 2       | disappointed
      one          | publish-2-drifting-a-little    | 2      |         | held
      one          | publish-2-wrong restart        | 1      | 2       | failed
      one          | publish-2-wrong publish-3      | 3      | 2       | held
      one          | publish-2-wrong publish-3-wrong| 1      | 2 3     | failed
      one          | publish-2-wrong again-as-3     | 1      | 2 3     | failed
      one          | publish-2-drifting publish-3   | 3      | 2       | held
      one          | publish-2-failing publish-3    | 3      | 2       | held
      one          | publish-2-failing roll-back-is-refused | 1 | 2     | disappointed
      # network
      one          | publish-2 unreachable          | 2      |         | unreachable
      one          | publish-2 unreachable-for-long | 1      |         | unreachable
      one          | publish-2 blobs-unreachable    | 2      |         | fetch-failed
      one          | publish-2 cut                  | 2      |         | fetch-failed
      one          | publish-2 cut-often            | 2      |         | fetch-failed
      one          | publish-2 ends-early           | 2      |         | fetch-failed
      one          | publish-2 stall                | 2      |         | fetch-failed
      one          | publish-2 corrupt              | 2      |         | fetch-failed
      one          | publish-2 corrupt-for-ever     | 1      |         | fetch-failed
      one          | publish-2 repeat               | 2      |         | held
      one          | publish-2 cut repeat           | 2      |         | fetch-failed
      one          | publish-2 endless              | 2      |         | held
      one          | publish-2 corrupt-for-ever publish-3-when-well | 3 |  | held
      empty        | publish-1 cut                  | 1      |         | fetch-failed
      empty        | publish-1 corrupt              | 1      |         | fetch-failed
      empty        | publish-1 unreachable          | 1      |         | unreachable
      # metadata
      one          | publish-2 metadata-refused     | 2      |         | untrusted
      one          | publish-2 metadata-refused-for-ever | 1 |         | untrusted
      one          | publish-2 metadata-malformed   | 2      |         | untrusted
      one          | publish-2 manifest-replaced    | 2      |         | untrusted
      one          | publish-2 manifest-replaced-for-ever | 1 |        | untrusted
      one          | publish-2-under-another-name   | 1      | 2       | unfit
      # clock
      one          | clock-forward publish-2        | 2      |         | held
      one          | clock-back publish-2           | 2      |         | held
      downloading  | clock-back                     | 2      |         | held
      shadow       | clock-forward                  | 2      |         | held
      shadow       | clock-back                     | 2      |         | held
      probation    | clock-forward                  | 2      |         | held
      probation    | clock-back                     | 2      |         | held
      # disk
      one          | publish-2 full                 | 1      |         | no-room
      one          | publish-2 full room-again      | 2      |         | held
      one          | publish-2 limit-reached        | 1      |         | no-room
      empty        | publish-1 full                 | 0      |         | no-room
      one          | publish-2 disk-fails-once      | 2      |         | held
      two          | disk-fails-once                | 2      |         | held
      downloading  | disk-fails-once                | 2      |         | held
      verifying    | disk-fails-once                | 2      |         | held
      validating   | disk-fails-once                | 2      |         | held
      shadow       | disk-fails-once                | 2      |         | held
      probation    | disk-fails-once                | 2      |         | held
      probation    | fails-from-now-on disk-fails-once | 1   | 2       | disappointed
      probation    | fails-from-now-on disk-fails-long | 1   | 2       | disappointed
      two          | damage-active restart          | 2      |         | lost
      two          | damage-fallback restart        | 2      |         | held
      two          | damage-both restart rest       | 2      |         | lost
      two          | damage-manifest restart rest   | 2      |         | lost
      two          | damage-state restart           | 2      |         | held
      two          | damage-journal restart         | 2      |         | restarted
      two          | roll-back-is-refused-if-damaged| 2      |         | held
      one          | damage-active restart rest     | 1      |         | lost
      one          | damage-both-states restart rest| 1      |         | restarted
      downloading  | damage-active restart          | 2      |         | lost
      verifying    | damage-active restart          | 2      |         | lost
      verifying    | damage-blob                    | 2      |         | damaged
      validating   | damage-candidate               | 2      |         | damaged
      validating   | damage-active restart          | 2      |         | lost
      validating   | damage-golden                  | 2      |         | damaged
      validating   | damage-candidate-manifest      | 2      |         | damaged
      shadow       | damage-active restart          | 2      |         | lost
      shadow       | damage-candidate restart       | 2      |         | damaged
      probation    | damage-active restart          | 2      |         | lost
      probation    | damage-fallback restart        | 2      |         | fallback-lost
      # restarts in each state
      downloading  | restart                        | 2      |         | restarted
      verifying    | restart                        | 2      |         | restarted
      validating   | restart                        | 2      |         | restarted
      shadow       | restart                        | 2      |         | restarted
      probation    | restart                        | 2      |         | restarted
      committed    | restart                        | 2      |         | restarted
      returning    | restart                        | 1      | 2       | restarted
      refused      | restart                        | 1      | 2       | restarted
      two          | restart                        | 2      |         | restarted
      # restarts without end
      downloading  | restarts                       | 1      | 2       | worn-out
      verifying    | restarts                       | 1      | 2       | worn-out
      validating   | restarts                       | 1      | 2       | worn-out
      shadow       | restarts                       | 1      | 2       | worn-out
      probation    | restarts                       | 1      | 2       | worn-out
      committed    | restarts                       | 2      |         | held
      returning    | restarts                       | 1      | 2       | disappointed
      refused      | restarts                       | 1      | 2       | failed
      first-probation | restarts                    | 0      | 1       | worn-out
      shadow       | restarts publish-3             | 3      | 2       | held
      # orders
      two          | roll-back                      | 1      | 2       | ordered-back
      two          | roll-back restart              | 1      | 2       | ordered-back
      two          | roll-back publish-3            | 3      | 2       | held
      two          | roll-back roll-back-is-refused | 1      | 2       | ordered-back
      two          | publish-1-again-as-3           | 3      |         | held
      three        | roll-back                      | 2      | 3       | ordered-back
      three-downloading | roll-back                 | 1      | 2 3     | ordered-back
      three-verifying   | roll-back                 | 1      | 2 3     | ordered-back
      three-validating  | roll-back                 | 1      | 2 3     | ordered-back
      three-shadow      | roll-back                 | 1      | 2 3     | ordered-back
      probation    | roll-back                      | 1      | 2       | ordered-back
      committed    | roll-back                      | 1      | 2       | ordered-back
      shadow       | roll-back-is-refused           | 2      |         | held
      downloading  | check-now                      | 2      |         | held
      # a newer release on the way
      downloading  | publish-3 check-now            | 3      |         | held
      shadow       | publish-3 check-now            | 3      |         | held
      shadow       | publish-3-wrong check-now      | 1      | 3       | failed
      shadow       | publish-3-foreign check-now    | 2      | 3       | unfit
      probation    | publish-3                      | 3      |         | held
      # power and network conditions
      one          | publish-2 battery-low          | 1      |         | waits
      one          | publish-2 battery-low battery-full | 2  |         | held
      one          | publish-2 metered              | 1      |         | waits
      one          | publish-2 metered free-network | 2      |         | held
      validating   | battery-low                    | 1      |         | waits
      probation    | battery-low                    | 2      |         | held
      shadow       | metered                        | 2      |         | held
      # the security floor
      one          | publish-2-with-floor-2         | 2      |         | floor-raised
      one          | publish-2-with-floor-3         | 1      |         | below-floor
      one          | publish-2-failing-with-floor-2 | 2      |         | kept
      one          | publish-2-wrong-with-floor-2   | 1      | 2       | failed
      two          | raise-floor-2 roll-back-is-refused | 2  |         | floor-raised
      two          | raise-floor-3                  | 2      |         | floor-raised
      two          | raise-floor-3 restart          | 2      |         | floor-raised
      two          | raise-floor-3 publish-3-floor-3| 3      |         | held
      two          | raise-floor-2 damage-active restart | 2 |         | lost
      shadow       | publish-3-foreign-floor-3 check-now | 1 | 2 3     | banned
      # little traffic
      one          | idle publish-2                 | 2      |         | agreed
      one          | idle wait publish-2            | 1      |         | passed
      one          | idle refuse publish-2          | 1      | 2       | disagreed
      one          | idle wait publish-2 busy       | 2      |         | held
      one          | no-shadow publish-2            | 2      |         | passed-alone
      one          | no-shadow publish-2-drifting   | 2      |         | held
      one          | slow-download publish-2        | 2      |         | held
      """;
  // spotless:on

  static {
    setting("empty", device -> device.boot());
    setting(
        "one",
        device -> {
          device.publish(1, GOOD);
          device.boot();
          device.rest();
        });
    for (State state :
        List.of(
            State.DOWNLOADING,
            State.VERIFYING,
            State.VALIDATING,
            State.SHADOW,
            State.PROBATION,
            State.COMMITTED)) {
      setting(state.text(), device -> onItsWay(device, NEXT, state));
      setting(
          "three-" + state.text(),
          device -> {
            two(device);
            device.publish(3, GOOD.micros(95));
            device.updater.checkNow();
            device.until(state);
          });
    }
    setting("returning", device -> onItsWay(device, NEXT.fails(0.04), State.RETURNING));
    setting("refused", device -> onItsWay(device, NEXT.shift(2), State.REFUSED));
    setting("two", TrajectoryTest::two);
    setting(
        "three",
        device -> {
          two(device);
          device.publish(3, GOOD.micros(95));
          device.rest();
        });
    setting(
        "first-probation",
        device -> {
          device.publish(1, GOOD);
          device.boot();
          device.until(State.PROBATION);
        });

    happening("nothing", device -> device.rest());
    for (int i = 1; i <= 3; i++) {
      long counter = i;
      publishing(counter, "", NEXT.micros(110 - counter));
      publishing(counter, "-wrong", GOOD.shift(2));
      publishing(counter, "-slightly-wrong", GOOD.shift(1.01));
      publishing(counter, "-not-a-number", GOOD.shift(Double.NaN));
      publishing(counter, "-unloadable", GOOD.unloadable());
      publishing(counter, "-slow", GOOD.micros(5000));
      publishing(counter, "-large", GOOD.bytes(20_000));
      publishing(counter, "-drifting", GOOD.differs(0.2));
      publishing(counter, "-drifting-a-little", GOOD.differs(0.02));
      publishing(counter, "-slow-when-live", GOOD.slowdown(3));
      publishing(counter, "-failing", GOOD.fails(0.04));
      publishing(counter, "-failing-all", GOOD.fails(1));
      publishing(counter, "-ladder-too-slow", GOOD.micros(5000), GOOD);
      publishing(counter, "-ladder-too-large", GOOD.bytes(20_000), GOOD);
      happening(
          "publish-" + counter + "-foreign",
          device -> device.repository.publish(counter, 0, "sparc", GOOD));
      happening(
          "publish-" + counter + "-foreign-floor-3",
          device -> device.repository.publish(counter, 3, "sparc", GOOD));
      happening(
          "publish-" + counter + "-broken-manifest",
          device -> device.repository.publish(counter, 0, "[]".getBytes(StandardCharsets.UTF_8)));
    }
    happening(
        "publish-2-again",
        device -> {
          Receipt first = device.publish(1, GOOD);
          device.repository.again(2, first);
        });
    happening(
        "publish-1-again-as-3",
        device -> {
          long before = device.repository.servedBytes();
          device.repository.again(3, device.publish(1, GOOD));
          device.rest();
          assertThat(device.repository.servedBytes()).as("nothing is downloaded").isEqualTo(before);
        });
    happening(
        "again-as-3",
        device -> {
          device.rest();
          device.repository.again(3, device.publish(2, GOOD.shift(2)));
        });
    happening("publish-2-under-another-name", device -> device.repository.publishOther(2));
    happening(
        "publish-3-when-well",
        device -> {
          device.rest(Duration.ofHours(1));
          device.repository.fail(Fault.CORRUPT, 0);
          device.publish(3, GOOD);
        });
    for (int floor = 2; floor <= 3; floor++) {
      long raised = floor;
      happening(
          "publish-2-with-floor-" + floor, device -> device.repository.publish(2, raised, NEXT));
      happening(
          "publish-2-failing-with-floor-" + floor,
          device -> device.repository.publish(2, raised, GOOD.fails(0.04)));
      happening(
          "publish-2-wrong-with-floor-" + floor,
          device -> device.repository.publish(2, raised, GOOD.shift(2)));
      happening(
          "raise-floor-" + floor,
          device -> {
            device.repository.raiseFloor(raised);
            device.updater.checkNow();
            device.rest();
          });
      happening("publish-3-floor-" + floor, device -> device.repository.publish(3, raised, GOOD));
    }
    fault("unreachable", Fault.UNREACHABLE, 1);
    fault("unreachable-for-long", Fault.UNREACHABLE, 10_000);
    fault("cut", Fault.CUT, 1);
    fault("cut-often", Fault.CUT, 6);
    fault("ends-early", Fault.ENDS_EARLY, 2);
    fault("stall", Fault.STALL, 2);
    fault("corrupt", Fault.CORRUPT, 1);
    fault("corrupt-for-ever", Fault.CORRUPT, 10_000);
    fault("repeat", Fault.REPEAT, 2);
    fault("endless", Fault.ENDLESS, 2);
    fault("metadata-refused", Fault.METADATA_REFUSED, 1);
    fault("metadata-refused-for-ever", Fault.METADATA_REFUSED, 10_000);
    fault("metadata-malformed", Fault.METADATA_MALFORMED, 1);
    fault("manifest-replaced", Fault.MANIFEST_REPLACED, 1);
    fault("manifest-replaced-for-ever", Fault.MANIFEST_REPLACED, 10_000);
    happening(
        "blobs-unreachable",
        device -> {
          device.updater.checkNow();
          device.until(State.DOWNLOADING);
          device.repository.fail(Fault.UNREACHABLE, 3);
        });
    happening("clock-forward", device -> device.time.jump(Duration.ofDays(3650)));
    happening("clock-back", device -> device.time.jump(Duration.ofDays(-3650)));
    happening(
        "full",
        device -> {
          device.updater.checkNow();
          device.until(State.DOWNLOADING);
          device.disk.capacity(device.disk.used() + 500); // room for the journal alone
          device.rest(Duration.ofHours(1));
        });
    happening("room-again", device -> device.disk.capacity(Long.MAX_VALUE));
    happening(
        "limit-reached",
        device -> {
          device.limitDisk(500);
          device.boot();
        });
    happening("disk-fails-once", device -> device.disk.failAt(1, 1));
    happening(
        "disk-fails-long",
        device -> {
          device.disk.failAt(1, 40);
          device.rest(Duration.ofSeconds(2));
          assertThat(device.serves()).as("while the disk fails").isEqualTo(1);
        });
    happening("fails-from-now-on", device -> device.traffic.failFromNowOn());
    happening("damage-active", device -> device.disk.damage(device.file("active")));
    happening("damage-candidate", device -> device.disk.damage(device.file("candidate")));
    happening("damage-fallback", device -> device.disk.damage(device.file("fallback")));
    happening(
        "damage-both",
        device -> {
          device.disk.damage(device.file("active"));
          device.disk.damage(device.file("fallback"));
        });
    happening("damage-manifest", device -> device.disk.damage(device.manifest("active")));
    happening(
        "damage-candidate-manifest", device -> device.disk.damage(device.manifest("candidate")));
    happening("damage-golden", device -> device.blobFiles().forEach(device.disk::damage));
    happening("damage-blob", device -> device.blobFiles().forEach(device.disk::damage));
    happening("damage-state", device -> device.disk.damage(device.newestState()));
    happening(
        "damage-both-states",
        device -> {
          device.disk.damage(SimulatedDevice.state(0));
          device.disk.damage(SimulatedDevice.state(1));
        });
    happening("damage-journal", device -> device.disk.damage(Path.of("/data/events.log")));
    happening("restart", TrajectoryTest::restart);
    happening(
        "restarts",
        device -> {
          for (int i = 0; i < 7; i++) { // deletions that were not synced may come undone, once
            restart(device);
          }
        });
    happening("rest", device -> device.rest());
    happening(
        "roll-back",
        device -> {
          device.updater.rollback();
          assertThat(device.serves()).as("at once").isEqualTo(device.in("active"));
        });
    happening(
        "roll-back-is-refused",
        device -> {
          device.rest(Duration.ofMillis(1));
          assertThatThrownBy(() -> device.updater.rollback())
              .isInstanceOf(SkerryException.class)
              .hasMessageStartingWith("m cannot go back: ");
        });
    happening(
        "roll-back-is-refused-if-damaged",
        device -> {
          device.disk.damage(device.file("fallback"));
          assertThatThrownBy(() -> device.updater.rollback())
              .isInstanceOf(SkerryException.class)
              .hasMessageContaining("does not have its digest");
        });
    happening("check-now", device -> device.updater.checkNow());
    happening("battery-low", device -> device.battery = OptionalDouble.of(0.1));
    happening(
        "battery-full",
        device -> {
          device.rest(Duration.ofHours(1));
          device.battery = OptionalDouble.of(0.9);
        });
    happening("metered", device -> device.metered = true);
    happening(
        "free-network",
        device -> {
          device.rest(Duration.ofHours(1));
          device.metered = false;
        });
    happening("idle", device -> device.requestsPerSecond = 0);
    happening(
        "busy",
        device -> {
          device.rest(Duration.ofHours(2));
          device.requestsPerSecond = 100;
        });
    happening("wait", device -> device.whenIdle(Policy.WhenIdle.WAIT));
    happening("refuse", device -> device.whenIdle(Policy.WhenIdle.REFUSE));
    happening("no-shadow", SimulatedDevice::withoutShadow);
    happening("slow-download", SimulatedDevice::slowly);
  }

  private static void setting(String name, Consumer<SimulatedDevice> make) {
    SETTINGS.put(name, make);
  }

  private static void happening(String name, Consumer<SimulatedDevice> happens) {
    HAPPENINGS.put(name, happens);
  }

  private static void publishing(long counter, String kind, Behaviour... ladder) {
    happening(
        "publish-" + counter + kind,
        device -> {
          if (device.state() == State.IDLE && device.repository.hasReleases()) {
            device.rest(Duration.ofMinutes(30)); // what was published before gets its chance
          }
          device.publish(counter, ladder);
        });
  }

  private static void fault(String name, Fault fault, int times) {
    happening(name, device -> device.repository.fail(fault, times));
  }

  private static void onItsWay(SimulatedDevice device, Behaviour next, State state) {
    device.publish(1, GOOD);
    device.boot();
    device.rest();
    device.publish(2, next);
    device.updater.checkNow();
    device.until(state);
  }

  private static void two(SimulatedDevice device) {
    device.publish(1, GOOD);
    device.boot();
    device.rest();
    device.publish(2, NEXT);
    device.rest();
  }

  private static void restart(SimulatedDevice device) {
    device.disk.restart(Loss.LOST, 1);
    device.boot();
  }

  private record Case(
      String setting, List<String> happens, long serves, List<Long> refused, String event) {
    static Case of(String line) {
      List<String> cells = Arrays.stream(line.split("\\|")).map(String::strip).toList();
      return new Case(
          cells.get(0),
          List.of(cells.get(1).split(" +")),
          Long.parseLong(cells.get(2)),
          Arrays.stream(cells.get(3).split(" +"))
              .filter(number -> !number.isEmpty())
              .map(Long::valueOf)
              .toList(),
          cells.get(4));
    }

    String name() {
      return setting + ": " + String.join(", ", happens);
    }
  }

  private static List<Case> cases() {
    return TABLE
        .lines()
        .skip(1)
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .map(Case::of)
        .toList();
  }

  @Test
  void table_isLong() {
    assertThat(cases()).hasSizeGreaterThanOrEqualTo(120);
    assertThat(cases().stream().map(Case::name)).doesNotHaveDuplicates();
  }

  @TestFactory
  Stream<DynamicTest> trajectories_endAsTheTableSays() {
    return cases().stream().map(one -> DynamicTest.dynamicTest(one.name(), () -> live(one)));
  }

  private static void live(Case one) {
    SimulatedDevice device = new SimulatedDevice();
    Objects.requireNonNull(SETTINGS.get(one.setting())).accept(device);
    for (String happening : one.happens()) {
      Objects.requireNonNull(HAPPENINGS.get(happening), happening).accept(device);
    }
    device.rest(Duration.ofHours(20));

    assertThat(device.serves())
        .as("serves; %s; %s", device.updater.status(), device.events())
        .isEqualTo(one.serves());
    assertThat(device.in("active")).isEqualTo(one.serves());
    assertThat(device.refused()).as("refused; %s", device.events()).isEqualTo(one.refused());
    assertThat(device.events()).contains(one.event());
    assertThat(device.engine.open()).as("loaded models").isLessThanOrEqualTo(2);
  }
}
