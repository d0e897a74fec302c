package dev.skerry.optimize.differentiate;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.Optional;

/** One node on the way back: what its rule may look at, and where it puts what it finds. */
final class Place {
  private final Node node;
  private final ForwardValues values;
  private final Backward backward;

  Place(Node node, ForwardValues values, Backward backward) {
    this.node = node;
    this.values = values;
    this.backward = backward;
  }

  Node node() {
    return node;
  }

  Emitter emit() {
    return backward.emitter();
  }

  ConvForms forms() {
    return backward.forms();
  }

  ForwardValues values() {
    return values;
  }

  String input(int index) {
    return node.input(index);
  }

  String output() {
    return node.output(0);
  }

  long[] shape(String value) {
    return values.shape(value);
  }

  long[] inputShape(int index) {
    return values.shape(node.input(index));
  }

  long[] outputShape() {
    return values.shape(output());
  }

  /** The type of the numbers that the node computes with. */
  DataType type() {
    return values.type(node.input(0));
  }

  Tensor constant(int input) {
    return values.requireConstant(node, input);
  }

  Optional<Tensor> optionalConstant(int input) {
    return node.hasInput(input) ? Optional.of(constant(input)) : Optional.empty();
  }

  /** Gradient of the first output. */
  String gradient() {
    return gradient(0).orElseThrow();
  }

  /** Gradient of an output, where the loss depends on it. */
  Optional<String> gradient(int output) {
    return backward.gradient(node.output(output));
  }

  /** Whether a parameter is behind this input, so that its gradient is asked for. */
  boolean wants(int input) {
    return node.hasInput(input) && backward.wants(node.input(input));
  }

  /** Adds to the gradient of an input. */
  void give(int input, String gradient) {
    giveTo(node.input(input), gradient);
  }

  /** Adds to the gradient of an earlier value. */
  void giveTo(String value, String gradient) {
    if (backward.wants(value)) {
      backward.add(value, gradient);
    }
  }

  /** Adds to the gradient of an input that was broadcast to {@code shape}. */
  void giveBroadcast(int input, String gradient, long... shape) {
    if (wants(input)) {
      give(input, emit().unbroadcast(gradient, shape, inputShape(input)));
    }
  }

  /** An output of the forward node that nobody took so far. */
  String extraOutput(int index) {
    return backward.extraOutput(node, index);
  }

  String scalar(double value) {
    return emit().scalar(type(), value);
  }

  String mul(String a, String b) {
    return emit().op("Mul", a, b);
  }

  String add(String a, String b) {
    return emit().op("Add", a, b);
  }

  String sub(String a, String b) {
    return emit().op("Sub", a, b);
  }

  String div(String a, String b) {
    return emit().op("Div", a, b);
  }

  /** {@code value} where {@code condition} holds, 0 elsewhere. */
  String where(String condition, String value) {
    return emit().op("Where", condition, value, scalar(0));
  }
}
