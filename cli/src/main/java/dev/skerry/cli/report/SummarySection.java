package dev.skerry.cli.report;

import dev.skerry.cli.report.BarPlot.Bar;
import dev.skerry.cli.report.ScatterPlot.Point;
import dev.skerry.cli.terminal.Figures;
import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizationReport.Goal;
import dev.skerry.optimize.OptimizationReport.Latency;
import dev.skerry.optimize.OptimizationReport.Measured;
import dev.skerry.optimize.OptimizationReport.Outcome;
import dev.skerry.optimize.OptimizationReport.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Before and after: a card per target, one table, and plots of bytes, times and accuracy. */
record SummarySection(OptimizationReport report) {

  Html render() {
    return Html.of(
        """
        <section id="summary" aria-labelledby="summary-title">
        <h2 id="summary-title">Before and after</h2>
        <div class="cards">
        {}
        </div>
        {}
        <div class="plots">
        {}
        {}
        </div>
        {}
        </section>\
        """,
        report.variants().stream().map(this::card).collect(Html.joined("\n")),
        table(),
        sizes().render(),
        latencies(),
        accuracies());
  }

  private Html card(Variant variant) {
    Measured measured = variant.measured();
    long before = report.original().bytes();
    return Html.of(
        """
        <article class="card {}">
        <h3><a href="#{}">{}</a> {}</h3>
        <dl>
        <div><dt>Size</dt><dd><b>{}</b><span>{} → {}</span></dd></div>
        <div><dt>Latency</dt><dd><b>{}</b><span>{}</span></dd></div>
        <div><dt>{}</dt><dd><b>{}</b><span>{}</span></dd></div>
        </dl>
        {}
        </article>\
        """,
        variant.outcome(),
        VariantSection.anchor(report, variant),
        VariantSection.label(report, variant),
        badge(variant),
        Phrases.size(before, measured.bytes()),
        Figures.bytes(before),
        Figures.bytes(measured.bytes()),
        variant.measuredHere() ? Phrases.speed(variant.latencyRatioToOriginal()) : "not measured",
        latencyChange(variant),
        report.goal().metric(),
        Phrases.value(report.goal(), measured.value()),
        dropAgainstBudget(variant),
        variant.outcome() == Outcome.REFUSED
            ? Html.of("<p class=\"reason\">{}</p>", variant.reason())
            : Html.NONE);
  }

  private String latencyChange(Variant variant) {
    if (!variant.measuredHere()) {
      return "it is not for this machine";
    }
    return Phrases.p50(report.original().latency())
        + " → "
        + Phrases.p50(variant.measured().latency());
  }

  private String dropAgainstBudget(Variant variant) {
    Double dropPp = variant.dropPp();
    if (dropPp == null) {
      return "no labelled data";
    }
    String drop = Phrases.drop(goal(), dropPp);
    return dropPp < 0 || Phrases.isNone(dropPp)
        ? drop
        : drop + ", " + Phrases.points(goal(), goal().maxDropPp()) + " allowed";
  }

  /** Whether the file was written, in a word and a colour. */
  static Html badge(Variant variant) {
    return switch (variant.outcome()) {
      case WRITTEN -> Html.of("<span class=\"badge good\">written</span>");
      case REFUSED -> Html.of("<span class=\"badge bad\">refused</span>");
    };
  }

  private Html table() {
    List<Html> rows = new ArrayList<>();
    rows.add(row(Html.of("original"), "", report.original(), null, null));
    Measured simplified = report.simplified();
    if (simplified != null) {
      rows.add(row(Html.of("simplified, float"), "", simplified, null, null));
    }
    for (Variant variant : report.variants()) {
      rows.add(
          row(
              Html.of("{} {}", VariantSection.label(report, variant), badge(variant)),
              variant.outcome().toString(),
              variant.measured(),
              variant.dropPp(),
              variant.agreement()));
    }
    return Html.of(
        """
        <p class="muted">All graphs ran on the same data and machine. Times are of one inference on \
        {}; memory is what a process grows by with nothing but this session.</p>
        <div class="scroll" tabindex="0" role="region" aria-label="Figures before and after">
        <table class="pinned">
        <caption class="unseen">Figures of each graph, before and after</caption>
        <thead><tr><th scope="col">Graph</th><th scope="col" class="num">File</th>\
        <th scope="col" class="num">{}</th><th scope="col" class="num">Change</th>\
        <th scope="col" class="num">Agreement</th><th scope="col" class="num">p50</th>\
        <th scope="col" class="num">p99</th><th scope="col" class="num">Peak memory</th></tr></thead>
        <tbody>
        {}
        </tbody>
        </table>
        </div>\
        """,
        Phrases.count(report.machine().threads(), "thread", "threads"),
        goal().metric(),
        Html.lines(rows));
  }

