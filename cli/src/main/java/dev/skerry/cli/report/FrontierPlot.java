package dev.skerry.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * What accuracy small files cost: how many times fewer bytes go over the air against points lost, a
 * line for each target.
 *
 * @param budget points that may be lost
 * @param unit of points lost
 */
record FrontierPlot(List<Line> lines, double budget, String unit) {
  private static final int HEIGHT_PIXELS = 300;
  private static final int INSET_PIXELS = 14;

  /** Styles of lines; more targets begin anew. */
  private static final int STYLES = 4;

  /**
   * One target's points, by the bytes that they save.
   *
   * @param spots by times fewer bytes
   */
  record Line(String target, List<Spot> spots) {}

  /** One variant. */
  record Spot(double timesFewer, double lostPp, boolean written, String words) {}

  Html render() {
    Scale across = logarithmic(spots().mapToDouble(Spot::timesFewer).toArray());
    Scale up =
        Scale.holding(
            DoubleStream.concat(DoubleStream.of(0, budget), spots().mapToDouble(Spot::lostPp)), 5);
    List<Html> marks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      marks.add(line(lines.get(i), "series-" + i % STYLES, across, up));
    }
    return Html.of(
        """
        <figure class="plot frontier">
        <figcaption>What fewer bytes cost</figcaption>
        <p class="axis-title">{} lost on validation data: lower is better</p>
        <div class="axes">
        <svg class="axis" width="62" height="{}" aria-hidden="true">{}</svg>
        <svg role="img" aria-label="{}" width="100%" height="{}">{}{}{}
        {}</svg>
        </div>
        <p class="axis-title end">times fewer bytes over the air than the original file has</p>
        <ul class="legend">{}</ul>
        </figure>\
        """,
        unit,
        HEIGHT_PIXELS + 24,
        up.ticks().stream().map(tick -> verticalTick(tick, up)).collect(Html.joined("")),
        spoken(),
        HEIGHT_PIXELS + 24,
        up.ticks().stream().map(tick -> level("grid", top(up, tick))).collect(Html.joined("")),
        ticks(across),
        limit(up),
        Html.lines(marks),
        legend());
  }

  private Stream<Spot> spots() {
    return lines.stream().flatMap(line -> line.spots().stream());
  }

  /** An axis of decimal logarithms; from 1, so that the original's place is its start. */
  private static Scale logarithmic(double... factors) {
    double most = DoubleStream.of(factors).max().orElse(10);
    return new Scale(0, Math.log10(Math.max(10, most) * 1.15), 1);
  }

  private static String x(Scale across, double factor) {
    return Phrases.decimals(across.percent(Math.log10(Math.max(1, factor))), 2);
  }

  private static String top(Scale up, double value) {
    double height = HEIGHT_PIXELS - 2.0 * INSET_PIXELS;
    return Phrases.decimals(INSET_PIXELS + (1 - up.percent(value) / 100) * height, 1);
  }

  private static Html line(Line line, String style, Scale across, Scale up) {
    List<Html> marks = new ArrayList<>();
    List<Spot> spots = line.spots();
    for (int i = 1; i < spots.size(); i++) {
      Spot from = spots.get(i - 1);
      Spot to = spots.get(i);
      marks.add(
          Html.of(
              "<line class=\"path {}\" x1=\"{}%\" y1=\"{}\" x2=\"{}%\" y2=\"{}\"/>",
              style,
              x(across, from.timesFewer()),
              top(up, from.lostPp()),
              x(across, to.timesFewer()),
              top(up, to.lostPp())));
    }
    for (Spot spot : spots) {
      marks.add(
          Html.of(
              "<circle class=\"spot {} {}\" cx=\"{}%\" cy=\"{}\""
                  + " r=\"6\"><title>{}</title></circle>",
              style,
              spot.written() ? "written" : "missed",
              x(across, spot.timesFewer()),
              top(up, spot.lostPp()),
              line.target() + ": " + spot.words()));
    }
    return Html.lines(marks);
  }

  private static Html verticalTick(double tick, Scale up) {
    return Html.of(
        "<text class=\"tick\" x=\"54\" y=\"{}\" dy=\"4\" text-anchor=\"end\">{}</text>",
        top(up, tick),
        Phrases.decimals(tick, up.digits()));
  }

  private static Html level(String style, String y) {
    return Html.of("<line class=\"{}\" x1=\"0\" x2=\"100%\" y1=\"{}\" y2=\"{}\"/>", style, y, y);
  }

  private static Html ticks(Scale across) {
    return DoubleStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
        .filter(factor -> Math.log10(factor) <= across.high())
        .mapToObj(factor ->
            Html.of(
                "<text class=\"tick\" x=\"{}%\" y=\"{}\" text-anchor=\"{}\">{}×</text>",
                x(across, factor),
                HEIGHT_PIXELS + 16,
                factor == 1 ? "start" : "middle",
                Phrases.grouped(factor, 0)))
        .collect(Html.joined(""));
  }

  private Html limit(Scale up) {
    String y = top(up, budget);
    return Html.of(
        "{}<text class=\"limit-label\" x=\"0\" y=\"{}\" dy=\"-6\">the budget: {} {}</text>",
        level("limit", y),
        y,
        Phrases.decimals(budget, 2),
        unit);
  }

  private Html legend() {
    List<Html> entries = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      entries.add(
          Html.of(
              "<li><i class=\"swatch series-{}\"></i>{}</li>", i % STYLES, lines.get(i).target()));
    }
    entries.add(Html.of("<li><i class=\"swatch ring\"></i>not written</li>"));
    return entries.stream().collect(Html.joined(""));
  }

  private String spoken() {
    return lines.stream()
        .map(line ->
            line.target()
                + ": "
                + line.spots().stream().map(Spot::words).collect(Collectors.joining(", ")))
        .collect(Collectors.joining("; "));
  }
}
