package dev.skerry.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Points on two axes. Those with a label bear a letter that the legend explains: labels beside them
 * would run into each other on a small screen.
 *
 * @param crowd what the points without a label are
 * @param limit where a dashed line lies across; null for none
 * @param yWords how a tick of the vertical axis is written
 */
record ScatterPlot(
    String title,
    String xTitle,
    String yTitle,
    List<Point> points,
    String crowd,
    @Nullable Double limit,
    String limitLabel,
    DoubleFunction<String> yWords) {
  private static final int HEIGHT_PIXELS = 260;
  private static final int INSET_PIXELS = 14;

  /**
   * One point.
   *
   * @param label empty for a point of the crowd
   * @param words what the legend says of it after its label
   * @param style class that colours it
   */
  record Point(String label, String words, String style, double x, double y) {
    /** A point in the background, one of many. */
    static Point crowd(double x, double y) {
      return new Point("", "", "", x, y);
    }

    String spoken() {
      return label + ": " + words;
    }
  }

  Html render() {
    Scale across = Scale.holding(DoubleStream.concat(DoubleStream.of(0), xs()), 5);
    Scale up = Scale.holding(DoubleStream.concat(ys(), limits()), 4);
    List<Html> marks = new ArrayList<>();
    points.stream()
        .filter(point -> point.label().isEmpty())
        .forEach(point -> marks.add(crowd(point, across, up)));
    for (int i = named().size() - 1; i >= 0; i--) {
      marks.add(mark(i, across, up));
    }
    return Html.of(
        """
        <figure class="plot scatter">
        <figcaption>{}</figcaption>
        <p class="axis-title">{}</p>
        <div class="axes">
        <svg class="axis" width="62" height="{}" aria-hidden="true">{}</svg>
        <svg role="img" aria-label="{}" width="100%" height="{}">{}{}{}
        {}</svg>
        </div>
        <p class="axis-title end">{}</p>
        <ul class="legend letters">{}</ul>
        </figure>\
        """,
        title,
        yTitle,
        HEIGHT_PIXELS + 24,
        verticalTicks(up),
        title + ". " + named().stream().map(Point::spoken).collect(Collectors.joining("; ")),
        HEIGHT_PIXELS + 24,
        grid(up),
        horizontalTicks(across),
        limitLine(up),
        Html.lines(marks),
        xTitle,
        legend());
  }

  private DoubleStream xs() {
    return points.stream().mapToDouble(Point::x);
  }

  private DoubleStream ys() {
    return points.stream().mapToDouble(Point::y);
  }

  private DoubleStream limits() {
    Double line = limit;
    return line == null ? DoubleStream.empty() : DoubleStream.of(line);
  }

  private static String top(Scale up, double value) {
    double height = HEIGHT_PIXELS - 2.0 * INSET_PIXELS;
    return Phrases.decimals(INSET_PIXELS + (1 - up.percent(value) / 100) * height, 1);
  }

  /** The points that have a label, in order; the first is A. */
  private List<Point> named() {
    return points.stream().filter(point -> !point.label().isEmpty()).toList();
  }

  private static String letter(int index) {
    return index < 26 ? Character.toString('A' + index) : Integer.toString(index + 1);
  }

  private static Html crowd(Point point, Scale across, Scale up) {
    return Html.of(
        "<circle class=\"crowd\" cx=\"{}%\" cy=\"{}\" r=\"3\"/>",
        Phrases.decimals(across.percent(point.x()), 2), top(up, point.y()));
  }

  private Html mark(int index, Scale across, Scale up) {
    Point point = named().get(index);
    String x = Phrases.decimals(across.percent(point.x()), 2);
    String y = top(up, point.y());
    return Html.of(
        """
        <circle class="point {}" cx="{}%" cy="{}" r="10"><title>{}</title></circle>\
        <text class="letter" x="{}%" y="{}" dy="4">{}</text>\
        """,
        point.style(), x, y, point.spoken(), x, y, letter(index));
  }

  private Html legend() {
    List<Html> entries = new ArrayList<>();
    for (int i = 0; i < named().size(); i++) {
      Point point = named().get(i);
      entries.add(
          Html.of(
              "<li><i class=\"swatch {}\">{}</i>{}</li>",
              point.style(),
              letter(i),
              point.spoken()));
    }
    if (named().size() < points.size()) {
      entries.add(Html.of("<li><i class=\"swatch ring\"></i>{}</li>", crowd));
    }
    return entries.stream().collect(Html.joined(""));
  }

  private Html verticalTicks(Scale up) {
    return up.ticks().stream()
        .map(tick ->
            Html.of(
                "<text class=\"tick\" x=\"54\" y=\"{}\" dy=\"4\" text-anchor=\"end\">{}</text>",
                top(up, tick),
                yWords.apply(tick)))
        .collect(Html.joined(""));
  }

  private static Html grid(Scale up) {
    return up.ticks().stream()
        .map(tick ->
            Html.of(
                "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{}\" y2=\"{}\"/>",
                top(up, tick), top(up, tick)))
        .collect(Html.joined(""));
  }

  private static Html horizontalTicks(Scale across) {
    return across.ticks().stream()
        .map(tick ->
            Html.of(
                "<text class=\"tick\" x=\"{}%\" y=\"{}\" text-anchor=\"{}\">{}</text>",
                Phrases.decimals(across.percent(tick), 2),
                HEIGHT_PIXELS + 16,
                tick == across.low() ? "start" : tick >= across.high() ? "end" : "middle",
                Phrases.grouped(tick, across.digits())))
        .collect(Html.joined(""));
  }

  private Html limitLine(Scale up) {
    Double line = limit;
    if (line == null) {
      return Html.NONE;
    }
    String y = top(up, line);
    return Html.of(
        """
        <line class="limit" x1="0" x2="100%" y1="{}" y2="{}"/>\
        <text class="limit-label" x="100%" y="{}" dy="-6" text-anchor="end">{}</text>\
        """,
        y, y, y, limitLabel);
  }
}
