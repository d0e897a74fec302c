package dev.skerry.cli.sample;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** State of the machine that a recording shows; the classes of the sample model, in its order. */
enum Fault {
  HEALTHY,
  INNER_RACE,
  OUTER_RACE,
  BALL,
  IMBALANCE;

  /** The class as it stands in {@code model.toml} and as a folder's name. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(Fault::label).toList();
  }
}
