package dev.skerry.fleet.gate;

import java.util.Locale;

/** A measured quality that a gate may limit. */
public enum Metric {
  /** Of devices that settled: those that could not install the release. */
  INSTALL_FAILURES("devices that settled", 1),
  /** Of devices that settled: those whose own validation refused it. */
  VALIDATION_FAILURES("devices that settled", 1),
  /** Of requests that the candidate ran beside the active release: those answered otherwise. */
  SHADOW_DISAGREEMENT("compared requests", 200),
  /** Of requests that the release served: those that it failed. */
  ERROR_RATE("served requests", 200),
  /** Median of served latency against that of the release before on the same devices. */
  LATENCY_P50_RATIO("served requests", 200),
  /** 95th percentile of the same. */
  LATENCY_P95_RATIO("served requests", 200),
  /** Median latency of the candidate in the shadow against the active release at the same time. */
  SHADOW_LATENCY_P50_RATIO("compared requests", 200),
  /** 95th percentile of the same. */
  SHADOW_LATENCY_P95_RATIO("compared requests", 200),
  /** Resident memory against that of the release before, summed over the same devices. */
  MEMORY_RATIO("devices", 1);

  private static final long FEWEST_REQUESTS = 20;

  private final String sampleOf;
  private final long minSample;

  Metric(String sampleOf, long minSample) {
    this.sampleOf = sampleOf;
    this.minSample = minSample;
  }

  /** As in gates and JSON, such as {@code error-rate}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** For people, such as {@code error rate}. */
  public String words() {
    return text().replace('-', ' ');
  }

  /** What the sample counts, for people. */
  public String sampleOf() {
    return sampleOf;
  }

  /** Smallest sample that a gate decides on unless it says otherwise. */
  public long minSample() {
    return minSample;
  }

  /**
   * Smallest sample that shows anything beyond a limit: requests one after the other on one device
   * are often about the same thing.
   */
  long fewest() {
    return Math.min(FEWEST_REQUESTS, minSample);
  }

  /** Whether it is a part of a whole, shown in percent. */
  public boolean isRate() {
    return switch (this) {
      case INSTALL_FAILURES, VALIDATION_FAILURES, SHADOW_DISAGREEMENT, ERROR_RATE -> true;
      case LATENCY_P50_RATIO,
          LATENCY_P95_RATIO,
          SHADOW_LATENCY_P50_RATIO,
          SHADOW_LATENCY_P95_RATIO,
          MEMORY_RATIO ->
          false;
    };
  }

  /** Whether it compares with what ran before, so that it needs a device where something did. */
  public boolean isComparison() {
    return switch (this) {
      case INSTALL_FAILURES, VALIDATION_FAILURES, ERROR_RATE -> false;
      case SHADOW_DISAGREEMENT,
          LATENCY_P50_RATIO,
          LATENCY_P95_RATIO,
          SHADOW_LATENCY_P50_RATIO,
          SHADOW_LATENCY_P95_RATIO,
          MEMORY_RATIO ->
          true;
    };
  }
}
