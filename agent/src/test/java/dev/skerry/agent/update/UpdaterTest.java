package dev.skerry.agent.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.sim.Behaviour;
import dev.skerry.agent.sim.SimulatedDisk.Loss;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpdaterTest {
  private final SimulatedDevice device = new SimulatedDevice();

  /** Release 2 serves, 1 is the fallback. */
  @BeforeEach
  void installTwo() {
    device.publish(1, Behaviour.GOOD);
    device.boot();
    device.rest();
    device.publish(2, Behaviour.GOOD.micros(110));
    device.rest();
    assertThat(device.serves()).isEqualTo(2);
  }

  private void publishThird() {
    device.publish(3, Behaviour.GOOD.micros(95));
    device.updater.checkNow();
  }

  @Test
  void releaseThatFailsInProbation_isTakenBackWithinASecond() {
    publishThird();
    device.until(State.PROBATION);
    assertThat(device.serves()).isEqualTo(3);
    device.traffic.failFromNowOn();
    long began = device.time.nanos();
    while (device.serves() == 3) {
      device.step();
    }

    assertThat(device.serves()).isEqualTo(2);
    assertThat(Duration.ofNanos(device.time.nanos() - began)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void rollback_isCarriedOutWhileADownloadWaits() {
    publishThird();
    device.until(State.DOWNLOADING);
    AtomicReference<String> served = new AtomicReference<>("");
    device.repository.beforeBlob(() -> {
      if (served.get().isEmpty()) {
        served.set(device.updater.rollback());
        assertThat(device.serves()).as("while the blob is waited for").isEqualTo(1);
      }
    });

    Duration wait = device.step();

    assertThat(served.get()).isEqualTo("m release 1");
    assertThat(wait).isZero();
    device.rest();
    assertThat(device.serves()).isEqualTo(1);
    assertThat(device.refused()).isEqualTo(List.of(2L, 3L));
    assertThat(device.blobFiles()).as("golden vectors of what serves alone").hasSize(2);
  }

  @Test
  void retired_areClosedAndFallbackIsNotKeptInMemory() {
    publishThird();
    device.rest();

    assertThat(device.engine.open()).isEqualTo(1);
  }

  @Test
  void files_ofReleasesThatNoSlotHoldsAreDeleted() {
    for (long counter = 3; counter <= 8; counter++) {
      device.publish(counter, Behaviour.GOOD.micros(100 + counter));
      device.rest();
    }

    long models =
        device.disk.files().keySet().stream()
            .filter(path -> path.toString().endsWith(".onnx"))
            .count();
    assertThat(models).isEqualTo(2);
    assertThat(device.in("active")).isEqualTo(8);
    assertThat(device.in("fallback")).isEqualTo(7);
  }

  @Test
  void state_isOnDiskBeforeAnythingIsDoneForIt() {
    publishThird();
    device.until(State.PROBATION);
    device.disk.restart(Loss.LOST, 1);
    device.boot();

    assertThat(device.state()).isEqualTo(State.PROBATION);
    assertThat(device.serves()).isEqualTo(3);
  }

  @Test
  void update_downloadsOnlyWhatIsNew() {
    long before = device.repository.servedBytes();
    publishThird();
    device.rest();

    // What the model does, and the head; the body of 600 bytes and golden vectors are there.
    assertThat(device.repository.servedBytes() - before).isEqualTo(120 + 41);
  }
}
