package dev.skerry.cli.demo;

import dev.skerry.bundle.release.Variant;
import dev.skerry.cli.terminal.Figures;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.fleet.gate.GateResult;
import dev.skerry.fleet.rollout.Decision;
import dev.skerry.runtime.Ticker;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the demo says: a line when something has happened, with the time since it began. */
final class DemoStory {
  private static final double NANOS = 1e9;

  private final Terminal terminal;
  private final Ticker ticker;
  private final long began;
  private final boolean quiet;

  /**
   * @param quiet for programs that want the summary alone
   */
  DemoStory(Terminal terminal, Ticker ticker, boolean quiet) {
    this.terminal = terminal;
    this.ticker = ticker;
    this.began = ticker.nanos();
    this.quiet = quiet;
  }

  long ticks() {
    return ticker.nanos();
  }

  double seconds() {
    return (ticker.nanos() - began) / NANOS;
  }

  void tell(String what, String text) {
    if (!quiet) {
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "%6.1f s  %s  %s%n",
              seconds(),
              terminal.bold("%-9s".formatted(what)),
              text);
      terminal.flush();
    }
  }

  /** What was decided, and the figures that decided it. */
  static String told(Decision decision) {
    String what = decision.why().split(";", 2)[0];
    String figures =
        decision.gates().stream()
            .filter(gate -> gate.sample() > 0)
            .map(DemoStory::figure)
            .collect(Collectors.joining(", "));
    return figures.isEmpty() ? what : what + ": " + figures;
  }

  private static String figure(GateResult gate) {
    String metric = gate.expression().split(" ", 2)[0].replace('-', ' ');
    String value =
        metric.endsWith("ratio")
            ? String.format(Locale.ROOT, "%.2f", gate.figure())
            : percent(gate.figure());
    return "%s %s of %,d".formatted(metric, value, gate.sample());
  }

  /** Such as {@code x86-64-vnni static int8, 134 KiB, 91.7 % top1}. */
  static String variants(List<Variant> variants) {
    return variants.stream().map(DemoStory::variant).collect(Collectors.joining("; "));
  }

  private static String variant(Variant variant) {
    String quality =
        variant
            .quality()
            .value()
            .map(value -> ", %s of %s".formatted(percent(value), variant.quality().metric()))
            .orElse("");
    return "%s %s, %s%s"
        .formatted(
            variant.name(), variant.technique(), Figures.bytes(variant.file().bytes()), quality);
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
