package dev.skerry.cli;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;

/** What numbers on the command line may be. */
final class Limits {
  private Limits() {}

  /**
   * Throws unless {@code value} is at least {@code least}.
   *
   * @throws SkerryException USAGE
   */
  static void require(String option, double value, int least) {
    if (!(value >= least)) {
      throw new SkerryException(
          ErrorCode.USAGE,
          "%s takes %d or more, not %s"
              .formatted(option, least, value == (long) value ? (long) value : value));
    }
  }
}
