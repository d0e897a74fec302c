package dev.skerry.bundle.release;

/**
 * A release whose manifest was verified; only such a one reaches a slot. It is made by {@code
 * UntrustedRelease} alone.
 */
public final class VerifiedRelease {
  private final Receipt receipt;
  private final Release release;

  VerifiedRelease(Receipt receipt, Release release) {
    this.receipt = receipt;
    this.release = release;
  }

  public Receipt receipt() {
    return receipt;
  }

  public Release release() {
    return release;
  }
}
