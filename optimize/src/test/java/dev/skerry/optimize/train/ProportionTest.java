package dev.skerry.optimize.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProportionTest {
  private static final Tensor WEIGHTS =
      Tensor.ofFloats(new long[] {2, 2, 2}, 1, -1, 0, 0, 1, 1, 0.2f, -0.2f);

  private static Tensor along(int axis) {
    Node node =
        Node.of("QuantizeLinear", "q", List.of("w", "s", "z"), List.of("q"))
            .with("axis", Attribute.of(axis));
    return Proportion.of("w", WEIGHTS, Map.of("w", node));
  }

  @Test
  void of_roundedWeights_isPerChannel() {
    assertThat(along(1).dims()).containsExactly(1, 2, 1);
    assertThat(along(1).toFloats()[0]).isCloseTo(10, within(1e-5f));
    assertThat(along(1).toFloats()[1]).isCloseTo((float) Math.sqrt(0.02) * 10, within(1e-5f));
    assertThat(along(0).dims()).containsExactly(2, 1, 1);
    assertThat(along(0).toFloats()[0]).isCloseTo((float) Math.sqrt(0.5) * 10, within(1e-5f));
  }

  @Test
  void of_otherParameters_isOneNumber_andOneForZeros() {
    Tensor bias = Tensor.ofFloats(new long[] {2}, 0.3f, -0.3f);
    assertThat(Proportion.of("b", bias, Map.of()).toFloats()[0]).isCloseTo(3, within(1e-5f));
    Tensor zeros = Tensor.ofFloats(new long[] {2}, 0, 0);
    assertThat(Proportion.of("b", zeros, Map.of()).toFloats()).containsExactly(1);
  }
}
