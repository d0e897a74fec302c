package dev.skerry.optimize;

import dev.skerry.graph.Model;
import dev.skerry.optimize.target.Target;

/** A graph that was made for a target and is not judged yet. */
public final class Rung {
  private final Target target;
  private final boolean measuredHere;
  private final Variants.Made made;
  private final Model simplified;
  private final Model base;

  /**
   * @param measuredHere whether times on this machine are the target's
   * @param simplified the float graph that it was made from
   * @param base the same in operators that can be quantized, about which was decided
   */
  Rung(Target target, boolean measuredHere, Variants.Made made, Model simplified, Model base) {
    this.target = target;
    this.measuredHere = measuredHere;
    this.made = made;
    this.simplified = simplified;
    this.base = base;
  }

  public Target target() {
    return target;
  }

  /** Whether times on this machine are the target's. */
  public boolean measuredHere() {
    return measuredHere;
  }

  public Model model() {
    return made.model();
  }

  /** How it was made, in a few words. */
  public String technique() {
    return made.technique();
  }

  /**
   * This rung with its weights changed.
   *
   * @param model the same nodes over other constants
   */
  public Rung with(Model model, String technique) {
    Variants.Made changed = made.with(model, technique, made.search());
    return new Rung(target, measuredHere, changed, simplified, base);
  }

  Variants.Made made() {
    return made;
  }

  Model simplified() {
    return simplified;
  }

  Model base() {
    return base;
  }
}
