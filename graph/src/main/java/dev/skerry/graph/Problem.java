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

  /** Most characters of a node's label that a place shows. */
  private static final int MAX_LABEL = 200;

  /** The place {@code step} inside {@code place}. */
  static String inside(String place, String step) {
    return place.isEmpty() ? step : place + STEP + step;
  }

  /** How places name the node at {@code index} of its graph. */
  static String node(int index, Node node) {
    String label = node.label();
    String shown = label.length() > MAX_LABEL ? label.substring(0, MAX_LABEL) + "..." : label;
    return "node " + index + " " + shown;
  }

  /** Place and message on one line. */
  public String text() {
    return place.isEmpty() ? message : place + ": " + message;
  }
}
