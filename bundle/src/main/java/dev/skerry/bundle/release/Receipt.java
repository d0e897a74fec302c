package dev.skerry.bundle.release;

import dev.skerry.bundle.Digest;

/**
 * What is remembered of a release that was verified: enough to recognise its manifest again.
 *
 * @param counter release counter of the model: monotonic, signed
 * @param floor security floor: releases with a smaller counter must not run any more
 * @param manifest digest of the manifest's bytes
 */
public record Receipt(String model, long counter, long floor, Digest manifest) {
  /** For people: {@code resnet8-cifar10 release 3}. */
  public String label() {
    return model + " release " + counter;
  }
}
