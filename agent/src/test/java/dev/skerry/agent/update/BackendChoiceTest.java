package dev.skerry.agent.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.agent.sim.Behaviour;
import dev.skerry.agent.sim.SimulatedEngine;
import dev.skerry.wire.ModelStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device that considers a processor and an accelerator. */
class BackendChoiceTest {
  private final SimulatedDevice device = new SimulatedDevice();

  @BeforeEach
  void consider() {
    device.considered = List.of("gpu", "cpu");
  }

  private static SequencedMap<String, Behaviour> both(Behaviour gpu, Behaviour cpu) {
    SequencedMap<String, Behaviour> backends = new LinkedHashMap<>();
    backends.put("gpu", gpu);
    backends.put("cpu", cpu);
    return backends;
  }

  private ModelStatus.Backend backend() {
    return device.updater.status().backend().orElseThrow();
  }

  private ModelStatus.Considered considered(String name) {
    return backend().considered().stream()
        .filter(each -> each.backend().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private String variant() {
    return device.updater.status().slots().getFirst().variant();
  }

  @Test
  void fasterBackend_isChosenWithFigures() {
    device.repository.publish(1, both(Behaviour.GOOD.micros(50), Behaviour.GOOD.micros(100)));
    device.boot();
    device.rest();

    assertThat(backend().name()).isEqualTo("gpu");
    assertThat(variant()).isEqualTo("test.1");
    assertThat(considered("gpu").p50Micros()).contains(50.0);
    assertThat(considered("cpu").p50Micros()).contains(100.0);
    assertThat(considered("cpu").why()).isEqualTo("slower");
    assertThat(considered("gpu").why()).isEmpty();
    assertThat(device.engine.open()).isEqualTo(1);
  }

  @Test
  void slowerBackendThatWasTriedFirst_isLeftAgain() {
    device.repository.publish(1, both(Behaviour.GOOD.micros(500), Behaviour.GOOD.micros(100)));
    device.boot();
    device.rest();

    assertThat(backend().name()).isEqualTo("cpu");
    assertThat(variant()).isEqualTo("test.2");
    assertThat(considered("gpu").why()).isEqualTo("slower");
    assertThat(
            device.disk.files().keySet().stream().filter(file -> file.toString().endsWith(".onnx")))
        .hasSize(1);
  }

  @Test
  void wrongAnswers_areAReason() {
    device.repository.publish(1, both(Behaviour.GOOD.micros(50).shift(2), Behaviour.GOOD));
    device.boot();
    device.rest();

    assertThat(backend().name()).isEqualTo("cpu");
    assertThat(considered("gpu").why()).contains("golden vectors").contains("2 of 2 samples");
    assertThat(device.refused()).isEmpty();
  }

  @Test
  void backendThatIsNotThere_isAReasonAndNothingIsFetchedForIt() {
    device.absent = Set.of("gpu");
    device.repository.publish(1, both(Behaviour.GOOD.micros(50), Behaviour.GOOD));
    device.boot();
    device.rest();

    assertThat(backend().name()).isEqualTo("cpu");
    assertThat(considered("gpu").why()).isEqualTo("no gpu");
    assertThat(considered("gpu").variant()).isEqualTo(Optional.empty());
  }

  @Test
  void releaseWithoutAVariantForIt_isAReason() {
    device.repository.publish(1, 0, Behaviour.GOOD);
    device.boot();
    device.rest();

    assertThat(backend().name()).isEqualTo("cpu");
    assertThat(considered("gpu").why()).contains("needs the provider cpu");
  }

  @Test
  void noneCanRunIt_refusesTheRelease() {
    device.repository.publish(1, both(Behaviour.GOOD.shift(2), Behaviour.GOOD.shift(3)));
    device.boot();
    device.rest();

    assertThat(device.refused()).containsExactly(1L);
    assertThat(device.engine.open()).isZero();
  }

  @Test
  void driverThatTakesTheProcessWithIt_isLeftAloneAfterTwoDeaths() {
    device.repository.publish(1, both(Behaviour.GOOD.micros(50), Behaviour.GOOD));
    for (int death = 0; death < 2; death++) {
      device.boot();
      device.engine.kills("gpu");
      assertThatThrownBy(device::rest).isInstanceOf(SimulatedEngine.ProcessDied.class);
    }
    device.boot();
    device.engine.kills("gpu");
    device.rest();

    assertThat(backend().name()).isEqualTo("cpu");
    assertThat(considered("gpu").why()).isEqualTo("the process ended 2 times while it was tried");
  }

  @Test
  void choice_survivesARestart() {
    device.repository.publish(1, both(Behaviour.GOOD.micros(50), Behaviour.GOOD));
    device.boot();
    device.rest();
    ModelStatus.Backend before = backend();

    device.boot();

    assertThat(backend()).isEqualTo(before);
    assertThat(device.serves()).isEqualTo(1);
  }

  @Test
  void backendThatIsNotConsideredAnyMore_isReplacedByOneThatIs() {
    device.repository.publish(1, both(Behaviour.GOOD.micros(50), Behaviour.GOOD));
    device.boot();
    device.rest();
    device.considered = List.of("cpu");
    device.boot();
    device.rest();

    assertThat(device.events()).contains("lost");
    assertThat(device.serves()).isEqualTo(1);
    assertThat(backend().name()).isEqualTo("cpu");
    assertThat(variant()).isEqualTo("test.2");
  }

  @Test
  void figuresOfTheActiveRelease_countAfterARestart() {
    device.repository.publish(1, 0, Behaviour.GOOD.micros(100));
    device.boot();
    device.rest();

    device.boot();

    assertThat(device.traffic.assumedCostMicros()).isEqualTo(100);
  }
}
