package dev.skerry.cli.report;

import dev.skerry.cli.report.BarPlot.Bar;
import dev.skerry.cli.terminal.Figures;
import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizationReport.Compression;
import dev.skerry.optimize.OptimizationReport.Point;
import dev.skerry.optimize.OptimizationReport.Step;
import dev.skerry.optimize.OptimizationReport.Trial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a search found: the frontier, what each step of the smallest rung did, and all trials. */
record CompressionSection(OptimizationReport report, Compression found) {
  static Html of(OptimizationReport report) {
    Compression found = report.compression();
    return found == null ? Html.NONE : new CompressionSection(report, found).render();
  }

  private Html render() {
    return Html.of(
        """
        <section id="compression" aria-labelledby="compression-title">
        <h2 id="compression-title">How small it can be</h2>
        <p class="muted">{} were tried in {}. Decisions were made on {} that training did not learn \
        from; losses there count from {}. Validation data judged what is plotted, and decided only what of it is written.</p>
        {}
        {}
        {}
        {}
        </section>\
        """,
        Phrases.count(found.trials().size() - 1L, "network", "networks"),
        time(found.seconds()),
        Phrases.count(found.heldOutSamples(), "calibration sample", "calibration samples"),
        Phrases.value(report.goal(), found.reference()),
        frontier(),
        contributions(),
        points(),
        trials());
  }

  private static String time(double seconds) {
    return seconds < 100
        ? Phrases.decimals(seconds, 0) + " s"
        : Phrases.decimals(seconds / 60, 0) + " min";
  }

  private Html frontier() {
    List<FrontierPlot.Line> lines = new ArrayList<>();
    for (String target : found.points().stream().map(Point::target).distinct().toList()) {
      List<FrontierPlot.Spot> spots = new ArrayList<>();
      found.points().stream()
          .filter(point -> point.target().equals(target))
          .sorted(Comparator.comparingDouble(Point::timesFewer))
          .forEach(point -> spot(point, spots));
      lines.add(new FrontierPlot.Line(target, spots));
    }
    return new FrontierPlot(lines, report.goal().maxDropPp(), report.goal().fraction() ? "pp" : "%")
        .render();
  }

  private void spot(Point point, List<FrontierPlot.Spot> spots) {
    Double drop = point.dropPp();
    if (drop != null) {
      String words =
          Phrases.factor(point.timesFewer()) + " fewer, " + Phrases.drop(report.goal(), drop);
      spots.add(new FrontierPlot.Spot(point.timesFewer(), drop, point.file() != null, words));
    }
  }

  /** How points were lost and won on the way to the smallest rung that was written. */
  private Html contributions() {
    Optional<Point> smallest =
        found.points().stream()
            .filter(point -> point.file() != null)
            .max(Comparator.comparingDouble(Point::timesFewer));
    if (smallest.isEmpty()) {
      return Html.NONE;
    }
    Point point = smallest.get();
    List<Bar> bars = new ArrayList<>();
    for (Trial trial : ancestry(point.trial())) {
      String left = Phrases.percent(trial.parameterShare(), 1) + " of the parameters";
      for (Step step : trial.steps()) {
        String words =
            step.name().equals("trained")
                ? "trained for " + Phrases.count(step.epochs(), "epoch", "epochs")
                : step.name().equals("pruned") ? "pruned to " + left : step.name();
        bars.add(bar(trial.id() + ": " + words, step.lostPp(), step.name()));
      }
    }
    Double held = point.heldOutLostPp();
    if (held != null) {
      String how = point.strength() > 0 ? "quantized and squeezed" : "quantized";
      bars.add(bar(how + " for " + point.target(), held, "quantized"));
    }
    return bars.isEmpty()
        ? Html.NONE
        : new BarPlot(
                "What each step did to the smallest rung",
                "Points lost on samples held out after each step.",
                bars)
            .render();
  }

