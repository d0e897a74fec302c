package dev.skerry.optimize.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.simplify.ModelSketch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ObserverTest {
  private static final int SAMPLES = 7;

  @Test
  void observe_buffersLentForOneSample_countsEveryElementOfEverySample() {
    Observations seen = Observer.observe(doubling(), Set.of("x", "d", "r"), lent());

    Histogram twice = new Histogram();
    for (int i = 0; i < SAMPLES; i++) {
      Tensor direct = Tensor.ofFloats(new long[] {1, 3}, 2f * i, 2f * -i, 1);
      twice.add(direct.data(), 3);
    }
    assertThat(seen.samples()).isEqualTo(SAMPLES);
    assertThat(counts(seen.histogram("d"))).isEqualTo(counts(twice));
    assertThat(seen.histogram("d").max()).isEqualTo(2f * (SAMPLES - 1));
    assertThat(seen.histogram("x").min()).isEqualTo(1f - SAMPLES);
    assertThat(seen.histogram("r").min()).isZero();
    assertThat(seen.histogram("x").elements()).isEqualTo(3 * SAMPLES);
  }

  @Test
  void observe_onlyAnInput_countsIt() {
    Observations seen = Observer.observe(doubling(), Set.of("x"), lent());

    assertThat(seen.histogram("x").elements()).isEqualTo(3 * SAMPLES);
  }

  @Test
  void observe_noSamples_sawNothing() {
    Observations seen =
        Observer.observe(doubling(), Set.of("d"), List.<Map<String, Tensor>>of().iterator());

    assertThat(seen.samples()).isZero();
    assertThat(seen.histogram("d").elements()).isZero();
  }

  @Test
  void requireFinite_notANumber_namesTheValue() {
    Tensor bad = Tensor.ofFloats(new long[] {1, 3}, 1, Float.NaN, 2);
    Observations seen =
        Observer.observe(doubling(), Set.of("d"), List.of(Map.of("x", bad)).iterator());

    assertThatThrownBy(seen::requireFinite)
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("value 'd' was infinite or NaN in 1 of 3");
  }

  private static Model doubling() {
    return ModelSketch.opset(17)
        .input("x", 1, 3)
        .node("Add", "x x", "d")
        .node("Relu", "d", "r")
        .output("r")
        .model();
  }

  /** Samples (i, -i, 0.5) that all lie in the same memory. */
  private static Iterator<Map<String, Tensor>> lent() {
    float[] memory = new float[3];
    MemorySegment segment = Arena.ofAuto().allocate(12, 4);
    Tensor tensor = Tensor.of(DataType.FLOAT, new long[] {1, 3}, segment);
    return IntStream.range(0, SAMPLES)
        .<Map<String, Tensor>>mapToObj(i -> {
          memory[0] = i;
          memory[1] = -i;
          memory[2] = 0.5f;
          segment.copyFrom(MemorySegment.ofArray(memory));
          return Map.of("x", tensor);
        })
        .iterator();
  }

  private static List<Long> counts(Histogram histogram) {
    return IntStream.range(0, Histogram.BINS).mapToObj(histogram::count).toList();
  }
}
