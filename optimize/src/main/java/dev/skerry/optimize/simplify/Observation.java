package dev.skerry.optimize.simplify;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Finds what is always so of a model's values by running it: on seeded random data, at several
 * sizes of its free axes, every value exposed.
 *
 * <p>A size, or the content of a small value, is a fact when it was the same in all runs and, by
 * {@link DataDependence}, nothing in the inputs' contents can change it. Free axes are sampled so
 * far apart that a size that depends on them shows it.
 */
public final class Observation {
  /** Elements of the largest value whose content is remembered. */
  private static final int MAX_CONTENT = 1024;

  /** Operators that move or combine numbers without ever hiding that they differ. */
  private static final Set<String> LINEAR =
      Set.of(
          "Shape",
          "Size",
          "Gather",
          "Slice",
          "Concat",
          "Unsqueeze",
          "Squeeze",
          "Reshape",
          "Cast",
          "Mul",
          "Add",
          "Sub",
          "Identity",
          "Transpose",
          "Flatten",
          "ReduceProd",
          "ReduceSum");

  private static final long SEED = 20_260_101;

  private final Graph graph;
  private final List<SequencedMap<String, Tensor>> runs;

  private Observation(Graph graph, List<SequencedMap<String, Tensor>> runs) {
    this.graph = graph;
    this.runs = runs;
  }

  /**
   * What running {@code model} shows of the values of its graph.
   *
   * @throws SkerryException when it runs at none of the sizes that were tried
   */
  public static Facts of(Model model) {
    return of(model.graph(), new Evaluation(model));
  }

  /** As {@link #of(Model)}, on the engine that others use as well. */
  static Facts of(Graph graph, Evaluation evaluation) {
    List<ValueInfo> inputs = graph.requiredInputs();
    RandomGenerator random = new SplittableRandom(SEED);
    SkerryException last = null;
    try (Session session = evaluation.open(exposed(graph))) {
      for (SampleSizes sizes : SampleSizes.candidates(inputs)) {
        try {
          List<SequencedMap<String, Tensor>> runs = new ArrayList<>();
          for (Map<String, Long> run : sizes.runs()) {
            Map<String, Tensor> sample = SampleInputs.of(inputs, run, random);
            SequencedMap<String, Tensor> values = new LinkedHashMap<>(session.run(sample));
            values.putAll(sample);
            runs.add(values);
          }
          return new Observation(graph, runs).facts();
        } catch (SkerryException e) {
          last = e;
        }
      }
    }
    throw new SkerryException(
        ErrorCode.BAD_MODEL,
        "shapes could not be observed: the model ran at none of the sizes tried for its free axes;"
            + " fix them to sizes at which it runs",
        last);
  }

  /** The graph with every tensor inside it among its outputs. */
  private static Graph exposed(Graph graph) {
    List<ValueInfo> outputs = new ArrayList<>(graph.outputs());
    Set<String> names = new HashSet<>(graph.outputNames());
    names.add("");
    for (Node node : graph.nodes()) {
      boolean tensors = !node.op().contains("Sequence") && !node.op().contains("Optional");
      for (String output : node.outputs()) {
        if (tensors && names.add(output)) {
          outputs.add(new ValueInfo(output, null, Bytes.EMPTY));
        }
      }
    }
    return graph.withOutputs(outputs);
  }

  private Facts facts() {
    DataDependence data = new DataDependence(graph, this::isClamping);
    Map<String, Fact> facts = new HashMap<>();
    for (ValueInfo input : graph.requiredInputs()) {
      facts.put(input.name(), fact(input.name(), data, false));
    }
    Set<String> known = new HashSet<>(graph.initializers().keySet());
    known.add("");
    Set<String> telling = new HashSet<>(known); // values that differ wherever sizes make them
    for (Node node : graph.nodes()) {
      boolean steady = known.containsAll(node.inputs());
      boolean tells = steady || (isLinear(node, facts) && telling.containsAll(contents(node)));
      for (String value : node.outputs()) {
        if (runs.getFirst().containsKey(value)) {
          Fact fact = fact(value, data, tells);
          facts.put(value, fact);
          if (tells) {
            telling.add(value);
          }
          if (fact.known().isPresent()) {
            known.add(value);
          }
        }
      }
    }
    return new Facts(facts);
  }

  /** The inputs whose numbers, not only shapes, the node looks at. */
  private static List<String> contents(Node node) {
    return node.is("Shape") || node.is("Size") ? List.of() : node.inputs();
  }

  /** Whether the node's results differ whenever its inputs do, in what they have of them. */
  private static boolean isLinear(Node node, Map<String, Fact> facts) {
    Fact input = facts.get(node.input(0));
    boolean rounds = node.is("Cast") && input != null && input.type().isFloating();
    return node.domain().isEmpty() && LINEAR.contains(node.op()) && !rounds;
  }

  private Fact fact(String value, DataDependence data, boolean trusted) {
    List<Tensor> tensors = runs.stream().map(run -> run.get(value)).toList();
    Tensor first = tensors.getFirst();
    if (data.shape(value)) {
      return new Fact(first.type(), List.of(), null);
    }
    List<List<Long>> shapes =
        tensors.stream().map(tensor -> Arrays.stream(tensor.dims()).boxed().toList()).toList();
    boolean remembered =
        !data.content(value)
            && first.type() != DataType.STRING
            && tensors.stream().allMatch(tensor -> tensor.elementCount() <= MAX_CONTENT);
    boolean always = remembered && trusted && tensors.stream().allMatch(first::contentEquals);
    return new Fact(first.type(), shapes, always ? first : null);
  }

  /** Whether a Slice hid that an axis differs: at sizes not tried it may have another length. */
  private boolean isClamping(Node node) {
    if (!node.is("Slice")) {
      return false;
    }
    Tensor sliced = runs.getFirst().get(node.output(0));
    return sliced == null
        || IntStream.range(0, sliced.rank())
            .anyMatch(axis ->
                sliced.dim(axis) > 1
                    && differs(node.input(0), axis)
                    && !differs(node.output(0), axis));
  }

  private boolean differs(String value, int axis) {
    return IntStream.range(1, runs.size())
        .anyMatch(run -> size(run, value, axis) != size(0, value, axis));
  }

  private long size(int run, String value, int axis) {
    Tensor tensor = runs.get(run).get(value);
    return tensor == null ? 0 : tensor.dim(axis);
  }
}
