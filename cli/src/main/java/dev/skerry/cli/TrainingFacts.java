package dev.skerry.cli;

import dev.skerry.cli.terminal.Terminal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What came of a training; the keys of {@code skerry train --json}.
 *
 * @param heldOut score of the samples held out, in the best epoch; null without them
 * @param bestEpoch 0 when no epoch was better than the start
 * @param before the metric on validation data, of the model as it was; null without such data
 * @param rounded the same of the quantized model before it was trained; null without --quantize
 * @param after the same of the trained model
 */
record TrainingFacts(
    String model,
    int epochs,
    int bestEpoch,
    @Nullable Double heldOut,
    long parameters,
    String metric,
    @Nullable Double before,
    @Nullable Double rounded,
    @Nullable Double after) {
  String text(Terminal terminal) {
    StringBuilder text = new StringBuilder(terminal.bold(model));
    text.append(
        bestEpoch == 0
            ? ": as at the start, which none of %d epochs bettered on the samples held out; try a lower --learning-rate%n"
                .formatted(epochs)
            : String.format(
                Locale.ROOT,
                ": %,d parameters, best of %d epochs: %d%n",
                parameters,
                epochs,
                bestEpoch));
    if (before != null && after != null) {
      text.append(String.format(Locale.ROOT, "validation %s: %.4f before, ", metric, before));
      if (rounded != null) {
        text.append(String.format(Locale.ROOT, "%.4f quantized without training, ", rounded));
      }
      text.append(String.format(Locale.ROOT, "%.4f now%n", after));
    }
    return text.toString();
  }
}
