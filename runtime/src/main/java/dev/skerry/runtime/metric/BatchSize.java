package dev.skerry.runtime.metric;

import dev.skerry.graph.Dimension;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.util.List;

/** How many samples a model may be given at once without another answer. */
public final class BatchSize {
  /** Samples; more brings no speed on a processor. */
  private static final int MOST = 32;

  private BatchSize() {}

  /**
   * {@value #MOST} when the first axis of every input and output is open, and 1 otherwise, or when
   * the graph derives scales from the whole batch ({@code DynamicQuantizeLinear} and its like), so
   * that samples would change one another's results.
   */
  static int of(Model model) {
    Graph graph = model.graph();
    boolean open =
        graph.requiredInputs().stream().allMatch(BatchSize::isOpen)
            && graph.outputs().stream().allMatch(BatchSize::isOpen);
    boolean dynamic = graph.nodes().stream().anyMatch(node -> node.op().startsWith("Dynamic"));
    return open && !dynamic ? MOST : 1;
  }

  /** Whether {@code value} has a first axis whose size the graph leaves open. */
  public static boolean isOpen(ValueInfo value) {
    List<Dimension> axes = value.type() instanceof Type.Tensor tensor ? tensor.shape() : null;
    return axes != null && !axes.isEmpty() && !(axes.getFirst() instanceof Dimension.Fixed);
  }
}
