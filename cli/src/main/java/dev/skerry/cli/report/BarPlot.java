package dev.skerry.cli.report;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Horizontal bars, each under its label: widths in percent and heights in pixels, so that text
 * keeps its size on any screen.
 *
 * @param title what the bars compare, for the eye
 * @param description what a reader who cannot see them should know
 */
record BarPlot(String title, String description, List<Bar> bars) {
  private static final int ROW_PIXELS = 46;

  /** A tail beyond so many times the longest bar leaves the plot: it must not dwarf the bars. */
  private static final double LONGEST_TAIL = 1.5;

  /**
   * One bar.
   *
   * @param style class that colours it
   * @param length in any unit, the same for all bars
   * @param tail end of a thin line from the bar's end, without a cap when it is outside; null for
   *     none
   */
  record Bar(String label, String figure, String style, double length, @Nullable Double tail) {
    double reach(double most) {
      Double end = tail;
      return end == null ? length : Math.clamp(end, length, Math.max(length, most));
    }
  }

  Html render() {
    double most = LONGEST_TAIL * bars.stream().mapToDouble(Bar::length).max().orElse(1);
    double longest = bars.stream().mapToDouble(bar -> bar.reach(most)).max().orElse(1);
    List<Html> rows = new java.util.ArrayList<>();
    for (int i = 0; i < bars.size(); i++) {
      rows.add(row(bars.get(i), i * ROW_PIXELS, longest > 0 ? 100 / longest : 0));
    }
    String spoken =
        bars.stream()
            .map(bar -> bar.label() + ": " + bar.figure())
            .collect(Collectors.joining("; "));
    return Html.of(
        """
        <figure class="plot">
        <figcaption>{}</figcaption>
        <svg role="img" aria-label="{}" width="100%" height="{}">
        {}
        </svg>
        </figure>\
        """,
        title, description + " " + spoken, bars.size() * ROW_PIXELS, Html.lines(rows));
  }

  private static Html row(Bar bar, int top, double scale) {
    return Html.of(
        """
        <text class="bar-label" x="0" y="{}">{}</text>\
        <text class="bar-figure" x="100%" y="{}">{}</text>\
        <rect class="track" x="0" y="{}" width="100%" height="12" rx="3"/>\
        <rect class="bar {}" x="0" y="{}" width="{}%" height="12" rx="3"/>{}\
        """,
        top + 15,
        bar.label(),
        top + 15,
        bar.figure(),
        top + 23,
        bar.style(),
        top + 23,
        Phrases.decimals(Math.max(0.4, bar.length() * scale), 2),
        tail(bar, top + 29, scale));
  }

  private static Html tail(Bar bar, int middle, double scale) {
    Double end = bar.tail();
    if (end == null || end <= bar.length()) {
      return Html.NONE;
    }
    String from = Phrases.decimals(bar.length() * scale, 2);
    String to = Phrases.decimals(Math.min(100, end * scale), 2);
    Html line =
        Html.of(
            "<line class=\"tail {}\" x1=\"{}%\" x2=\"{}%\" y1=\"{}\" y2=\"{}\"/>",
            bar.style(), from, to, middle, middle);
    return end * scale > 100.01 ? line : Html.of("{}{}", line, cap(bar, to, middle));
  }

  private static Html cap(Bar bar, String x, int middle) {
    return Html.of(
        "<line class=\"tail {}\" x1=\"{}%\" x2=\"{}%\" y1=\"{}\" y2=\"{}\"/>",
        bar.style(), x, x, middle - 5, middle + 5);
  }
}
