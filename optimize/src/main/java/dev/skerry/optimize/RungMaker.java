package dev.skerry.optimize;

import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.simplify.OpsetUpgrade;
import dev.skerry.optimize.simplify.Simplified;
import dev.skerry.optimize.simplify.Simplifier;
import dev.skerry.optimize.simplify.SimplifyOptions;
import dev.skerry.optimize.target.Machine;
import dev.skerry.optimize.target.Target;
import dev.skerry.runtime.SessionConfig;
import java.util.Map;

/** Makes graphs for targets from one float model: simplified and observed once for all of them. */
public final class RungMaker implements AutoCloseable {
  /**
   * Opset of quantized graphs: per-channel Q/DQ needs 13; 17 is read by every engine since 2022.
   */
  private static final long QUANTIZABLE_OPSET = 17;

  private final Simplified simplified;
  private final Model base;
  private final Calibrating calibrating;
  private final Variants variants;
  private final Squeezing squeezing;
  private final Machine machine = Machine.here();

  private RungMaker(
      OptimizeRequest request, Model model, Simplified simplified, Map<String, Tensor> inputs) {
    this.simplified = simplified;
    this.base = quantizable(simplified.model());
    this.calibrating = Calibrating.open(request, model, base);
    this.variants =
        new Variants(
            simplified.model(),
            base,
            calibrating.calibrated(),
            inputs,
            SessionConfig.standard().withThreads(request.threads()),
            request.timeLimit(),
            request.progress());
    this.squeezing = new Squeezing(request, calibrating.calibrated());
  }

  /**
   * Prepares {@code model}.
   *
   * @param model float; what is made of it is held against it on calibration data, within the goal
   *     of the request
   * @param inputs one sample, on which times are measured
   */
  public static RungMaker open(OptimizeRequest request, Model model, Map<String, Tensor> inputs) {
    Simplified simplified = Simplifier.simplify(model, SimplifyOptions.standard());
    return new RungMaker(request, model, simplified, inputs);
  }

  /** {@code simplified} at an opset and in operators that can be quantized. */
  static Model quantizable(Model simplified) {
    Model modern =
        simplified.opset() < QUANTIZABLE_OPSET
            ? OpsetUpgrade.to(simplified, QUANTIZABLE_OPSET)
            : simplified;
    return Simplifier.simplify(modern, SimplifyOptions.standard().withBeforeQuantizing(true))
        .model();
  }

  /** The graph for {@code target}. */
  public Rung make(Target target) {
    boolean here = target.includes(machine);
    return new Rung(
        target, here, squeezing.of(variants.make(target, here)), simplified.model(), base);
  }

  /** What is always safe. */
  Rung simplified(Target target, String reason) {
    Variants.Made made = variants.simplified(reason);
    return new Rung(target, target.includes(machine), made, simplified.model(), base);
  }

  Simplified simplified() {
    return simplified;
  }

  /** Samples from which ranges were taken. */
  int samples() {
    return calibrating.samples();
  }

  @Override
  public void close() {
    calibrating.close();
  }
}
