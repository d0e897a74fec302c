package dev.skerry.cli;

import dev.skerry.cli.terminal.Terminal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What came of a training; the keys of {@code skerry train --json}.
 *
 * @param heldOut score of the samples held out, in the best epoch; null without them
 * @param before the metric on validation data, of the model as it was; null without such data
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
    @Nullable Double after) {
  String text(Terminal terminal) {
    String trained =
        String.format(
            Locale.ROOT,
            "%s: %,d parameters, best of %d epochs: %d%n",
            terminal.bold(model),
            parameters,
            epochs,
            bestEpoch);
    return before == null || after == null
        ? trained
        : trained
            + String.format(
                Locale.ROOT, "validation %s: %.4f before, %.4f now%n", metric, before, after);
  }
}