  private Html row(
      Html label,
      String style,
      Measured measured,
      @Nullable Double dropPp,
      @Nullable Double agreed) {
    return Html.of(
        """
        <tr class="{}"><th scope="row">{}</th><td class="num">{}</td><td class="num">{}</td>\
        <td class="num">{}</td><td class="num">{}</td><td class="num">{}</td><td class="num">{}</td>\
        <td class="num">{}</td></tr>\
        """,
        style,
        label,
        Figures.bytes(measured.bytes()),
        Phrases.value(goal(), measured.value()),
        Phrases.drop(goal(), dropPp),
        Phrases.percent(agreed),
        Phrases.p50(measured.latency()),
        Phrases.p99(measured.latency()),
        Phrases.memory(measured.peakMemoryBytes()));
  }

  private BarPlot sizes() {
    List<Bar> bars = new ArrayList<>();
    stages()
        .forEach(stage ->
            bars.add(
                new Bar(
                    stage.label(),
                    Figures.bytes(stage.measured().bytes()),
                    stage.style(),
                    stage.measured().bytes(),
                    null)));
    return new BarPlot("File size", "Size of each file.", bars);
  }

  private Html latencies() {
    List<Bar> bars = new ArrayList<>();
    stages()
        .forEach(stage -> {
          Latency latency = stage.measured().latency();
          if (latency != null) {
            bars.add(
                new Bar(
                    stage.label(),
                    Phrases.p50(latency),
                    stage.style(),
                    latency.p50Micros(),
                    latency.p99Micros()));
          }
        });
    return bars.isEmpty()
        ? Html.NONE
        : new BarPlot("Latency: p50, with a line to p99", "Median time of one inference.", bars)
            .render();
  }

  private Html accuracies() {
    List<Point> points = new ArrayList<>();
    stages().forEach(stage -> addPoint(points, stage));
    report.variants().stream()
        .flatMap(variant -> variant.search().stream())
        .forEach(step -> {
          if (step.value() != null && step.p50Micros() != null) {
            points.add(Point.crowd(step.p50Micros(), step.value()));
          }
        });
    if (points.stream().filter(point -> !point.label().isEmpty()).count() < 2) {
      return Html.NONE;
    }
    return new ScatterPlot(
            goal().metric() + " against latency",
            "p50 latency in µs",
            goal().metric()
                + (goal().higherIsBetter() ? ": higher is better" : ": lower is better"),
            points,
            "tried by the search",
            limit(),
            "the budget: " + Phrases.points(goal(), goal().maxDropPp()) + " below the original",
            value -> goal().fraction() ? Phrases.percent(value, 1) : Phrases.decimals(value, 4))
        .render();
  }

  private void addPoint(List<Point> points, Stage stage) {
    Latency latency = stage.measured().latency();
    Double value = stage.measured().value();
    if (latency != null && value != null) {
      String words = Phrases.value(goal(), value) + " at " + Phrases.p50(latency);
      points.add(new Point(stage.label(), words, stage.style(), latency.p50Micros(), value));
    }
  }

  private @Nullable Double limit() {
    Double value = report.original().value();
    return value == null || !goal().fraction() ? null : (Double) (value - goal().maxDropPp() / 100);
  }

  /** A graph on the way from the original to the variants. */
  private record Stage(String label, String style, Measured measured) {}

  private Stream<Stage> stages() {
    Stream.Builder<Stage> stages = Stream.builder();
    stages.add(new Stage("original", "original", report.original()));
    Measured simplified = report.simplified();
    if (simplified != null) {
      stages.add(new Stage("simplified, float", "simplified", simplified));
    }
    for (Variant variant : report.variants()) {
      stages.add(
          new Stage(
              VariantSection.label(report, variant),
              variant.outcome().toString(),
              variant.measured()));
    }
    return stages.build();
  }

  private Goal goal() {
    return report.goal();
  }
}
