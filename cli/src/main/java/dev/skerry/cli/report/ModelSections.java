package dev.skerry.cli.report;

import dev.skerry.cli.report.ShareStrip.Part;
import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Machine;
import dev.skerry.optimize.OptimizationReport.Pipeline;
import dev.skerry.optimize.OptimizationReport.RuleFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What was found about the model as it was given, and how everything was measured. */
record ModelSections(OptimizationReport report) {
  private static final int SLOWEST = 10;

  Html warnings() {
    if (report.warnings().isEmpty()) {
      return Html.NONE;
    }
    return Html.of(
        """
        <aside class="callout" aria-label="Warnings">
        <h2>Before you trust these numbers</h2>
        <ul>{}</ul>
        </aside>\
        """,
        report.warnings().stream().map(w -> Html.of("<li>{}</li>", w)).collect(Html.joined("\n")));
  }

  Html time() {
    Pipeline pipeline = report.pipeline();
    if (pipeline == null && report.slowestNodes().isEmpty()) {
      return Html.NONE;
    }
    return Html.of(
        """
        <section id="time" aria-labelledby="time-title">
        <h2 id="time-title">Where the original's time goes</h2>
        {}
        {}
        </section>\
        """,
        pipeline == null ? Html.NONE : strip(pipeline),
        report.slowestNodes().isEmpty()
            ? Html.NONE
            : SlowestNodes.plot("Slowest nodes of the original", report.slowestNodes(), SLOWEST));
  }

  static Html strip(Pipeline pipeline) {
    return new ShareStrip(
            "From encoded input to result: " + Phrases.micros(pipeline.totalMicros()),
            List.of(
                part("Preprocess", "before", pipeline.preprocessMicros(), pipeline),
                part("Predict", "predict", pipeline.predictMicros(), pipeline),
                part("Postprocess", "after", pipeline.postprocessMicros(), pipeline)))
        .render();
  }

  private static Part part(String label, String style, double micros, Pipeline pipeline) {
    double share = pipeline.totalMicros() > 0 ? micros / pipeline.totalMicros() : 0;
    String figure = Phrases.micros(micros) + " (" + Phrases.percent(share, 1) + ")";
    return new Part(label, figure, style, micros);
  }

  Html findings() {
    if (report.findings().isEmpty()) {
      return Html.NONE;
    }
    return Html.of(
        """
        <section id="findings" aria-labelledby="findings-title">
        <h2 id="findings-title">What doctor found</h2>
        <ul class="findings">
        {}
        </ul>
        </section>\
        """,
        report.findings().stream().map(ModelSections::finding).collect(Html.joined("\n")));
  }

  private static Html finding(Finding finding) {
    return Html.of(
        """
        <li class="{}"><p><span class="badge {}">{}</span> <b>{}</b></p>
        {}<p>{}</p></li>\
        """,
        finding.severity(),
        colour(finding),
        finding.severity(),
        finding.what(),
        place(finding),
        finding.advice());
  }

  private static Html place(Finding finding) {
    List<Html> parts = new ArrayList<>();
    if (!finding.where().isEmpty()) {
      parts.add(Html.of("at {}", Html.name(finding.where())));
    }
    if (!finding.worth().isEmpty()) {
      parts.add(Html.of("worth {}", finding.worth()));
    }
    return parts.isEmpty()
        ? Html.NONE
        : Html.of("<p class=\"muted\">{}</p>\n", parts.stream().collect(Html.joined(" · ")));
  }

  private static String colour(Finding finding) {
    return switch (finding.severity()) {
      case PROBLEM -> "bad";
      case WARNING -> "fair";
      case ADVICE -> "plain";
    };
  }

  Html simplification() {
    if (report.simplification().isEmpty()) {
      return Html.NONE;
    }
    int before = report.simplification().getFirst().nodesBefore();
    int after = report.simplification().getLast().nodesAfter();
    return Html.of(
        """
        <section id="simplification" aria-labelledby="simplification-title">
        <h2 id="simplification-title">Simplification</h2>
        <p>{} became {}; the results stay the same.</p>
        <div class="scroll" tabindex="0" role="region" aria-label="Simplification rules">
        <table class="dense">
        <caption>Rules in the order in which they first fired</caption>
        <thead><tr><th scope="col">Rule</th><th scope="col" class="num">Fired</th>\
        <th scope="col" class="num">Nodes before</th><th scope="col" class="num">after</th>\
        <th scope="col" class="num">Time</th></tr></thead>
        <tbody>
        {}
        </tbody>
        </table>
        </div>
        </section>\
        """,
        Phrases.count(before, "node", "nodes"),
        Phrases.grouped(after, 0),
        report.simplification().stream().map(ModelSections::rule).collect(Html.joined("\n")));
  }

  private static Html rule(RuleFacts rule) {
    return Html.of(
        """
        <tr><th scope="row">{}</th><td class="num">{}</td><td class="num">{}</td>\
        <td class="num">{}</td><td class="num">{} ms</td></tr>\
        """,
        rule.rule(),
        rule.firings(),
        rule.nodesBefore(),
        rule.nodesAfter(),
        Phrases.decimals(rule.millis(), 1));
  }

  Html method() {
    Machine machine = report.machine();
    return Html.of(
        """
        <section id="method" aria-labelledby="method-title">
        <h2 id="method-title">How this was measured</h2>
        <dl class="facts">
        {}
        </dl>
        <dl class="terms">
        <div><dt>p50, p99</dt><dd>The time that half, or 99 of 100, inferences stay below, one query \
        after another as MLPerf LoadGen's SingleStream sends them.</dd></div>
        <div><dt>Agreement</dt><dd>Share of the validation samples for which the variant gives the \
        original's answer.</dd></div>
        <div><dt>Signal-to-noise</dt><dd>10·log₁₀ of a tensor's power in the float graph over the \
        power of the variant's error. 20 dB is an error of a tenth, 40 dB of a hundredth.</dd></div>
        <div><dt>pp</dt><dd>Percentage points: from 90 % to 89 % is 1 pp.</dd></div>
        </dl>
        </section>\
        """,
        Html.lines(
            VariantSection.fact("Processor", Html.text(machine.cpu())),
            VariantSection.fact("Cores", Html.text(Integer.toString(machine.cores()))),
            VariantSection.fact("Instructions", Html.text(features(machine))),
            VariantSection.fact("System", Html.text(machine.os())),
            VariantSection.fact("Engine", Html.text(machine.engine())),
            VariantSection.fact("Java", Html.text(machine.jdk())),
            VariantSection.fact("Skerry", Html.text(machine.skerry())),
            VariantSection.fact(
                "Calibration",
                data(report.data().calibration(), report.data().calibrationSamples())),
            VariantSection.fact(
                "Validation",
                data(report.data().validation(), report.data().validationSamples()))));
  }

  private static String features(Machine machine) {
    return machine.features().isEmpty()
        ? "none that matter"
        : String.join(", ", machine.features()).toLowerCase(Locale.ROOT);
  }

  private static Html data(@Nullable String path, int samples) {
    return path == null
        ? Html.text("none")
        : Html.of("{}, {}", Html.name(path), Phrases.count(samples, "sample", "samples"));
  }
}
