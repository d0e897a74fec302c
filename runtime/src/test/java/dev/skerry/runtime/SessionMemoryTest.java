package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class SessionMemoryTest {
  private static final int SIZE = 1024;
  private static final int WEIGHT_BYTES = SIZE * SIZE * Float.BYTES;
  private static final Map<String, Tensor> INPUTS =
      Map.of("x", Tensor.ofFloats(new long[] {1, SIZE}, new float[SIZE]));

  @Test
  void measure_growsWithTheWeights() {
    if (ProcessMemory.residentBytes().isEmpty()) {
      Assumptions.abort("skipped: this system does not say how much memory a process takes");
    }
    SessionConfig config = SessionConfig.standard().withEntry("session.disable_prepacking", "1");
    SessionMemory found =
        SessionMemory.measure(SmallModels.chain(SIZE, 8), INPUTS, config, 3).orElseThrow();
    assertThat(found.residentBytes()).isBetween(8L * WEIGHT_BYTES, 28L * WEIGHT_BYTES);
    assertThat(found.peakBytes()).isGreaterThanOrEqualTo(found.residentBytes());
  }

  @Test
  void measure_ofAModelThatCannotRun_saysWhy() {
    if (ProcessMemory.residentBytes().isEmpty()) {
      Assumptions.abort("skipped: this system does not say how much memory a process takes");
    }
    assertThatThrownBy(() ->
            SessionMemory.measure(SmallModels.chain(8, 1), INPUTS, SessionConfig.standard(), 1))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("takes FLOAT[N, 8]")
        .hasMessageNotContaining("\tat ");
  }

  @Test
  void resident_isBelowItsPeak() {
    ProcessMemory.residentBytes()
        .ifPresent(bytes ->
            assertThat(bytes)
                .isPositive()
                .isLessThanOrEqualTo(ProcessMemory.peakResidentBytes().orElseThrow()));
  }
}
