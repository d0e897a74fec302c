package dev.skerry.graph;

/**
 * One way in which a model differs from another.
 *
 * @param place the way to the part, as in {@link Problem}; empty for the model itself
 * @param text what differs: first the old, then the new
 */
public record Difference(Change change, String place, String text) {
  /** What happened on the way from the first model to the second. */
  public enum Change {
    ADDED("+"),
    REMOVED("-"),
    CHANGED("~");

    private final String sign;

    Change(String sign) {
      this.sign = sign;
    }
  }

  /** The difference on one line, as in {@code ~ node 3 Conv 'y': strides [1, 1] → [2, 2]}. */
  public String line() {
    return change.sign + " " + (place.isEmpty() ? "" : place + ": ") + text;
  }
}
