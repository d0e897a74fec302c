package dev.skerry.optimize.differentiate;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Writes LSTM and GRU step by step in operators that have gradient rules (ONNX operators LSTM and
 * GRU, opset 14). The products of all steps with the input are one; weights keep their names, so
 * that what is learned fits the layer as it was.
 */
final class Unrolling {
  /** Steps of one layer that are written at most: each takes a dozen nodes, and as many back. */
  private static final long MAX_STEPS = 1024;

  /** Attributes that only say what is the case anyway, or that the unrolled form follows. */
  private static final Set<String> KNOWN =
      Set.of(
          "direction",
          "hidden_size",
          "linear_before_reset",
          "activations",
          "layout",
          "output_sequence");

  private final Node node;
  private final Emitter emit;
  private final boolean gru;
  private final DataType type;
  private final long steps;
  private final long batch;
  private final long inputs;
  private final long hidden;

  /** What a direction gives: every state in order of time, and the last ones. */
  private record Run(List<String> states, String last, String cell) {}

  private Unrolling(Node node, ForwardValues values, Emitter emit) {
    this.node = node;
    this.emit = emit;
    this.gru = node.is("GRU");
    this.type = values.type(node.input(0));
    long[] x = values.shape(node.input(0)); // [steps, batch, inputs]
    long[] r = values.shape(node.input(2)); // [directions, gates * hidden, hidden]
    this.steps = x[0];
    this.batch = x[1];
    this.inputs = x[2];
    this.hidden = r[2];
  }

  static boolean isRecurrent(Node node) {
    return node.is("LSTM") || node.is("GRU");
  }

  /** {@code graph} with the recurrent layers that depend on {@code parameters} unrolled. */
  static Graph of(Graph graph, ForwardValues values, Collection<String> parameters) {
    Set<String> active = new HashSet<>(parameters);
    List<Node> nodes = new ArrayList<>();
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
    Emitter emit = new Emitter(graph, "unrolled/");
    for (Node node : graph.nodes()) {
      boolean asked = GraphIndex.uses(node).stream().anyMatch(active::contains);
      if (asked) {
        active.addAll(node.outputs());
        active.remove("");
      }
      if (asked && isRecurrent(node)) {
        requireKnown(node, values);
        new Unrolling(node, values, emit).write();
        emit.moveTo(nodes, constants);
      } else {
        nodes.add(node);
      }
    }
    return graph.withNodes(nodes).withInitializers(constants);
  }

