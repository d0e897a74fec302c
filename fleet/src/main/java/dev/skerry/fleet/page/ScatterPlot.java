package dev.skerry.fleet.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Ladders on two axes: a point for each variant, a line for each target.
 *
 * @param yWords how a tick of the vertical axis is written
 */
record ScatterPlot(
    String title,
    String xTitle,
    String yTitle,
    List<Point> points,
    DoubleFunction<String> xWords,
    DoubleFunction<String> yWords) {
  /** Height of the plane in pixels; text below it comes on top. */
  static final int HEIGHT = 220;

  private static final int INSET = 14;

  ScatterPlot {
    points = List.copyOf(points);
  }

  /**
   * A variant.
   *
   * @param series its target
   * @param words its figures
   */
  record Point(String series, String label, double x, double y, String words) {}

  /** A point as it is drawn. */
  record Mark(String letter, String x, String y, String style, Point point) {}

  /** A line between two rungs of a ladder. */
  record Segment(String x1, String y1, String x2, String y2, String style) {}

  /** A tick and its words. */
  record Tick(String at, String words, String anchor) {}

  private Scale across() {
    return Scale.holding(
        DoubleStream.concat(DoubleStream.of(0), points.stream().mapToDouble(Point::x)), 4);
  }

  private Scale up() {
    return Scale.holding(points.stream().mapToDouble(Point::y), 4);
  }

  private Map<String, String> styles() {
    Map<String, String> styles = new LinkedHashMap<>();
    points.forEach(point -> styles.computeIfAbsent(point.series(), s -> "s" + styles.size() % 6));
    return styles;
  }

  private static String top(Scale up, double value) {
    double plane = HEIGHT - 2.0 * INSET;
    return String.format(Locale.ROOT, "%.1f", INSET + (1 - up.percent(value) / 100) * plane);
  }

  private static String left(Scale across, double value) {
    return Strip.percent(across.percent(value));
  }

  List<Mark> marks() {
    Scale across = across();
    Scale up = up();
    Map<String, String> styles = styles();
    List<Mark> marks = new ArrayList<>();
    for (Point point : points) {
      String letter = Character.toString('A' + marks.size() % 26);
      marks.add(
          new Mark(
              letter,
              left(across, point.x()),
              top(up, point.y()),
              styles.getOrDefault(point.series(), "s0"),
              point));
    }
    return marks;
  }

  /** Lines between neighbours of one ladder. */
  List<Segment> segments() {
    List<Mark> marks = marks();
    List<Segment> segments = new ArrayList<>();
    for (int i = 1; i < marks.size(); i++) {
      Mark from = marks.get(i - 1);
      Mark to = marks.get(i);
      if (from.point().series().equals(to.point().series())) {
        segments.add(new Segment(from.x(), from.y(), to.x(), to.y(), to.style()));
      }
    }
    return segments;
  }

  List<Tick> yTicks() {
    Scale up = up();
    return up.ticks().stream()
        .map(tick -> new Tick(top(up, tick), yWords.apply(tick), "end"))
        .toList();
  }

  List<Tick> xTicks() {
    Scale across = across();
    return across.ticks().stream()
        .map(tick -> new Tick(left(across, tick), xWords.apply(tick), anchor(across, tick)))
        .toList();
  }

  private static String anchor(Scale across, double tick) {
    return tick == across.low() ? "start" : tick >= across.high() ? "end" : "middle";
  }

  String spoken() {
    return title
        + ". "
        + points.stream()
            .map(point -> point.label() + ": " + point.words())
            .collect(Collectors.joining("; "));
  }
}
