package dev.skerry.cli;

import dev.skerry.cli.terminal.Figures;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;
import dev.skerry.cli.terminal.TextTable.Align;
import dev.skerry.optimize.prune.PruneResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of pruning; the keys of {@code skerry prune --json}.
 *
 * @param kept why layers keep all their outputs, by layer
 * @param before the metric on validation data of the model as it was; null without such data
 * @param removed the same with channels removed, before any repair
 * @param repaired the same after repair; null without one
 * @param trained the same after training; null without one
 */
record PruneFacts(
    String model,
    List<PruneResult.Layer> layers,
    Map<String, String> kept,
    long parametersBefore,
    long parametersAfter,
    long multiplyAddsBefore,
    long multiplyAddsAfter,
    String metric,
    @Nullable Double before,
    @Nullable Double removed,
    @Nullable Double repaired,
    @Nullable Double trained) {

  static PruneFacts of(
      Path written,
      PruneResult result,
      String metric,
      @Nullable Double before,
      @Nullable Double removed,
      @Nullable Double repaired,
      @Nullable Double trained) {
    return new PruneFacts(
        written.toString(),
        result.layers(),
        result.kept(),
        result.parametersBefore(),
        result.parametersAfter(),
        result.multiplyAddsBefore(),
        result.multiplyAddsAfter(),
        metric,
        before,
        removed,
        repaired,
        trained);
  }

  String text(Terminal terminal) {
    TextTable table = TextTable.of(Align.LEFT, Align.RIGHT, Align.LEFT, Align.RIGHT, Align.LEFT);
    for (PruneResult.Layer layer : layers) {
      String reason = kept.getOrDefault(layer.name(), "");
      table.row(
          layer.name(),
          Long.toString(layer.before()),
          "→",
          Long.toString(layer.after()),
          reason.isEmpty() ? "" : "kept: " + reason);
    }
    StringBuilder text = new StringBuilder(terminal.bold(model)).append('\n');
    text.append(table.print("  "));
    text.append(
        String.format(
            Locale.ROOT,
            "  parameters     %s → %s%n  multiply-adds  %s → %s%n",
            Figures.count(parametersBefore),
            Figures.count(parametersAfter),
            Figures.count(multiplyAddsBefore),
            Figures.count(multiplyAddsAfter)));
    if (before != null) {
      text.append("  validation ").append(metric).append(": ");
      text.append(String.format(Locale.ROOT, "%.4f before", before));
      step(text, "removed", removed);
      step(text, "repaired", repaired);
      step(text, "trained", trained);
      text.append('\n');
    }
    return text.toString();
  }

  private static void step(StringBuilder text, String what, @Nullable Double value) {
    if (value != null) {
      text.append(String.format(Locale.ROOT, ", %.4f %s", value, what));
    }
  }
}
