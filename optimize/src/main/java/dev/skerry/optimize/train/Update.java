package dev.skerry.optimize.train;

/** How parameters follow their gradients g; η is the learning rate of the step. */
public sealed interface Update {
  /**
   * The share of a weight that is added to its gradient or, in AdamW, lost; of what products take,
   * not of biases and scales.
   */
  double weightDecay();

  /** v ← μ v + g; p ← p - η v. */
  record Sgd(double momentum, double weightDecay) implements Update {}

  /**
   * Kingma and Ba, 2015: m ← β₁ m + (1-β₁) g; v ← β₂ v + (1-β₂) g²; p ← p - η m̂/(√v̂ + ε), where
   * m̂ and v̂ are corrected for their start at 0.
   *
   * @param decoupled whether decay acts on the weights themselves (AdamW; Loshchilov and Hutter,
   *     2019)
   */
  record Adam(double beta1, double beta2, double epsilon, double weightDecay, boolean decoupled)
      implements Update {}

  static Update sgd(double weightDecay) {
    return new Sgd(0.9, weightDecay);
  }

  static Update adam(double weightDecay) {
    return new Adam(0.9, 0.999, 1e-8, weightDecay, false);
  }

  static Update adamW(double weightDecay) {
    return new Adam(0.9, 0.999, 1e-8, weightDecay, true);
  }
}
