package dev.skerry.optimize.differentiate;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import java.util.Map;
import java.util.Optional;

/** Rules of activation functions; y is the output, g its gradient. */
final class Activations {
  private static final double SQRT_2 = Math.sqrt(2);

  private static final Map<String, Attribute> STEP =
      Map.of("alpha", Attribute.of(1e38f), "beta", Attribute.of(0f));

  private Activations() {}

  private static String positive(Place at, String value) {
    return at.emit().op("Greater", value, at.scalar(0));
  }

  /**
   * g where y > 0. As y is never negative, min(1, y·10³⁸) is that condition as a number: one pass
   * in single precision, where a comparison, a cast and a product take several.
   */
  static void relu(Place at) {
    String slope =
        at.type() == DataType.FLOAT
            ? at.emit().op("HardSigmoid", STEP, at.output())
            : at.emit().op("Sign", at.output());
    at.give(0, at.mul(at.gradient(), slope));
  }

  static void leakyRelu(Place at) {
    String leaked = at.mul(at.gradient(), at.scalar(at.node().floatAttribute("alpha", 0.01f)));
    String positive = positive(at, at.input(0));
    at.give(0, at.emit().op("Where", positive, at.gradient(), leaked));
  }

  static void pRelu(Place at) {
    String positive = positive(at, at.input(0));
    if (at.wants(0)) {
      String leaked = at.mul(at.gradient(), at.input(1));
      at.give(0, at.emit().op("Where", positive, at.gradient(), leaked));
    }
    if (at.wants(1)) {
      String product = at.mul(at.gradient(), at.input(0));
      String slope = at.emit().op("Where", positive, at.scalar(0), product);
      at.giveBroadcast(1, slope, at.outputShape());
    }
  }

  static void clip(Place at) {
    String passed = at.gradient();
    Optional<String> least = bound(at, 1, "min");
    if (least.isPresent()) {
      passed = at.where(at.emit().op("Greater", at.input(0), least.get()), passed);
    }
    Optional<String> most = bound(at, 2, "max");
    if (most.isPresent()) {
      passed = at.where(at.emit().op("Less", at.input(0), most.get()), passed);
    }
    at.give(0, passed);
  }

  private static Optional<String> bound(Place at, int input, String attribute) {
    if (at.node().hasInput(input)) {
      return Optional.of(at.input(input));
    }
    return at.node()
        .attribute(attribute)
        .map(_ -> at.scalar(at.node().floatAttribute(attribute, 0)));
  }

  static void sigmoid(Place at) {
    String slope = at.mul(at.output(), at.sub(at.scalar(1), at.output()));
    at.give(0, at.mul(at.gradient(), slope));
  }

  static void tanh(Place at) {
    String slope = at.sub(at.scalar(1), at.mul(at.output(), at.output()));
    at.give(0, at.mul(at.gradient(), slope));
  }

  static void hardSigmoid(Place at) {
    double alpha = at.node().floatAttribute("alpha", 0.2f);
    String inside =
        at.emit()
            .op("And", positive(at, at.output()), at.emit().op("Less", at.output(), at.scalar(1)));
    at.give(0, at.where(inside, at.mul(at.gradient(), at.scalar(alpha))));
  }

  /** x·clip(x/6 + 1/2, 0, 1): 0 below -3, 1 above 3, x/3 + 1/2 between. */
  static void hardSwish(Place at) {
    String x = at.input(0);
    String between = at.add(at.mul(x, at.scalar(1 / 3.0)), at.scalar(0.5));
    String above = at.emit().op("GreaterOrEqual", x, at.scalar(3));
    String slope = at.emit().op("Where", above, at.scalar(1), between);
    String notBelow = at.emit().op("Greater", x, at.scalar(-3));
    at.give(0, at.where(notBelow, at.mul(at.gradient(), slope)));
  }

  /** Φ(x) + x φ(x), or the derivative of the approximation by tanh. */
  static void gelu(Place at) {
    boolean approximate = at.node().textAttribute("approximate", "none").equals("tanh");
    at.give(0, at.mul(at.gradient(), approximate ? tanhGeluSlope(at) : geluSlope(at)));
  }

  private static String geluSlope(Place at) {
    String x = at.input(0);
    String erf = at.emit().op("Erf", at.mul(x, at.scalar(1 / SQRT_2)));
    String cumulative = at.mul(at.add(erf, at.scalar(1)), at.scalar(0.5));
    String exponent = at.mul(at.mul(x, x), at.scalar(-0.5));
    String density = at.mul(at.emit().op("Exp", exponent), at.scalar(1 / Math.sqrt(2 * Math.PI)));
    return at.add(cumulative, at.mul(x, density));
  }

  /** With u = √(2/π)(x + 0.044715 x³): (1 + tanh u)/2 + x/2 (1 - tanh² u) u'. */
  private static String tanhGeluSlope(Place at) {
    double outer = Math.sqrt(2 / Math.PI);
    double cubic = 0.044715;
    String x = at.input(0);
    String square = at.mul(x, x);
    String inner = at.mul(x, at.add(at.mul(square, at.scalar(outer * cubic)), at.scalar(outer)));
    String tanh = at.emit().op("Tanh", inner);
    String innerSlope = at.add(at.mul(square, at.scalar(3 * outer * cubic)), at.scalar(outer));
    String tanhSlope = at.mul(at.sub(at.scalar(1), at.mul(tanh, tanh)), innerSlope);
    String sum = at.add(at.add(tanh, at.scalar(1)), at.mul(x, tanhSlope));
    return at.mul(sum, at.scalar(0.5));
  }

  /** Below 0, α(e^x - 1) has the slope y + α. */
  static void elu(Place at) {
    String slope = at.add(at.output(), at.scalar(at.node().floatAttribute("alpha", 1)));
    String below = at.mul(at.gradient(), slope);
    at.give(0, at.emit().op("Where", positive(at, at.input(0)), at.gradient(), below));
  }

  static void softplus(Place at) {
    at.give(0, at.mul(at.gradient(), at.emit().op("Sigmoid", at.input(0))));
  }

  /** y (g - Σ g y). */
  static void softmax(Place at) {
    String weighted = at.mul(at.gradient(), at.output());
    String total = at.emit().sum(weighted, true, at.node().intAttribute("axis", -1));
    at.give(0, at.sub(weighted, at.mul(at.output(), total)));
  }

  /** g - e^y Σ g. */
  static void logSoftmax(Place at) {
    String total = at.emit().sum(at.gradient(), true, at.node().intAttribute("axis", -1));
    String share = at.emit().op("Exp", at.output());
    at.give(0, at.sub(at.gradient(), at.mul(share, total)));
  }
}