  private Bar bar(String label, double lostPp, String style) {
    return new Bar(
        label, Phrases.drop(report.goal(), lostPp), "step-" + style, Math.max(0, lostPp), null);
  }

  /** The trials that led to the one named {@code id}, from the first cut on. */
  private List<Trial> ancestry(String id) {
    List<Trial> line = new ArrayList<>();
    @Nullable String next = id;
    while (next != null) {
      Trial trial = named(next);
      if (trial.parent() != null) {
        line.addFirst(trial);
      }
      next = trial.parent();
    }
    return line;
  }

  private Trial named(String id) {
    return found.trials().stream().filter(trial -> trial.id().equals(id)).findFirst().orElseThrow();
  }

  private Html points() {
    return Html.of(
        """
        <div class="scroll" tabindex="0" role="region" aria-label="Rungs">
        <table class="dense">
        <caption>What was made for targets and judged on validation data</caption>
        <thead><tr><th scope="col">Target</th><th scope="col">Network</th>\
        <th scope="col" class="num">File</th><th scope="col" class="num">Over the air</th>\
        <th scope="col" class="num">Fewer</th><th scope="col" class="num">Bits a weight</th>\
        <th scope="col" class="num">Change</th><th scope="col" class="num">Latency</th>\
        <th scope="col">Written to</th></tr></thead>
        <tbody>{}</tbody>
        </table>
        </div>\
        """,
        found.points().stream().map(this::point).collect(Html.joined("\n")));
  }

  private Html point(Point point) {
    String file = point.file();
    return Html.of(
        """
        <tr><th scope="row">{}</th><td>{}</td><td class="num">{}</td><td class="num">{}</td>\
        <td class="num">{}</td><td class="num">{}</td><td class="num">{}</td><td class="num">{}</td>\
        <td>{}</td></tr>\
        """,
        point.target(),
        point.trial(),
        Figures.bytes(point.bytes()),
        Figures.bytes(point.packedBytes()),
        Phrases.factor(point.timesFewer()),
        Phrases.orDash(point.bitsPerWeight(), bits -> Phrases.decimals(bits, 2)),
        Phrases.drop(report.goal(), point.dropPp()),
        Phrases.speed(point.latencyRatio()),
        file == null ? Html.text(Phrases.NOT_MEASURED) : Html.name(file));
  }

  private Html trials() {
    return Html.of(
        """
        <details>
        <summary>All that was tried: {}</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="Trials">
        <table class="dense">
        <caption>Points lost on samples held out, after each step</caption>
        <thead><tr><th scope="col">Network</th><th scope="col">Cut out of</th>\
        <th scope="col" class="num">Parameters</th><th scope="col" class="num">Multiply-adds</th>\
        <th scope="col">Steps</th><th scope="col" class="num">At its best</th>\
        <th scope="col" class="num">Epochs</th><th scope="col" class="num">Time</th></tr></thead>
        <tbody>{}</tbody>
        </table>
        </div>
        </details>\
        """,
        Phrases.count(found.trials().size() - 1L, "network", "networks"),
        found.trials().stream().map(this::trial).collect(Html.joined("\n")));
  }

  private Html trial(Trial trial) {
    return Html.of(
        """
        <tr><th scope="row">{}</th><td>{}</td><td class="num">{}</td><td class="num">{}</td>\
        <td>{}</td><td class="num">{}</td><td class="num">{}</td><td class="num">{}</td></tr>\
        """,
        trial.id(),
        trial.parent() == null ? "" : trial.parent(),
        Phrases.percent(trial.parameterShare(), 1),
        Phrases.percent(trial.workShare(), 1),
        trial.steps().stream()
            .map(step -> Html.text(step.name() + " " + Phrases.drop(report.goal(), step.lostPp())))
            .collect(Html.joined(" → ")),
        Phrases.drop(report.goal(), trial.lostPp()),
        trial.epochs(),
        time(trial.seconds()));
  }
}
