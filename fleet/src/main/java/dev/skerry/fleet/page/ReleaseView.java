package dev.skerry.fleet.page;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One release.
 *
 * @param devices that run it
 * @param of all devices that run the model
 * @param scatter quality against latency of all variants, where they were measured
 * @param form what the form begins with; after a failure what was typed
 */
record ReleaseView(
    String model,
    long counter,
    String version,
    long devices,
    long of,
    Optional<ScatterPlot> scatter,
    List<Ladder> ladders,
    List<DeviceView.Fact> provenance,
    List<RolloutRow> rollouts,
    RolloutForm form) {

  /** This page with another form. */
  ReleaseView with(RolloutForm changed) {
    return new ReleaseView(
        model, counter, version, devices, of, scatter, ladders, provenance, rollouts, changed);
  }

  /** The variants of one target, best first. */
  record Ladder(String target, String needs, List<Rung> rungs) {}

  /**
   * One variant; its bars are in percent of the longest in the release.
   *
   * @param agreement share of samples with the original model's answer
   */
  record Rung(
      String name, String technique, Bar quality, Bar latency, Bar size, String agreement) {}

  /**
   * A figure.
   *
   * @param note beside it
   * @param width of its bar in percent, empty for none
   */
  record Bar(String figure, String note, String width) {
    static final Bar NONE = new Bar(Words.NOTHING, "", "");
  }

  /**
   * What is asked of a rollout, as text that people type.
   *
   * @param problems by field
   */
  record RolloutForm(
      String selector,
      String waves,
      String soak,
      String gates,
      String windows,
      String ratePerMinute,
      String priority,
      boolean approval,
      Map<String, String> problems) {
    /** The same text with what is wrong with it, by field. */
    RolloutForm with(Map<String, String> found) {
      return new RolloutForm(
          selector, waves, soak, gates, windows, ratePerMinute, priority, approval, found);
    }

    String problem(String field) {
      return problems.getOrDefault(field, "");
    }
  }
}
