package dev.skerry.testkit;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/**
 * Random valid models that ONNX Runtime runs: small convolutional, dense and elementwise graphs at
 * opset 17 with float inputs of fixed shape and weights that keep values near 1. They have what
 * exported files have: constants as nodes, initializers listed as inputs, repeated expressions,
 * nodes that nothing needs, shapes computed by nodes, branches.
 *
 * <p>The same generator state always gives the same model.
 */
public final class RandomGraphs {
  private static final int MIN_NODES = 3;
  private static final int MAX_NODES = 24;

  private RandomGraphs() {}

  /** A model of about 3 to 24 operators. */
  public static Model model(RandomGenerator random) {
    return model(random, random.nextInt(MIN_NODES, MAX_NODES + 1));
  }

  /** A model of about {@code operators} operators; some steps take two or three nodes. */
  public static Model model(RandomGenerator random, int operators) {
    GraphSketch sketch = new GraphSketch(random);
    RandomOperators steps = new RandomOperators(sketch);
    sketch.addInput();
    if (random.nextInt(4) == 0) {
      sketch.addInput();
    }
    for (int i = 0; i < operators; i++) {
      steps.addOne();
    }
    return sketch.model();
  }

  /** Values between -1 and 1 for the inputs of {@code model} that a caller must give. */
  public static SequencedMap<String, Tensor> inputs(Model model, RandomGenerator random) {
    SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();
    for (ValueInfo input : model.graph().requiredInputs()) {
      if (!(input.type() instanceof Type.Tensor type) || type.element() != DataType.FLOAT) {
        throw new IllegalArgumentException("input '" + input.name() + "' is not a float tensor");
      }
      long[] dims = type.fixedShape().orElseThrow();
      inputs.put(input.name(), GraphSketch.uniform(random, -1, 1, dims));
    }
    return inputs;
  }
}
