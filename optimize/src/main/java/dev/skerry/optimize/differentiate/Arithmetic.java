package dev.skerry.optimize.differentiate;

/** Rules of elementwise arithmetic; y is the output, g its gradient. */
final class Arithmetic {
  private Arithmetic() {}

  static void add(Place at) {
    at.giveBroadcast(0, at.gradient(), at.outputShape());
    at.giveBroadcast(1, at.gradient(), at.outputShape());
  }

  static void sum(Place at) {
    for (int input = 0; input < at.node().inputs().size(); input++) {
      at.giveBroadcast(input, at.gradient(), at.outputShape());
    }
  }

  static void sub(Place at) {
    at.giveBroadcast(0, at.gradient(), at.outputShape());
    if (at.wants(1)) {
      at.giveBroadcast(1, at.emit().op("Neg", at.gradient()), at.outputShape());
    }
  }

  static void mul(Place at) {
    for (int input = 0; input < 2; input++) {
      if (at.wants(input)) {
        String product = at.mul(at.gradient(), at.input(1 - input));
        at.giveBroadcast(input, product, at.outputShape());
      }
    }
  }

  /** d(a/b)/db = -y/b. */
  static void div(Place at) {
    String quotient = at.div(at.gradient(), at.input(1));
    at.giveBroadcast(0, quotient, at.outputShape());
    if (at.wants(1)) {
      String negative = at.emit().op("Neg", at.mul(quotient, at.output()));
      at.giveBroadcast(1, negative, at.outputShape());
    }
  }

  /** d(a^b)/da = b a^(b-1); d/db = y ln a. */
  static void pow(Place at) {
    String base = at.input(0);
    String exponent = at.input(1);
    if (at.wants(0)) {
      at.giveBroadcast(0, at.mul(at.gradient(), powerSlope(at, base, exponent)), at.outputShape());
    }
    if (at.wants(1)) {
      String slope = at.mul(at.output(), at.emit().op("Log", base));
      at.giveBroadcast(1, at.mul(at.gradient(), slope), at.outputShape());
    }
  }

  private static String powerSlope(Place at, String base, String exponent) {
    boolean square =
        at.values()
            .constant(exponent)
            .map(value -> value.elementCount() == 1 && value.asDouble(0) == 2)
            .orElse(false);
    if (square) {
      return at.mul(base, at.scalar(2));
    }
    boolean sameType = at.values().type(exponent) == at.type();
    String power = sameType ? exponent : at.emit().number(at.type(), exponent);
    return at.mul(power, at.emit().op("Pow", base, at.sub(power, at.scalar(1))));
  }

  static void min(Place at) {
    extreme(at);
  }

  static void max(Place at) {
    extreme(at);
  }

  /** To the inputs that equal the result, in equal parts. */
  private static void extreme(Place at) {
    int inputs = at.node().inputs().size();
    String[] masks = new String[inputs];
    String ties = at.scalar(0);
    for (int input = 0; input < inputs; input++) {
      String equal = at.emit().op("Equal", at.input(input), at.output());
      masks[input] = at.emit().number(at.type(), equal);
      ties = at.add(ties, masks[input]);
    }
    String share = at.div(at.gradient(), ties);
    for (int input = 0; input < inputs; input++) {
      if (at.wants(input)) {
        at.giveBroadcast(input, at.mul(share, masks[input]), at.outputShape());
      }
    }
  }

  static void where(Place at) {
    String zero = at.emit().scalar(at.values().type(at.output()), 0);
    String condition = at.input(0);
    if (at.wants(1)) {
      String taken = at.emit().op("Where", condition, at.gradient(), zero);
      at.giveBroadcast(1, taken, at.outputShape());
    }
    if (at.wants(2)) {
      String taken = at.emit().op("Where", condition, zero, at.gradient());
      at.giveBroadcast(2, taken, at.outputShape());
    }
  }

  static void neg(Place at) {
    at.give(0, at.emit().op("Neg", at.gradient()));
  }

  static void abs(Place at) {
    at.give(0, at.mul(at.gradient(), at.emit().op("Sign", at.input(0))));
  }

  static void exp(Place at) {
    at.give(0, at.mul(at.gradient(), at.output()));
  }

  static void log(Place at) {
    at.give(0, at.div(at.gradient(), at.input(0)));
  }

  static void sqrt(Place at) {
    at.give(0, at.div(at.mul(at.gradient(), at.scalar(0.5)), at.output()));
  }

  static void reciprocal(Place at) {
    String square = at.mul(at.output(), at.output());
    at.give(0, at.emit().op("Neg", at.mul(at.gradient(), square)));
  }

  static void sin(Place at) {
    at.give(0, at.mul(at.gradient(), at.emit().op("Cos", at.input(0))));
  }

  static void cos(Place at) {
    String sine = at.emit().op("Sin", at.input(0));
    at.give(0, at.emit().op("Neg", at.mul(at.gradient(), sine)));
  }

  /** d erf(x)/dx = 2/√π e^(-x²). */
  static void erf(Place at) {
    String square = at.emit().op("Neg", at.mul(at.input(0), at.input(0)));
    String slope = at.mul(at.emit().op("Exp", square), at.scalar(2 / Math.sqrt(Math.PI)));
    at.give(0, at.mul(at.gradient(), slope));
  }
}