  private static void requireKnown(Node node, ForwardValues values) {
    List<String> found = new ArrayList<>();
    node.attributes().keySet().stream().filter(key -> !KNOWN.contains(key)).forEach(found::add);
    List<String> usual =
        node.is("GRU") ? List.of("Sigmoid", "Tanh") : List.of("Sigmoid", "Tanh", "Tanh");
    if (node.attributes().get("activations") instanceof Attribute.Texts(List<Bytes> names)) {
      List<String> given = names.stream().map(Bytes::utf8).toList();
      if (!isRepeated(given, usual)) {
        found.add("activations " + given);
      }
    }
    if (node.intAttribute("layout", 0) != 0) {
      found.add("layout 1");
    }
    long steps = values.shape(node.input(0))[0];
    if (node.hasInput(4)
        && values
            .constant(node.input(4))
            .filter(lengths -> Arrays.stream(lengths.toLongs()).allMatch(length -> length == steps))
            .isEmpty()) {
      found.add("sequence_lens");
    }
    if (node.hasInput(7)) {
      found.add("peepholes");
    }
    if (steps > MAX_STEPS) {
      found.add("%,d steps, above %,d".formatted(steps, MAX_STEPS));
    }
    if (!found.isEmpty()) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "%s cannot be trained: it has %s, which has no gradient. Leave out what is in and before it with --freeze, or export the layer without"
              .formatted(node.label(), String.join(", ", found)));
    }
  }

  private static boolean isRepeated(List<String> given, List<String> usual) {
    for (int i = 0; i < given.size(); i++) {
      if (!given.get(i).equalsIgnoreCase(usual.get(i % usual.size()))) {
        return false;
      }
    }
    return true;
  }

  private void write() {
    String direction = node.textAttribute("direction", "forward");
    List<Run> runs = new ArrayList<>();
    if (!direction.equals("reverse")) {
      runs.add(run(0, false));
    }
    if (!direction.equals("forward")) {
      runs.add(run(runs.size(), true));
    }
    List<String> sequences = new ArrayList<>();
    for (Run run : runs) {
      String[] states =
          run.states().stream()
              .map(state -> emit.reshape(state, 1, 1, batch, hidden))
              .toArray(String[]::new);
      sequences.add(joined(0, states));
    }
    give(0, joined(1, sequences.toArray(String[]::new)));
    give(1, lasts(runs.stream().map(Run::last).toList()));
    if (!gru) {
      give(2, lasts(runs.stream().map(Run::cell).toList()));
    }
  }

  private void give(int output, String value) {
    if (!node.output(output).isEmpty()) {
      emit.into(node.output(output), "Identity", value);
    }
  }

  private String joined(long axis, String... parts) {
    return parts.length == 1
        ? parts[0]
        : emit.op("Concat", Map.of("axis", Attribute.of(axis)), parts);
  }

  private String lasts(List<String> states) {
    return joined(
        0,
        states.stream().map(state -> emit.reshape(state, 1, batch, hidden)).toArray(String[]::new));
  }

  private Run run(int place, boolean backwards) {
    int gates = gru ? 3 : 4;
    String w = part(node.input(1), place, gates * hidden, inputs);
    String r = emit.transpose(part(node.input(2), place, gates * hidden, hidden), 1, 0);
    String flat = emit.reshape(node.input(0), steps * batch, inputs);
    String products = emit.op("MatMul", flat, emit.transpose(w, 1, 0));
    String recurrentBias = "";
    if (node.hasInput(3)) {
      String both = part(node.input(3), place, 2 * gates * hidden);
      List<String> biases = parts(both, 0, gates * hidden, gates * hidden);
      products = emit.op("Add", products, biases.getFirst());
      recurrentBias = biases.getLast();
    }
    long[] sizes = new long[(int) steps];
    Arrays.fill(sizes, batch);
    List<String> given = parts(products, 0, sizes);
    String h = start(5, place);
    String c = gru ? "" : start(6, place);
    List<String> states = new ArrayList<>(given);
    for (int i = 0; i < steps; i++) {
      int t = backwards ? (int) steps - 1 - i : i;
      if (gru) {
        h = gruStep(given.get(t), h, r, recurrentBias);
      } else {
        String recurrent = biased(emit.op("MatMul", h, r), recurrentBias);
        List<String> gate =
            parts(emit.op("Add", given.get(t), recurrent), 1, hidden, hidden, hidden, hidden);
        String kept = emit.op("Mul", emit.op("Sigmoid", gate.get(2)), c);
        String fresh =
            emit.op("Mul", emit.op("Sigmoid", gate.get(0)), emit.op("Tanh", gate.get(3)));
        c = emit.op("Add", kept, fresh);
        h = emit.op("Mul", emit.op("Sigmoid", gate.get(1)), emit.op("Tanh", c));
      }
      states.set(t, h);
    }
    return new Run(states, h, c);
  }

  /** H' = (1 - z) ⊙ h̃ + z ⊙ H, written as h̃ + z ⊙ (H - h̃). */
  private String gruStep(String x, String h, String r, String bias) {
    List<String> given = parts(x, 1, 2 * hidden, hidden);
    String candidate;
    String update;
    if (node.intAttribute("linear_before_reset", 0) != 0) {
      String recurrent = biased(emit.op("MatMul", h, r), bias);
      List<String> own = parts(recurrent, 1, 2 * hidden, hidden);
      List<String> zr = gates(given.getFirst(), own.getFirst());
      update = zr.getFirst();
      candidate = emit.op("Mul", zr.getLast(), own.getLast());
    } else {
      List<String> weights = parts(r, 1, 2 * hidden, hidden);
      List<String> biases = bias.isEmpty() ? List.of("", "") : parts(bias, 0, 2 * hidden, hidden);
      String recurrent = biased(emit.op("MatMul", h, weights.getFirst()), biases.getFirst());
      List<String> zr = gates(given.getFirst(), recurrent);
      update = zr.getFirst();
      String reset = emit.op("Mul", zr.getLast(), h);
      candidate = biased(emit.op("MatMul", reset, weights.getLast()), biases.getLast());
    }
    String next = emit.op("Tanh", emit.op("Add", given.getLast(), candidate));
    return emit.op("Add", next, emit.op("Mul", update, emit.op("Sub", h, next)));
  }

  private List<String> gates(String given, String recurrent) {
    return parts(emit.op("Sigmoid", emit.op("Add", given, recurrent)), 1, hidden, hidden);
  }

  private String biased(String value, String bias) {
    return bias.isEmpty() ? value : emit.op("Add", value, bias);
  }

  /** What belongs to the direction at {@code place}, in this shape. */
  private String part(String value, int place, long... shape) {
    String own =
        emit.slice(
            value, new long[] {place}, new long[] {place + 1L}, new long[] {0}, new long[] {1});
    return emit.reshape(own, shape);
  }

  private List<String> parts(String value, long axis, long... sizes) {
    return sizes.length == 1
        ? List.of(value)
        : emit.ops(
            "Split", sizes.length, Map.of("axis", Attribute.of(axis)), value, emit.longs(sizes));
  }

  private String start(int input, int place) {
    if (node.hasInput(input)) {
      return part(node.input(input), place, batch, hidden);
    }
    double[] zeros = new double[(int) (batch * hidden)];
    return emit.constant("zeros", Emitter.numbers(type, new long[] {batch, hidden}, zeros));
  }
}
