package dev.skerry.graph;

/**
 * A rule of ONNX that a model breaks.
 *
 * @param place the way to the part, such as {@code If 'x' › then_branch › node 12 Conv 'y'}; empty
 *     for the model itself
 * @param message what is wrong there
 */
public record Problem(String place, String message) {
  private static final String STEP = " › ";

  /** The place {@code step} inside {@code place}. */
  static String inside(String place, String step) {
    return place.isEmpty() ? step : place + STEP + step;
  }

  /** How places name the node at {@code index} of its graph. */
  static String node(int index, Node node) {
    return "node " + index + " " + node.label();
  }

  /** Place and message on one line. */
  public String text() {
    return place.isEmpty() ? message : place + ": " + message;
  }
}
