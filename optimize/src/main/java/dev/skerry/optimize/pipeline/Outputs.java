package dev.skerry.optimize.pipeline;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.util.Arrays;

/** Declarations of inputs and outputs. */
final class Outputs {
  private Outputs() {}

  /**
   * A tensor.
   *
   * @param sizes of its axes, -1 where any will do
   */
  static ValueInfo open(String name, DataType type, long... sizes) {
    return ValueInfo.of(
        name,
        new Type.Tensor(
            type,
            Arrays.stream(sizes)
                .<Dimension>mapToObj(
                    size -> size < 0 ? new Dimension.Unknown() : new Dimension.Fixed(size))
                .toList()));
  }
}
