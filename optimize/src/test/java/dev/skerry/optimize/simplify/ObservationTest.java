package dev.skerry.optimize.simplify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.DataType;
import dev.skerry.graph.SkerryException;
import org.junit.jupiter.api.Test;

class ObservationTest {
  @Test
  void of_freeAxes_areTold() {
    Facts facts =
        Observation.of(
            ModelSketch.opset(13)
                .input("x", "N", 3, "H", "W")
                .weights("w", 4, 3, 3, 3)
                .node("Conv", "x w", "c")
                .ints("strides", 32, 32)
                .ints("pads", 1, 1, 1, 1)
                .node("GlobalAveragePool", "c", "y")
                .output("y")
                .model());
    Fact conv = facts.of("c").orElseThrow();
    assertThat(conv.type()).isEqualTo(DataType.FLOAT);
    assertThat(conv.dim(0)).isEqualTo(Fact.FREE);
    assertThat(conv.dim(1)).isEqualTo(4);
    assertThat(conv.dim(2)).isEqualTo(Fact.FREE);
    assertThat(conv.dim(3)).isEqualTo(Fact.FREE);
    assertThat(facts.of("y").orElseThrow().dim(3)).isEqualTo(1);
  }

  @Test
  void of_shapeFromData_isUnknown() {
    Facts facts =
        Observation.of(
            ModelSketch.opset(13)
                .input("x", 4)
                .node("NonZero", "x", "i")
                .node("Cast", "i", "y")
                .with("to", 1)
                .output("y")
                .model());
    assertThat(facts.of("y").orElseThrow().rank()).isEmpty();
    assertThat(facts.of("y").orElseThrow().type()).isEqualTo(DataType.FLOAT);
  }

  @Test
  void of_clampedSlice_isUnknown() {
    Facts facts =
        Observation.of(
            ModelSketch.opset(13)
                .input("x", 1, "T")
                .longs("s", 0)
                .longs("e", 16)
                .longs("a", 1)
                .node("Slice", "x s e a", "y")
                .output("y")
                .model());
    assertThat(facts.of("y").orElseThrow().fixedShape()).isEmpty();
  }

  @Test
  void of_modelThatRunsNowhere_saysWhatToDo() {
    assertThatThrownBy(() ->
            Observation.of(
                ModelSketch.opset(13)
                    .input("x", "N", "F")
                    .weights("w", 77, 2)
                    .node("MatMul", "x w", "y")
                    .output("y")
                    .model()))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("fix them to sizes");
  }
}
