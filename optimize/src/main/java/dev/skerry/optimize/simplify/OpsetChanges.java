package dev.skerry.optimize.simplify;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What changed in operators, step by step: the nodes of opset v that do what a node of opset v - 1
 * did.
 */
final class OpsetChanges {
  /** One operator's change at one version. */
  @FunctionalInterface
  interface Change {
    /** The nodes in place of {@code node}; the last one makes its outputs. */
    List<Node> apply(Node node, Scope scope);
  }

  /** What changes may add to the graph that they rewrite, and ask of it. */
  interface Scope {
    /** A new initializer; its name. */
    String constant(String base, Tensor value);

    /** A value name that is not taken. */
    String fresh(String base);

    boolean isUsed(String value);

    /** The number of axes of {@code value}, when it was observed. */
    OptionalInt rank(String value);

    /** The opset that the whole upgrade ends with. */
    long target();
  }

  private static final Map<String, Map<Long, Change>> CHANGES = new HashMap<>();

  static {
    add(9, "BatchNormalization", (node, _) -> List.of(only(node, "spatial", 1)));
    add(14, "BatchNormalization", OpsetChanges::inference);
    add(9, "Upsample", (node, scope) -> List.of(floats(node, "scales", 1, scope)));
    add(10, "Upsample", (node, _) -> List.of(renamed(node, "Resize")));
    add(10, "Slice", OpsetChanges::slice);
    add(10, "TopK", (node, scope) -> List.of(integers(node, "k", 1, scope)));
    add(10, "Dropout", OpsetChanges::maskless);
    add(11, "Clip", OpsetChanges::clip);
    add(11, "Pad", OpsetChanges::pad);
    add(11, "Resize", OpsetChanges::resize);
    add(11, "Scatter", (node, _) -> List.of(renamed(node, "ScatterElements")));
    add(12, "Dropout", (node, scope) -> List.of(floats(node, "ratio", 1, scope)));
    add(13, "Split", (node, scope) -> List.of(integers(node, "split", 1, scope)));
    add(13, "Squeeze", (node, scope) -> List.of(integers(node, "axes", 1, scope)));
    add(13, "Unsqueeze", (node, scope) -> List.of(integers(node, "axes", 1, scope)));
    add(13, "ReduceSum", (node, scope) -> List.of(integers(node, "axes", 1, scope)));
    for (String op : List.of("Softmax", "LogSoftmax", "Hardmax")) {
      add(13, op, OpsetChanges::overOneAxis);
    }
    add(
        16,
        "RoiAlign",
        (node, _) ->
            List.of(
                node.with("coordinate_transformation_mode", Attribute.of("output_half_pixel"))));
    add(18, "Split", OpsetChanges::counted);
    for (String op :
        List.of(
            "ReduceL1",
            "ReduceL2",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceMax",
            "ReduceMean",
            "ReduceMin",
            "ReduceProd",
            "ReduceSumSquare")) {
      add(18, op, (node, scope) -> List.of(integers(node, "axes", 1, scope)));
    }
    add(19, "AveragePool", (node, _) -> List.of(only(node, "ceil_mode", 0)));
    add(20, "GridSample", OpsetChanges::gridSample);
  }

  private OpsetChanges() {}

  private static void add(long version, String op, Change change) {
    CHANGES.computeIfAbsent(op, _ -> new HashMap<>()).put(version, change);
  }

  /** How {@code op} changed at {@code version}, if it did. */
  static Optional<Change> at(long version, String op) {
    return Optional.ofNullable(CHANGES.getOrDefault(op, Map.of()).get(version));
  }

  static boolean isKnown(String op) {
    return CHANGES.containsKey(op);
  }

  static SkerryException refusal(Node node, String reason) {
    return new SkerryException(
        ErrorCode.BAD_MODEL,
        "%s cannot be brought to a newer opset: %s".formatted(node.label(), reason));
  }

  /** The node without an attribute that newer opsets lack or read differently. */
  private static Node only(Node node, String key, long allowed) {
    if (node.intAttribute(key, allowed) != allowed) {
      throw refusal(
          node,
          "%s is %d, which newer opsets do not mean".formatted(key, node.intAttribute(key, 0)));
    }
    return node.without(key);
  }

  private static Node renamed(Node node, String op) {
    return new Node(
        node.name(),
        node.domain(),
        op,
        node.inputs(),
        node.outputs(),
        node.attributes(),
        node.extra());
  }

