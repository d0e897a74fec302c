package dev.skerry.optimize.differentiate;

/** How gradients of one operator's outputs become gradients of its inputs. */
interface GradientRule {
  /** Emits the gradients of the inputs of {@code at.node()} that are wanted. */
  void apply(Place at);
}
