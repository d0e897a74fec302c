package dev.skerry.cli.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How the models of a scenario share the cores. */
public enum Policy {
  /** Critical models alone, nothing else: what the others are held against. */
  ALONE,
  /** As an agent does it. */
  SKERRY,
  /** One run at a time on all cores, whoever came first. */
  FIFO,
  /**
   * Everything at once, each run on all cores, as ONNX Runtime does by default but for spinning.
   */
  CONCURRENT,
  /** Everything at once, each run on all cores, idle threads spinning: ONNX Runtime's default. */
  CONCURRENT_SPIN,
  /** One run at a time on all cores; a better class stops it and it begins again. */
  KILL;

  /** As the command line writes it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** All labels, for messages. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Policy::label).toList();
  }

  /** The policy of this label. */
  public static Optional<Policy> labelled(String label) {
    return Arrays.stream(values()).filter(policy -> policy.label().equals(label)).findFirst();
  }
}
