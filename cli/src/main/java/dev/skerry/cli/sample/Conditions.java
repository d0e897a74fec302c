package dev.skerry.cli.sample;

import java.util.random.RandomGenerator;

/**
 * The range of conditions that a set of recordings covers; each recording draws its own.
 *
 * @param speedRpm of the shaft
 * @param load from 0 (idle) to 1 (rated)
 * @param signalToNoiseDb power of the defect's sound over power of the broadband noise
 * @param pinkShare of the noise power that falls off as 1/f; the rest is white or comes through the
 *     structure
 * @param slip random deviation of the time between two strikes, as a share of it
 */
record Conditions(Range speedRpm, Range load, Range signalToNoiseDb, Range pinkShare, Range slip) {

  /** Where the model learns and its ranges are calibrated. */
  static final Conditions TRAINING =
      new Conditions(
          new Range(1_690, 1_800),
          new Range(0.2, 1),
          new Range(-5, 7),
          new Range(0.1, 0.4),
          new Range(0.002, 0.01));

  /** Where it is judged: other speeds and loads, more noise of another colour, more slip. */
  static final Conditions VALIDATION =
      new Conditions(
          new Range(1_680, 1_810),
          new Range(0.1, 1),
          new Range(-6, 6),
          new Range(0.2, 0.6),
          new Range(0.002, 0.015));

  /** Numbers between two bounds, all equally likely. */
  record Range(double low, double high) {
    double draw(RandomGenerator random) {
      return random.nextDouble(low, high);
    }
  }
}
