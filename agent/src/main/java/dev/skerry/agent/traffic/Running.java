package dev.skerry.agent.traffic;

import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.engine.OwnInputs;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.Variant;

/**
 * A variant of a verified release, loaded and ready to serve.
 *
 * @param own inputs that callers need not give
 */
public record Running(
    Receipt receipt, Release release, Variant variant, LoadedModel model, OwnInputs own) {
  public Running(Receipt receipt, Release release, Variant variant, LoadedModel model) {
    this(receipt, release, variant, model, OwnInputs.of(release));
  }
}
