package dev.skerry.cli.report;

import dev.skerry.optimize.OptimizationReport.Form;
import dev.skerry.optimize.OptimizationReport.TensorError;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;

/** Signal-to-noise of every tensor, worst first, coloured by the form of the node that makes it. */
record NoisePlot(List<TensorError> errors) {
  /** Bars beyond this are too thin to see. */
  static final int MOST_BARS = 240;

  /** Where exact tensors end, in decibels. */
  private static final double CEILING_DB = 80;

  /** The scale reaches this far in every plot, so that bad ones look bad. */
  private static final double USUAL_DB = 40;

  private static final int HEIGHT_PIXELS = 200;

  Html render() {
    List<TensorError> sorted =
        errors.stream().sorted(Comparator.comparingDouble(TensorError::signalToNoiseDb)).toList();
    List<TensorError> shown = sorted.subList(0, Math.min(MOST_BARS, sorted.size()));
    Scale scale =
        Scale.holding(
            DoubleStream.concat(
                DoubleStream.of(0, USUAL_DB), shown.stream().mapToDouble(NoisePlot::height)),
            4);
    List<Html> bars = new java.util.ArrayList<>();
    double pitch = 100.0 / shown.size();
    for (int i = 0; i < shown.size(); i++) {
      bars.add(bar(shown.get(i), i * pitch, pitch, scale));
    }
    return Html.of(
        """
        <figure class="plot noise">
        <figcaption>Signal-to-noise per tensor, worst first{}</figcaption>
        <div class="axes">
        <svg class="axis" width="46" height="{}" aria-hidden="true">{}</svg>
        <svg role="img" aria-label="{}" width="100%" height="{}">{}
        {}</svg>
        </div>
        <ul class="legend">{}</ul>
        </figure>\
        """,
        shown.size() < sorted.size()
            ? " (" + shown.size() + " worst of " + sorted.size() + ")"
            : "",
        HEIGHT_PIXELS + 16,
        labels(scale),
        spoken(shown),
        HEIGHT_PIXELS + 16,
        grid(scale),
        Html.lines(bars),
        legend(shown));
  }

  private static double height(TensorError error) {
    return Math.clamp(error.signalToNoiseDb(), 0, CEILING_DB);
  }

  private static Html bar(TensorError error, double left, double pitch, Scale scale) {
    double width = Math.min(pitch * 0.76, 4);
    double pixels = Math.max(2, scale.percent(height(error)) / 100 * HEIGHT_PIXELS);
    return Html.of(
        """
        <rect class="bar form-{}" x="{}%" y="{}" width="{}%" height="{}">\
        <title>{}: {}, {}</title></rect>\
        """,
        error.form(),
        Phrases.decimals(left + (pitch - width) / 2, 3),
        Phrases.decimals(HEIGHT_PIXELS + 8 - pixels, 1),
        Phrases.decimals(width, 3),
        Phrases.decimals(pixels, 1),
        error.tensor(),
        Phrases.decibels(error.signalToNoiseDb()),
        error.form());
  }

  private static String spoken(List<TensorError> shown) {
    TensorError worst = shown.getFirst();
    TensorError best = shown.getLast();
    return "Signal-to-noise of %d tensors, from %s (%s) to %s (%s)."
        .formatted(
            shown.size(),
            Phrases.decibels(worst.signalToNoiseDb()),
            worst.tensor(),
            Phrases.decibels(best.signalToNoiseDb()),
            best.tensor());
  }

  private static double top(Scale scale, double tick) {
    return HEIGHT_PIXELS + 8 - scale.percent(tick) / 100 * HEIGHT_PIXELS;
  }

  private static Html labels(Scale scale) {
    return scale.ticks().stream()
        .map(tick ->
            Html.of(
                "<text class=\"tick\" x=\"40\" y=\"{}\" text-anchor=\"end\">{}</text>",
                Phrases.decimals(top(scale, tick) + 4, 1),
                Phrases.decimals(tick, 0) + (tick == scale.high() ? " dB" : "")))
        .collect(Html.joined(""));
  }

  private static Html grid(Scale scale) {
    return scale.ticks().stream()
        .map(tick -> {
          String y = Phrases.decimals(top(scale, tick), 1);
          return Html.of("<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{}\" y2=\"{}\"/>", y, y);
        })
        .collect(Html.joined(""));
  }

  private static Html legend(List<TensorError> shown) {
    return shown.stream()
        .map(TensorError::form)
        .distinct()
        .sorted()
        .map(NoisePlot::entry)
        .collect(Html.joined(""));
  }

  private static Html entry(Form form) {
    return Html.of("<li><i class=\"swatch form-{}\"></i>{}</li>", form, form);
  }
}
