package dev.skerry.optimize.differentiate;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** The matrix by which a {@code Resize} maps one axis, found by running it on unit vectors. */
final class ResizeMatrix {
  private static final long IR_VERSION = 8;

  private ResizeMatrix() {}

  /**
   * The transpose of the matrix along {@code axis}: [input size][output size].
   *
   * <p>Unit vectors lie along {@code axis} and are the same everywhere else, where resizing changes
   * nothing since weights sum to 1.
   */
  static double[][] of(Place at, int axis) {
    long[] shape = at.inputShape(0);
    long[] resized = at.outputShape();
    int size = (int) shape[axis];
    double[][] matrix = new double[size][(int) resized[axis]];
    try (Session session = Session.open(model(at), SessionConfig.standard())) {
      for (int unit = 0; unit < size; unit++) {
        Tensor row = session.run(Map.of("x", unit(shape, axis, unit))).firstEntry().getValue();
        long stride = stride(resized, axis);
        for (int i = 0; i < resized[axis]; i++) {
          matrix[unit][i] = row.asDouble(i * stride);
        }
      }
    }
    return matrix;
  }

  private static long stride(long[] shape, int axis) {
    long stride = 1;
    for (int i = axis + 1; i < shape.length; i++) {
      stride *= shape[i];
    }
    return stride;
  }

  private static Tensor unit(long[] shape, int axis, int index) {
    float[] values = new float[Math.toIntExact(Tensor.elementCount(shape))];
    long stride = stride(shape, axis);
    for (int i = 0; i < values.length; i++) {
      values[i] = i / stride % shape[axis] == index ? 1 : 0;
    }
    return Tensor.ofFloats(shape, values);
  }

  private static Model model(Place at) {
    Node original = at.node();
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
    for (int input = 1; input < original.inputs().size(); input++) {
      if (original.hasInput(input)) {
        constants.put(original.input(input), at.constant(input));
      }
    }
    Node node = original.withInput(0, "x").withOutputs(List.of("y"));
    Graph graph =
        new Graph(
            "resize",
            List.of(ValueInfo.of("x", DataType.FLOAT, at.inputShape(0))),
            List.of(ValueInfo.of("y", new Type.Tensor(DataType.FLOAT, null))),
            List.of(),
            constants,
            List.of(node),
            Bytes.EMPTY);
    return Model.of(IR_VERSION, Differentiation.OPSET, graph);
  }
}
