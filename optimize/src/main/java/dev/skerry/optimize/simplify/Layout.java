package dev.skerry.optimize.simplify;

/**
 * Exact rewrites of how a finished model reads its inputs. They change no answer, and whether they
 * pay depends on the engine and the machine, so they are tried by time and not part of simplifying.
 */
public enum Layout {
  /** Integer convolutions over few channels take channels of zeros besides. */
  FULL_CHANNELS("inputs filled up with channels of zeros"),

  /** Float convolutions read pixels of a channels-last input where they lie. */
  FLAT_ROWS("channels-last input read row by row");

  private final String label;

  Layout(String label) {
    this.label = label;
  }

  /** In a few words, for people. */
  public String label() {
    return label;
  }
}
