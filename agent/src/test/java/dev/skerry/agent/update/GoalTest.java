package dev.skerry.agent.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.sim.Behaviour;
import dev.skerry.agent.sim.SimulatedRepository.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device that is told which release to run. */
class GoalTest {
  private static final Behaviour OTHER = Behaviour.GOOD.micros(110);

  private final SimulatedDevice device = new SimulatedDevice();

  private static Goal.Exactly exactly(long counter) {
    return new Goal.Exactly(counter, "test");
  }

  /** Release 1 serves; 2 and 3 are published. */
  private void withOne() {
    device.publish(1, Behaviour.GOOD);
    device.boot();
    device.rest();
    device.publish(2, OTHER);
    device.publish(3, Behaviour.GOOD.micros(120));
  }

  private void wants(Goal goal) {
    device.goal = goal;
    device.updater.checkNow();
  }

  @Test
  void justTheReleaseThatIsWanted_isInstalled() {
    device.goal = exactly(1);
    withOne();
    wants(exactly(2));
    device.rest();

    assertThat(device.serves()).isEqualTo(2);
    assertThat(device.in("fallback")).isEqualTo(1);
  }

  @Test
  void nothingIsInstalled_whileTheDeviceIsToKeepWhatItHas() {
    withOne();
    wants(new Goal.Keep("test"));
    device.rest();

    assertThat(device.serves()).isEqualTo(1);
    assertThat(device.updater.status().doing()).isEqualTo("keeps what it has: test");
  }

  @Test
  void fallbackThatIsWanted_servesAtOnce_withoutTheRepository_andNothingIsRefused() {
    withOne();
    wants(exactly(2));
    device.rest();
    long served = device.repository.servedBytes();
    device.repository.fail(Fault.UNREACHABLE, Integer.MAX_VALUE);

    wants(exactly(1));
    device.step();

    assertThat(device.serves()).isEqualTo(1);
    device.rest(Duration.ofHours(1));
    assertThat(device.serves()).isEqualTo(1);
    assertThat(device.refused()).isEmpty();
    assertThat(device.repository.servedBytes()).isEqualTo(served);
    assertThat(device.events()).contains("recalled");

    device.repository.fail(Fault.UNREACHABLE, 0);
    wants(exactly(2));
    device.rest();
    assertThat(device.serves()).as("wanted again").isEqualTo(2);
  }

  @Test
  void releaseOnProbation_isRecalled() {
    withOne();
    wants(exactly(2));
    device.until(State.PROBATION);
    assertThat(device.serves()).isEqualTo(2);

    wants(exactly(1));
    device.rest();

    assertThat(device.serves()).isEqualTo(1);
    assertThat(device.refused()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"DOWNLOADING", "VERIFYING", "VALIDATING", "SHADOW"})
  void candidateThatIsNotWantedAnyMore_isWithdrawn_andMayBeWantedAgain(State state) {
    withOne();
    List<Path> before = device.blobFiles();
    wants(exactly(3));
    device.until(state);

    wants(exactly(1));
    device.step();
    assertThat(device.state()).isEqualTo(State.IDLE);
    device.rest();
    assertThat(device.serves()).isEqualTo(1);
    assertThat(device.in("candidate")).isZero();
    assertThat(device.blobFiles()).isEqualTo(before);
    assertThat(device.refused()).isEmpty();

    wants(exactly(3));
    device.rest();
    assertThat(device.serves()).isEqualTo(3);
  }

  @Test
  void anotherCandidate_takesThePlaceOfTheOneOnItsWay() {
    withOne();
    wants(exactly(3));
    device.until(State.SHADOW);
    wants(exactly(2));
    device.rest();

    assertThat(device.serves()).isEqualTo(2);
    assertThat(device.events()).contains("withdrawn");
    assertThat(device.refused()).isEmpty();
  }

  @Test
  void olderReleaseThatIsNotInTheFallbackSlot_isNotFollowed_andTheReasonIsSaid() {
    withOne();
    wants(exactly(2));
    device.rest();
    wants(exactly(3));
    device.rest();
    wants(exactly(1));
    device.rest();

    assertThat(device.serves()).isEqualTo(3);
    assertThat(device.events()).contains("not-followed");
    assertThat(device.updater.status().doing())
        .contains("release 1 is older than release 3, and is not in the fallback slot");
  }

  @Test
  void releaseThatWasRefused_isNotTriedAgain_andTheReasonIsSaid() {
    withOne();
    device.publish(4, Behaviour.GOOD.shift(3));
    wants(exactly(4));
    device.rest();

    assertThat(device.serves()).isEqualTo(1);
    assertThat(device.refused()).containsExactly(4L);
    assertThat(device.updater.status().doing()).contains("release 4 was refused here before");
  }

  @Test
  void releaseThatMetadataDoesNotName_isWaitedFor() {
    withOne();
    wants(exactly(9));
    device.rest();
    assertThat(device.serves()).isEqualTo(1);
    assertThat(device.updater.status().doing()).contains("does not name release 9");

    device.publish(9, OTHER);
    device.rest();
    assertThat(device.serves()).isEqualTo(9);
  }

  @Test
  void releaseBelowTheFloor_isNotRun_whoeverWantsIt() {
    withOne();
    device.repository.raiseFloor(3);
    wants(exactly(2));
    device.rest();

    assertThat(device.serves()).isEqualTo(1);
    assertThat(device.updater.status().doing()).contains("below the security floor 3");
  }

  @Test
  void damagedFallback_isNotGoneBackTo() {
    withOne();
    wants(exactly(2));
    device.rest();
    device.disk.damage(device.file("fallback"));
    wants(exactly(1));
    device.rest();

    assertThat(device.serves()).isEqualTo(2);
    assertThat(device.events()).contains("fallback-lost", "not-followed");
  }
}
