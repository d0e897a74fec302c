package dev.skerry.agent.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.agent.SmallModels;
import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.traffic.LiveTraffic;
import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Engine;
import dev.skerry.runtime.Ticker;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls on fixed memory, on the real engine. */
class BoundModelTest {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 30_000;
  private static final int RUNS = 2_000;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment x = arena.allocateFrom(FLOAT, 1, 2, 3);
  private final LoadedModel first = SmallModels.load(SmallModels.scaled(2));
  private final LoadedModel second = SmallModels.load(SmallModels.scaled(3));
  private final LiveTraffic live = new LiveTraffic(Ticker.system(), 1);
  private final Models models = models();

  private Models models() {
    live.activate(SmallModels.running("m", 1, first));
    SequencedMap<String, LiveTraffic> traffic = new LinkedHashMap<>();
    traffic.put("m", live);
    traffic.put("absent", new LiveTraffic(Ticker.system(), 1));
    return new Models(traffic, ServeLimits.standard(2));
  }

  @AfterEach
  void nothingLeaks() {
    first.close();
    second.close();
    arena.close();
    assertThat(Engine.liveOwners()).isZero();
  }

  private Map<String, Tensor> given() {
    return Map.of("x", Tensor.of(DataType.FLOAT, new long[] {1, 3}, x));
  }

  @Test
  void run_readsTheCallersMemory_andIsCounted() {
    try (BoundModel bound = models.bind("m", given())) {
      MemorySegment y = bound.output("y");
      bound.run();
      assertThat(y.toArray(FLOAT)).containsExactly(2, 4, 6);
      x.setAtIndex(FLOAT, 0, 10);
      bound.run();
      assertThat(y.toArray(FLOAT)).containsExactly(20, 4, 6);
      assertThat(live.served().requests()).isEqualTo(2);
    }
  }

  @Test
  void run_afterASwitch_isOnTheNewRelease_andTheOldOneIsFree() {
    try (BoundModel bound = models.bind("m", given())) {
      MemorySegment y = bound.output("y");
      var before = live.active().orElseThrow();
      live.activate(SmallModels.running("m", 2, second));
      assertThat(live.inFlight(before)).isZero();
      before.model().close();
      bound.run();
      assertThat(y.toArray(FLOAT)).containsExactly(3, 6, 9);
    }
  }

  @Test
  void run_afterASwitchToOtherTensors_saysSo() {
    LoadedModel other = SmallModels.load(SmallModels.two());
    try (BoundModel bound = models.bind("m", given())) {
      live.activate(SmallModels.running("m", 2, other));
      assertThatThrownBy(bound::run)
          .isInstanceOfSatisfying(
              SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_DATA))
          .hasMessageContaining("has no input 'x'");
    }
    other.close();
  }

  @Test
  void run_allocatesNothing() {
    try (BoundModel bound = models.bind("m", given())) {
      runs(bound, WARM_UP);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      runs(bound, RUNS);
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(RUNS);
    }
  }

  private static void runs(BoundModel bound, int count) {
    for (int i = 0; i < count; i++) {
      bound.run();
    }
  }

  @Test
  void bind_ofWhatCannotBe_saysWhy() {
    assertThatThrownBy(
            () -> models.bind("m", Map.of("x", Tensor.ofFloats(new long[] {1, 3}, 1, 2, 3))))
        .hasMessageContaining("input 'x' is in memory that cannot be lent");
    assertThatThrownBy(() -> models.bind("absent", given())).hasMessageContaining("is not ready");
    assertThatThrownBy(() -> models.bind("other", given()))
        .hasMessageContaining("no model 'other'");
    assertThatThrownBy(() -> models.bind("m", Map.of())).hasMessageContaining("needs input 'x'");
  }
}
