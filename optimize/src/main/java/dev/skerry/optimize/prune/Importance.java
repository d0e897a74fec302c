package dev.skerry.optimize.prune;

/** By what a channel is judged. */
public enum Importance {
  /** The size of its weights, beside those of its group; needs no data. */
  MAGNITUDE,
  /**
   * The square of what the loss changes when it goes, to first order (Molchanov et al., 2019):
   * needs labelled data.
   */
  TAYLOR,
  /**
   * What it adds to the layers that take it: the energy of its values times that of the weights.
   */
  ACTIVATION
}
