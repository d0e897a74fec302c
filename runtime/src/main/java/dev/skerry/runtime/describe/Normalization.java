package dev.skerry.runtime.describe;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The line that turns raw values into the graph's: {@code value = (raw * scale - mean) / std}.
 *
 * @param scale one number for all channels, or one per channel; so are the others
 */
public record Normalization(List<Double> scale, List<Double> mean, List<Double> std) {
  /** Values pass as they are. */
  public static final Normalization NONE = of(1, 0, 1);

  public Normalization {
    scale = List.copyOf(scale);
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /** The same line for all channels. */
  public static Normalization of(double scale, double mean, double std) {
    return new Normalization(List.of(scale), List.of(mean), List.of(std));
  }

  /** The line of one channel. */
  public record Line(double scale, double mean, double std) {
    /** The value of {@code raw}. */
    public double apply(double raw) {
      return (raw * scale - mean) / std;
    }
  }

  /** The line of {@code channel}. */
  public Line line(int channel) {
    return new Line(at(scale, channel), at(mean, channel), at(std, channel));
  }

  /** One line per channel that is told apart. */
  public Line[] lines() {
    return IntStream.range(0, channels()).mapToObj(this::line).toArray(Line[]::new);
  }

  /** Channels that the lists tell apart; 1 when all are treated alike. */
  public int channels() {
    return Math.max(scale.size(), Math.max(mean.size(), std.size()));
  }

  /** Whether values pass as they are. */
  public boolean isIdentity() {
    return allAre(scale, 1) && allAre(mean, 0) && allAre(std, 1);
  }

  private static boolean allAre(List<Double> values, double wanted) {
    return values.stream().allMatch(value -> value == wanted);
  }

  private static double at(List<Double> values, int channel) {
    return values.size() == 1 ? values.getFirst() : values.get(channel);
  }
}
