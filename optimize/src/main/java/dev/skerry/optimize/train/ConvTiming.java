package dev.skerry.optimize.train;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.differentiate.ConvForms;
import dev.skerry.optimize.differentiate.ConvForms.InputForm;
import dev.skerry.optimize.differentiate.ConvForms.WeightForm;
import dev.skerry.optimize.differentiate.Differentiation;
import dev.skerry.optimize.differentiate.Emitter;
import dev.skerry.optimize.differentiate.Gradients;
import dev.skerry.optimize.moments.ValueShapes;
import dev.skerry.runtime.Binding;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.Ticker;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Finds the fastest form of each convolution's gradients by running them here. */
final class ConvTiming {
  private static final int RUNS = 3;

  /** Samples of a batch that are enough to tell which form is the faster. */
  private static final int MOST_SAMPLES = 32;

  private final int threads;
  private final Ticker ticker = Ticker.system();

  /** Convolutions of one kind are timed once. */
  private final Map<String, WeightForm> weights = new HashMap<>();

  private final Map<String, InputForm> inputs = new HashMap<>();

  private ConvTiming(int threads) {
    this.threads = threads;
  }

  /** The forms for {@code model} on {@code sample}; results differ by rounding alone. */
  static ConvForms fastest(Model model, Map<String, Tensor> sample, int threads) {
    ConvTiming timing = new ConvTiming(threads);
    ConvForms forms = ConvForms.usual();
    List<Node> convolutions =
        model.graph().nodes().stream()
            .filter(
                node -> node.is("Conv") && model.graph().initializers().containsKey(node.input(1)))
            .toList();
    if (convolutions.isEmpty()) {
      return forms;
    }
    Map<String, long[]> shapes =
        ValueShapes.of(model, convolutions.stream().map(node -> node.input(0)).toList(), sample);
    for (Node node : convolutions) {
      Tensor weight = model.graph().initializers().get(node.input(1));
      long[] input = shapes.get(node.input(0));
      if (weight != null && input != null) {
        input[0] = Math.min(input[0], MOST_SAMPLES);
        Node alone = node.withName("").withInputs(List.of("x", "w")).withOutputs(List.of("y"));
        String kind = alone.attributes() + " " + weight + " " + Arrays.toString(input);
        forms =
            forms.with(
                node.output(0),
                timing.weights.computeIfAbsent(
                    kind, _ -> timing.weight(alone, input, weight.dims())),
                timing.inputs.computeIfAbsent(
                    kind, _ -> timing.input(alone, input, weight.dims())));
      }
    }
    return forms;
  }

  private WeightForm weight(Node node, long[] input, long[] kernel) {
    WeightForm best = WeightForm.COLUMNS;
    long least = Long.MAX_VALUE;
    for (WeightForm form : WeightForm.values()) {
      ConvForms forms = ConvForms.usual().with("y", form, InputForm.TRANSPOSED);
      long time = nanos(node, input, kernel, "w", forms);
      if (time < least) {
        least = time;
        best = form;
      }
    }
    return best;
  }

  private InputForm input(Node node, long[] input, long[] kernel) {
    ConvForms usual = ConvForms.usual();
    long mirrored =
        nanos(node, input, kernel, "x", usual.with("y", WeightForm.COLUMNS, InputForm.MIRRORED));
    long transposed =
        nanos(node, input, kernel, "x", usual.with("y", WeightForm.COLUMNS, InputForm.TRANSPOSED));
    return mirrored <= transposed ? InputForm.MIRRORED : InputForm.TRANSPOSED;
  }

  /** The gradient of {@code parameter}, with the least of what the forward pass costs besides. */
  private long nanos(Node node, long[] input, long[] kernel, String parameter, ConvForms forms) {
    Map<String, Tensor> given = Map.of("x", random(input), "w", random(kernel));
    Graph graph =
        new Graph(
            "timing",
            List.of(
                ValueInfo.of("x", DataType.FLOAT, input),
                ValueInfo.of("w", DataType.FLOAT, kernel)),
            List.of(),
            List.of(),
            new LinkedHashMap<>(),
            List.of(node),
            Bytes.EMPTY);
    Emitter emit = new Emitter(graph, "timing/");
    emit.into(
        "loss",
        "Identity",
        emit.op("ReduceSum", Map.of("keepdims", Attribute.of(0L)), emit.op("Mul", "y", "y")));
    Model model = Model.of(8, Differentiation.OPSET, emit.appendedTo(graph));
    Gradients gradients = Differentiation.of(model, "loss", List.of(parameter), given, forms);
    List<String> wanted = List.copyOf(gradients.names().values());
    long least = Long.MAX_VALUE;
    try (Session session = Session.open(gradients.model(), StepRunner.config(threads));
        Binding binding = session.bind(given, wanted)) {
      for (int i = 0; i < RUNS; i++) {
        long begun = ticker.nanos();
        binding.run();
        least = Math.min(least, ticker.nanos() - begun);
      }
    }
    return least;
  }

  private static Tensor random(long[] dims) {
    float[] values = new float[Math.toIntExact(Tensor.elementCount(dims))];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.ofFloats(dims, values);
  }
}
