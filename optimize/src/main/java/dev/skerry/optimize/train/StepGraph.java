package dev.skerry.optimize.train;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.differentiate.ConvForms;
import dev.skerry.optimize.differentiate.Differentiation;
import dev.skerry.optimize.differentiate.Emitter;
import dev.skerry.optimize.differentiate.Gradients;
import dev.skerry.optimize.simplify.OpsetUpgrade;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * One training step as a graph: forward pass, loss, backward pass, update.
 *
 * @param model takes samples, {@link #TARGETS} or {@link #TEACHER}, {@link #RATE} and other scalars
 *     of the update, and the state; gives {@link #LOSS}, the output and the next state
 * @param state the start of everything that steps carry on, by the input that takes it: parameters,
 *     running statistics, and what the update remembers
 * @param next the output that replaces each input of the state
 * @param output the value that is judged: logits of a classification, or the model's output
 * @param learned the inputs of the state that belong into the trained model
 */
record StepGraph(
    Model model,
    SequencedMap<String, Tensor> state,
    SequencedMap<String, String> next,
    String output,
    List<String> learned) {
  /** Probabilities of the classes, [N, classes]. */
  static final String TARGETS = "train/targets";

  /** What the teacher gives, [N, classes] logits or the shape of the output. */
  static final String TEACHER = "train/teacher";

  /** Prefix of inputs that take values of the teacher which features come near to. */
  static final String FEATURE = "train/feature/";

  static final String RATE = "train/rate";

  /** 1/(1 - β₁ᵗ) and 1/(1 - β₂ᵗ), for Adam. */
  static final String FIRST = "train/first";

  static final String SECOND = "train/second";
  static final String LOSS = "train/loss";

  /** Of what a quantizer's step was at the start, the least that it becomes. */
  private static final float LEAST_STEP = 1f / 16;

  /**
   * The step for batches of the shapes of {@code sample}.
   *
   * @param output of the model, which {@code objective} is about
   * @param sample inputs of the model, and the targets that the objective takes
   */
  static StepGraph of(
      Model original,
      String output,
      Objective objective,
      TrainingOptions options,
      Map<String, Tensor> sample,
      ConvForms forms) {
    Model modern =
        original.opset() < Differentiation.OPSET
            ? OpsetUpgrade.to(original, Differentiation.OPSET)
            : original;
    Model constant = modern.withGraph(withoutDefaults(modern.graph()));
    List<String> parameters = Parameters.of(constant.graph(), options.frozen());
    if (parameters.isEmpty()) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "there is nothing to train: no Conv, Gemm, MatMul or other layer of the model takes a"
              + " constant FLOAT weight (quantized models are trained before they are quantized)");
    }
    String judged = logits(constant.graph(), output);
    BatchStatistics statistics = BatchStatistics.NONE;
    Graph graph = constant.graph();
    if (options.batchStatistics()) {
      statistics = BatchStatistics.of(graph);
      graph = statistics.graph();
    }
    Graph loss = new LossGraph(graph, sample, judged, objective).graph();
    Gradients gradients =
        Differentiation.of(constant.withGraph(loss), LOSS, parameters, sample, forms);
    Set<String> factors = Parameters.factors(constant.graph());
    return new UpdateGraph(gradients, options, factors).step(statistics, judged);
  }

  private static Graph withoutDefaults(Graph graph) {
    return graph.withInputs(graph.requiredInputs()).withValues(List.of());
  }

  /** What a final softmax takes; {@code output} itself where there is none. */
  static String logits(Graph graph, String output) {
    return new GraphIndex(graph)
        .producer(output)
        .filter(node -> node.is("Softmax"))
        .map(node -> node.input(0))
        .orElse(output);
  }

  /** The part of an update that each parameter gets. */
  private static final class UpdateGraph {
    private final Gradients gradients;
    private final TrainingOptions options;
    private final Graph graph;
    private final Emitter emit;
    private final SequencedMap<String, Tensor> state = new LinkedHashMap<>();
    private final SequencedMap<String, String> next = new LinkedHashMap<>();
    private final Map<String, Node> rounded;
    private final Set<String> factors;

    UpdateGraph(Gradients gradients, TrainingOptions options, Set<String> factors) {
      this.gradients = gradients;
      this.options = options;
      this.factors = factors;
      this.graph = gradients.model().graph();
      this.emit = new Emitter(graph, "update/");
      this.rounded = Parameters.rounded(graph);
    }

    StepGraph step(BatchStatistics statistics, String output) {
      SequencedMap<String, String> clipped = clipped();
      clipped.forEach(this::update);
      statistics
          .next()
          .forEach((name, value) -> {
            state.put(name, initializer(name));
            next.put(name, value);
          });
      List<String> learned = new ArrayList<>(clipped.sequencedKeySet());
      learned.addAll(statistics.next().keySet());
      return new StepGraph(finished(output), state, next, output, learned);
    }

    private Tensor initializer(String name) {
      Tensor tensor = graph.initializers().get(name);
      if (tensor == null) {
        throw new IllegalArgumentException("'" + name + "' is no initializer");
      }
      return tensor;
    }

    /** Gradients scaled so that their norm together is at most {@code clip}. */
    private SequencedMap<String, String> clipped() {
      SequencedMap<String, String> names = gradients.names();
      if (options.clip() == 0) {
        return names;
      }
      List<String> squares = new ArrayList<>();
      Attribute no = Attribute.of(0L);
      names
          .values()
          .forEach(g -> squares.add(emit.op("ReduceSumSquare", Map.of("keepdims", no), g)));
      String norm = emit.op("Sqrt", emit.op("Sum", squares.toArray(String[]::new)));
      String most = emit.scalar(DataType.FLOAT, options.clip());
      String factor = emit.op("Div", most, emit.op("Max", norm, most));
      SequencedMap<String, String> clipped = new LinkedHashMap<>();
      names.forEach((name, gradient) -> clipped.put(name, emit.op("Mul", gradient, factor)));
      return clipped;
    }

    private void update(String name, String gradient) {
      Optional<Node> quantizer = quantizer(name);
      if (quantizer.isPresent()) {
        updateStep(name, gradient, quantizer.get());
        return;
      }
      Tensor start = initializer(name);
      state.put(name, start);
      boolean decays = factors.contains(name) && options.update().weightDecay() > 0;
      String decay = emit.scalar(DataType.FLOAT, options.update().weightDecay());
      switch (options.update()) {
        case Update.Sgd sgd -> {
          String g = decays ? emit.op("Add", gradient, emit.op("Mul", name, decay)) : gradient;
          String mixed = momentum(name, g, sgd, start);
          next.put(name, emit.op("Sub", name, emit.op("Mul", mixed, RATE)));
        }
        case Update.Adam adam -> {
          boolean added = decays && !adam.decoupled();
          String g = added ? emit.op("Add", gradient, emit.op("Mul", name, decay)) : gradient;
          String step = adamStep(name, g, adam, start);
          if (!rounded.isEmpty()) {
            Tensor size = Proportion.of(name, start, rounded);
            step = emit.op("Mul", step, emit.constant("proportion", size));
          }
          if (decays && adam.decoupled()) {
            step = emit.op("Add", step, emit.op("Mul", name, decay));
          }
          next.put(name, emit.op("Sub", name, emit.op("Mul", step, RATE)));
        }
      }
    }

    /** The first quantizer that {@code name} is the step of. */
    private Optional<Node> quantizer(String name) {
      return graph.nodes().stream()
          .filter(node -> node.is("QuantizeLinear") && node.input(1).equals(name))
          .findFirst();
    }

    /**
     * A quantizer's step learns in proportion to itself where the size of gradients does not count,
     * and by gradients times 1/√(n Qp) where it does (Esser et al., 2020, section 2.2; n values per
     * step, levels to Qp). It never falls below a share of what it was.
     */
    private void updateStep(String name, String gradient, Node quantizer) {
      Tensor start = initializer(name);
      state.put(name, start);
      String moved =
          switch (options.update()) {
            case Update.Sgd sgd -> {
              String size = emit.number(DataType.FLOAT, emit.op("Size", quantizer.input(0)));
              String product =
                  emit.op("Mul", size, number(highest(quantizer) / start.elementCount()));
              String scaled = emit.op("Div", gradient, emit.op("Sqrt", product));
              yield momentum(name, scaled, sgd, start);
            }
            case Update.Adam adam ->
                emit.op(
                    "Mul", adamStep(name, gradient, adam, start), emit.constant("start", start));
          };
      float[] least = start.toFloats();
      for (int i = 0; i < least.length; i++) {
        least[i] *= LEAST_STEP;
      }
      String floor = emit.constant("least", Tensor.ofFloats(start.dims(), least));
      String changed = emit.op("Sub", name, emit.op("Mul", moved, RATE));
      next.put(name, emit.op("Max", changed, floor));
    }

    /** The highest level: that of the bound in front of {@code quantizer}, or of its type. */
    private double highest(Node quantizer) {
      GraphIndex index = new GraphIndex(graph);
      return index
          .producer(quantizer.input(0))
          .filter(node -> node.is("Min"))
          .flatMap(node -> index.producer(node.input(1)))
          .flatMap(node -> index.constant(node.input(1)))
          .map(level -> level.asDouble(0))
          .orElse(initializer(quantizer.input(2)).type() == DataType.UINT8 ? 255.0 : 127.0);
    }

    /** μ v + g. */
    private String momentum(String name, String g, Update.Sgd sgd, Tensor start) {
      String velocity = remembered(name, "velocity", start);
      String mixed = emit.op("Add", emit.op("Mul", velocity, number(sgd.momentum())), g);
      next.put(velocity, mixed);
      return mixed;
    }

    /** m̂/(√v̂ + ε). */
    private String adamStep(String name, String g, Update.Adam adam, Tensor start) {
      String mean = moment(name, "mean", g, adam.beta1(), start);
      String square = moment(name, "square", emit.op("Mul", g, g), adam.beta2(), start);
      String root = emit.op("Sqrt", emit.op("Mul", square, SECOND));
      String below = emit.op("Add", root, number(adam.epsilon()));
      return emit.op("Div", emit.op("Mul", mean, FIRST), below);
    }

    /** β m + (1-β) x. */
    private String moment(String name, String what, String x, double beta, Tensor start) {
      String before = remembered(name, what, start);
      String kept = emit.op("Mul", before, number(beta));
      String after = emit.op("Add", kept, emit.op("Mul", x, number(1 - beta)));
      next.put(before, after);
      return after;
    }

    private String remembered(String name, String what, Tensor like) {
      String memory = emit.fresh(what + "/" + name);
      state.put(memory, Tensor.ofBytes(like.type(), like.dims(), new byte[(int) like.byteSize()]));
      return memory;
    }

    private String number(double value) {
      return emit.scalar(DataType.FLOAT, value);
    }

    /** The state becomes inputs and outputs instead of constants. */
    private Model finished(String output) {
      List<ValueInfo> inputs = new ArrayList<>(graph.inputs());
      scalars().forEach(name -> inputs.add(ValueInfo.of(name, DataType.FLOAT)));
      List<ValueInfo> outputs = new ArrayList<>();
      outputs.add(ValueInfo.of(LOSS, DataType.FLOAT));
      outputs.add(ValueInfo.of(output, new Type.Tensor(DataType.FLOAT, null)));
      SequencedMap<String, String> unique = new LinkedHashMap<>();
      state.forEach((name, tensor) -> {
        inputs.add(ValueInfo.of(name, tensor.type(), tensor.dims()));
        String given = emit.fresh("next/" + name);
        emit.into(given, "Identity", next.getOrDefault(name, name));
        unique.put(name, given);
        outputs.add(ValueInfo.of(given, tensor.type(), tensor.dims()));
      });
      next.putAll(unique);
      Graph whole = emit.appendedTo(graph);
      SequencedMap<String, Tensor> constants = new LinkedHashMap<>(whole.initializers());
      state.keySet().forEach(constants::remove);
      return gradients
          .model()
          .withGraph(whole.withInputs(inputs).withOutputs(outputs).withInitializers(constants));
    }

    private List<String> scalars() {
      return options.update() instanceof Update.Adam ? List.of(RATE, FIRST, SECOND) : List.of(RATE);
    }
  }

  /** The scalars that a step takes, in the model's order. */
  List<String> scalars() {
    return model.graph().inputs().stream()
        .map(ValueInfo::name)
        .filter(name -> name.equals(RATE) || name.equals(FIRST) || name.equals(SECOND))
        .toList();
  }

  /** {@code original} with what was learned in {@code now} in place of its own constants. */
  Model trained(Model original, Map<String, Tensor> now) {
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>(original.graph().initializers());
    learned.forEach(name -> constants.replace(name, now.getOrDefault(name, Tensor.vector())));
    return original.withGraph(original.graph().withInitializers(constants));
  }
}
