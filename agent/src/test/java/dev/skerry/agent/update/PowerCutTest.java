package dev.skerry.agent.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.sim.Behaviour;
import dev.skerry.agent.sim.PowerCut;
import dev.skerry.agent.sim.SimulatedDisk.Loss;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Power is cut at every operation that changes the disk, one run for each; afterwards a verified
 * release serves, the engine was never asked to load anything else (it checks), and the device
 * comes to the end that it would have come to.
 */
class PowerCutTest {
  private static final Behaviour OTHER = Behaviour.GOOD.micros(120);

  /** A device before what is to be interrupted. */
  private interface Setting {
    SimulatedDevice make();
  }

  private static SimulatedDevice fresh() {
    SimulatedDevice device = new SimulatedDevice();
    device.publish(1, Behaviour.GOOD);
    return device;
  }

  /** Release 1 serves, release 2 is published. */
  private static SimulatedDevice withOne(Behaviour next) {
    SimulatedDevice device = fresh();
    device.boot();
    device.rest();
    assertThat(device.serves()).isEqualTo(1);
    device.publish(2, next);
    device.disk = device.disk.copy();
    return device;
  }

  /** Release 2 serves, 1 is the fallback. */
  private static SimulatedDevice withTwo() {
    SimulatedDevice device = withOne(OTHER);
    device.boot();
    device.rest();
    assertThat(device.serves()).isEqualTo(2);
    device.disk = device.disk.copy();
    return device;
  }

  /**
   * Interrupts {@code work} at each operation in turn.
   *
   * @param check what must hold after the restart, and again at rest
   */
  private static int interrupt(
      Setting setting,
      Loss loss,
      Consumer<SimulatedDevice> work,
      Consumer<SimulatedDevice> afterRestart,
      Consumer<SimulatedDevice> atRest) {
    int cut = 0;
    boolean interrupted = true;
    while (interrupted) {
      cut++;
      SimulatedDevice device = setting.make();
      device.disk.cutAt(cut);
      try {
        work.accept(device);
        interrupted = false;
      } catch (PowerCut e) {
        assertThat(e).hasMessageStartingWith("power was cut");
      }
      device.disk.restart(loss, cut);
      try {
        device.boot();
        afterRestart.accept(device);
        device.rest();
        atRest.accept(device);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("after a cut at operation %d, %s".formatted(cut, loss), e);
      }
    }
    return cut;
  }

  private static void live(SimulatedDevice device) {
    device.boot();
    device.rest();
  }

  @ParameterizedTest
  @EnumSource
  void firstInstall_endsWithTheReleaseServing(Loss loss) {
    int cuts =
        interrupt(
            PowerCutTest::fresh,
            loss,
            PowerCutTest::live,
            device -> assertThat(device.serves()).isEqualTo(device.in("active")),
            device -> {
              assertThat(device.serves()).isEqualTo(1);
              assertThat(device.refused()).isEmpty();
              assertThat(device.engine.open()).isEqualTo(1);
            });

    assertThat(cuts).isGreaterThan(60);
  }

  @ParameterizedTest
  @EnumSource
  void update_alwaysHasAReleaseServing(Loss loss) {
    int cuts =
        interrupt(
            () -> withOne(OTHER),
            loss,
            PowerCutTest::live,
            device -> assertThat(device.serves()).isIn(1L, 2L),
            device -> {
              assertThat(device.serves()).isEqualTo(2);
              assertThat(device.in("fallback")).isEqualTo(1);
              assertThat(device.refused()).isEmpty();
              assertThat(device.engine.open()).isEqualTo(1);
            });

    assertThat(cuts).isGreaterThan(60);
  }

  @ParameterizedTest
  @EnumSource
  void updateThatIsRefused_leavesTheOldOneServing(Loss loss) {
    interrupt(
        () -> withOne(Behaviour.GOOD.shift(3)),
        loss,
        PowerCutTest::live,
        device -> assertThat(device.serves()).isEqualTo(1),
        device -> {
          assertThat(device.serves()).isEqualTo(1);
          assertThat(device.refused()).containsExactly(2L);
          assertThat(device.in("candidate")).isZero();
        });
  }

  @ParameterizedTest
  @EnumSource
  void returnFromProbation_endsWithTheOldOneServing(Loss loss) {
    interrupt(
        () -> withOne(Behaviour.GOOD.fails(0.04)),
        loss,
        PowerCutTest::live,
        device -> assertThat(device.serves()).isIn(1L, 2L),
        device -> {
          assertThat(device.serves()).isEqualTo(1);
          assertThat(device.refused()).containsExactly(2L);
        });
  }

  @ParameterizedTest
  @EnumSource
  void rollback_isDoneOrNotBegun(Loss loss) {
    interrupt(
        PowerCutTest::withTwo,
        loss,
        device -> {
          device.boot();
          device.updater.rollback();
          device.rest();
        },
        device -> assertThat(device.serves()).isIn(1L, 2L),
        device -> {
          boolean begun = device.refused().contains(2L);
          assertThat(device.serves()).isEqualTo(begun ? 1 : 2);
        });
  }

  @ParameterizedTest
  @EnumSource
  void releaseThatIsRecalled_doesNotServeInTheEnd_andIsNotRefused(Loss loss) {
    interrupt(
        PowerCutTest::withTwo,
        loss,
        device -> {
          device.boot();
          device.goal = new Goal.Exactly(1, "test");
          device.rest();
        },
        device -> assertThat(device.serves()).isIn(1L, 2L),
        device -> {
          boolean begun = device.goal instanceof Goal.Exactly;
          assertThat(device.serves()).isEqualTo(begun ? 1 : 2);
          assertThat(device.refused()).isEmpty();
          assertThat(device.engine.open()).isEqualTo(1);
        });
  }

  @ParameterizedTest
  @EnumSource
  void candidateThatIsWithdrawn_leavesNothingBehind(Loss loss) {
    interrupt(
        () -> withOne(OTHER),
        loss,
        device -> {
          device.boot();
          device.until(State.SHADOW);
          device.goal = new Goal.Exactly(1, "test");
          device.rest();
        },
        device -> assertThat(device.serves()).isIn(1L, 2L),
        device -> {
          boolean begun = device.goal instanceof Goal.Exactly;
          assertThat(device.serves()).isEqualTo(begun ? 1 : 2);
          assertThat(device.in("candidate")).isZero();
          assertThat(device.refused()).isEmpty();
          assertThat(device.engine.open()).isEqualTo(1);
        });
  }

  @ParameterizedTest
  @EnumSource
  void secondCutDuringRecovery_isSurvivedAsWell(Loss loss) {
    for (int first = 1; first < 140; first += 7) {
      int cut = first;
      interrupt(
          () -> {
            SimulatedDevice device = withOne(OTHER);
            device.disk.cutAt(cut);
            try {
              live(device);
            } catch (PowerCut e) {
              device.disk.restart(loss, cut);
            }
            return device;
          },
          loss,
          PowerCutTest::live,
          device -> assertThat(device.serves()).isIn(1L, 2L),
          device -> assertThat(device.serves()).isEqualTo(2));
    }
  }

  @Test
  void failingOperation_isSurvivedWithoutARestart() {
    for (int at = 1; at < 160; at++) {
      SimulatedDevice device = withOne(OTHER);
      device.boot();
      device.disk.failAt(at, 1);
      device.rest();
      assertThat(device.serves()).as("failure at operation %d", at).isEqualTo(2);
    }
  }
}
