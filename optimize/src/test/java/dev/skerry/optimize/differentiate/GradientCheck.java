package dev.skerry.optimize.differentiate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Compares gradients with central differences.
 *
 * <p>The loss is a sum of all outputs with random weights; it is added up in double precision from
 * what the forward graph gives, so that rounding of single precision stays small.
 */
final class GradientCheck {
  /** Relative to the largest element of the gradient. */
  static final double TOLERANCE = 1e-3;

  /** Elements of one input that are varied at most. */
  private static final int MAX_VARIED = 24;

  private final Model model;
  private final ConvForms forms;
  private final SplittableRandom random;
  private final double step;

  GradientCheck(Model model, ConvForms forms, long seed, double step) {
    this.model = model;
    this.forms = forms;
    this.random = new SplittableRandom(seed);
    this.step = step;
  }

  /** Checks the gradients of all floating inputs of {@code model} that {@code inputs} gives. */
  void require(Map<String, Tensor> inputs) {
    List<String> varied = new ArrayList<>();
    inputs.forEach((name, tensor) -> {
      if (tensor.type().isFloating() && !name.startsWith("fixed")) {
        varied.add(name);
      }
    });
    SessionConfig config = SessionConfig.standard();
    try (Session forward = Session.open(model, config)) {
      Map<String, Tensor> outputs = forward.run(inputs);
      Map<String, double[]> weights = new LinkedHashMap<>();
      outputs.forEach((name, tensor) -> weights.put(name, random(tensor)));
      Gradients gradients =
          Differentiation.of(withLoss(outputs, weights), "loss", varied, inputs, forms);
      try (Session backward = Session.open(gradients.model(), config)) {
        Map<String, Tensor> found = backward.run(inputs);
        for (String name : varied) {
          assertThat(gradients.names()).containsKey(name);
          compare(name, of(found, of(gradients.names(), name)), forward, inputs, weights);
        }
      }
    }
  }

  /** What {@code map} holds under {@code key}, which it does. */
  static <V> V of(Map<String, V> map, String key) {
    return Objects.requireNonNull(map.get(key), key);
  }

  private double[] random(Tensor like) {
    return random
        .doubles(like.elementCount(), 0.2, 1)
        .map(x -> x * (random.nextBoolean() ? 1 : -1))
        .toArray();
  }

  private Model withLoss(Map<String, Tensor> outputs, Map<String, double[]> weights) {
    Emitter emit = new Emitter(model.graph(), "loss/");
    List<String> sums = new ArrayList<>();
    outputs.forEach((name, tensor) -> {
      double[] weight = of(weights, name);
      String constant =
          emit.constant("weight", Emitter.numbers(tensor.type(), tensor.dims(), weight));
      String product = emit.op("Mul", name, constant);
      sums.add(emit.op("ReduceSum", Map.of("keepdims", Attribute.of(0L)), product));
    });
    emit.into("loss", "Sum", sums.toArray(String[]::new));
    Graph graph = emit.appendedTo(model.graph());
    List<ValueInfo> given = new ArrayList<>(graph.outputs());
    DataType type = outputs.values().iterator().next().type();
    given.add(ValueInfo.of("loss", new Type.Tensor(type, null)));
    return model.withGraph(graph.withOutputs(given));
  }

  private void compare(
      String name,
      Tensor gradient,
      Session forward,
      Map<String, Tensor> inputs,
      Map<String, double[]> weights) {
    Tensor at = of(inputs, name);
    assertThat(gradient.dims()).as(name).isEqualTo(at.dims());
    int count = (int) at.elementCount();
    double largest = 1e-2;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Math.abs(gradient.asDouble(i)));
    }
    for (int tried = 0; tried < Math.min(count, MAX_VARIED); tried++) {
      int i = count <= MAX_VARIED ? tried : random.nextInt(count);
      double above = loss(forward, moved(inputs, name, i, step), weights);
      double below = loss(forward, moved(inputs, name, i, -step), weights);
      assertThat(Math.abs((above - below) / (2 * step) - gradient.asDouble(i)) / largest)
          .as(
              "%s[%d]: gradient %s, difference quotient %s",
              name, i, gradient.asDouble(i), (above - below) / (2 * step))
          .isLessThan(TOLERANCE);
    }
  }

  private static double loss(
      Session forward, Map<String, Tensor> inputs, Map<String, double[]> weights) {
    double[] sum = new double[1];
    forward
        .run(inputs, List.copyOf(weights.keySet()))
        .forEach((name, tensor) -> {
          double[] weight = of(weights, name);
          for (int i = 0; i < weight.length; i++) {
            sum[0] += weight[i] * tensor.asDouble(i);
          }
        });
    return sum[0];
  }

  private static Map<String, Tensor> moved(
      Map<String, Tensor> inputs, String name, int index, double by) {
    Map<String, Tensor> moved = new LinkedHashMap<>(inputs);
    Tensor at = of(inputs, name);
    double[] values = new double[(int) at.elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = at.asDouble(i) + (i == index ? by : 0);
    }
    moved.put(name, Emitter.numbers(at.type(), at.dims(), values));
    return moved;
  }

  /**
   * Distinct numbers from {@code low} to {@code high}, none of them near another or the middle, so
   * that no small step crosses a kink or changes which is greatest.
   */
  static Tensor spread(
      DataType type, SplittableRandom random, double low, double high, long... dims) {
    int count = (int) Tensor.elementCount(dims);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = low + (high - low) * (i + 0.5) / count;
    }
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      double held = values[i];
      values[i] = values[j];
      values[j] = held;
    }
    return Emitter.numbers(type, dims, values);
  }
}