  private static Node integers(Node node, String key, int input, Scope scope) {
    Optional<Attribute> value = node.attribute(key);
    if (value.isEmpty()) {
      return node;
    }
    long[] integers =
        value.get() instanceof Attribute.Int(long single)
            ? new long[] {single}
            : node.intsAttribute(key).orElseThrow();
    String name = scope.constant(node.output(0) + "." + key, Tensor.vector(integers));
    return node.without(key).withInput(input, name);
  }

  private static Node floats(Node node, String key, int input, Scope scope) {
    Tensor tensor =
        switch (node.attributes().get(key)) {
          case Attribute.Float(float value) -> Tensor.scalar(value);
          case Attribute.Floats(List<Float> values) -> vector(values);
          case null, default -> null;
        };
    return tensor == null
        ? node
        : node.without(key).withInput(input, scope.constant(node.output(0) + "." + key, tensor));
  }

  private static Tensor vector(List<Float> values) {
    return Constants.vector(values.stream().mapToDouble(Float::doubleValue).toArray());
  }

  private static List<Node> inference(Node node, Scope scope) {
    if (node.outputs().stream().skip(1).anyMatch(scope::isUsed)) {
      throw refusal(node, "its statistics of training are used");
    }
    return List.of(node.withOutputs(node.outputs().subList(0, 1)));
  }

  private static List<Node> slice(Node node, Scope scope) {
    Node starts = integers(node, "starts", 1, scope);
    Node ends = integers(starts, "ends", 2, scope);
    return List.of(integers(ends, "axes", 3, scope));
  }

  private static List<Node> maskless(Node node, Scope scope) {
    if (scope.isUsed(node.output(1))) {
      throw refusal(node, "its mask is used, whose type changed");
    }
    return List.of(node.withOutputs(node.outputs().subList(0, 1)));
  }

  private static List<Node> clip(Node node, Scope scope) {
    return List.of(floats(floats(node, "min", 1, scope), "max", 2, scope));
  }

  private static List<Node> pad(Node node, Scope scope) {
    return List.of(floats(integers(node, "pads", 1, scope), "value", 2, scope));
  }

  /** Up to opset 10 coordinates were not centred and the nearest element was the one before. */
  private static List<Node> resize(Node node, Scope scope) {
    String roi =
        scope.target() >= 13
            ? ""
            : scope.constant(node.output(0) + ".roi", Tensor.ofFloats(new long[] {0}));
    Node changed =
        node.withInputs(List.of(node.input(0), roi, node.input(1)))
            .with("coordinate_transformation_mode", Attribute.of("asymmetric"));
    return List.of(
        node.textAttribute("mode", "nearest").equals("nearest")
            ? changed.with("nearest_mode", Attribute.of("floor"))
            : changed);
  }

  /** Up to opset 12 over all axes from {@code axis} on, flattened; from 13 over that axis alone. */
  private static List<Node> overOneAxis(Node node, Scope scope) {
    long axis = node.intAttribute("axis", 1);
    if (axis == -1 || scope.rank(node.input(0)).equals(OptionalInt.of((int) axis + 1))) {
      return List.of(node.with("axis", Attribute.of(-1)));
    }
    String shape = scope.fresh(node.output(0) + ".shape");
    String flat = scope.fresh(node.output(0) + ".flat");
    String result = scope.fresh(node.output(0) + ".rows");
    return List.of(
        Node.of("Shape", shape, List.of(node.input(0)), List.of(shape)),
        Node.of("Flatten", flat, List.of(node.input(0)), List.of(flat))
            .with("axis", Attribute.of(axis)),
        node.withInputs(List.of(flat)).withOutputs(List.of(result)).with("axis", Attribute.of(-1)),
        Node.of("Reshape", result, List.of(result, shape), node.outputs()));
  }

  private static List<Node> counted(Node node, Scope scope) {
    return List.of(
        node.hasInput(1) ? node : node.with("num_outputs", Attribute.of(node.outputs().size())));
  }

  private static List<Node> gridSample(Node node, Scope scope) {
    String mode = node.textAttribute("mode", "bilinear");
    return List.of(
        node.with(
            "mode",
            Attribute.of(
                mode.equals("bilinear") ? "linear" : mode.equals("bicubic") ? "cubic" : mode)));
  }
}
