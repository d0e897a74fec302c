package dev.skerry.cli.report;

import dev.skerry.cli.scenario.ScenarioBench;
import dev.skerry.cli.scenario.ScenarioFacts;
import dev.skerry.cli.scenario.ScenarioFacts.ArmFacts;
import dev.skerry.cli.scenario.ScenarioFacts.LoadFacts;
import dev.skerry.cli.scenario.ScenarioFacts.Span;
import dev.skerry.cli.terminal.Figures;
import java.util.ArrayList;
import java.util.List;

/** A scenario's measurement as one page that needs nothing else. */
public final class ScenarioPage {
  private static final int LANE_PIXELS = 40;
  private static final int AXIS_PIXELS = 22;
  private static final int TICKS = 4;

  private ScenarioPage() {}

  /** The page. */
  public static String render(ScenarioFacts facts) {
    return Html.of(
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
            style-src 'unsafe-inline'; img-src data:">
            <meta name="color-scheme" content="light dark">
            <title>Skerry scenario report</title>
            <link rel="icon" href="data:,">
            <style>{}
            .lane { fill: var(--track); }
            .run { opacity: 0.85; }
            .wait { opacity: 0.28; }
            .critical { fill: var(--accent); }
            .normal { fill: var(--good); }
            .best-effort { fill: var(--original); }
            .late { fill: var(--bad); opacity: 1; }
            </style>
            </head>
            <body>
            <header>
            <p class="eyebrow">Skerry scenario report</p>
            <h1>{}</h1>
            <p class="lead">{} cores, {} rounds of {} s for each policy. Latency counts from the \
            moment at which a request should have been sent.</p>
            </header>
            <main>
            {}
            </main>
            </body>
            </html>
            """,
            new Html(HtmlReport.resource("report.css")),
            Html.name(facts.file()),
            facts.cores(),
            facts.rounds(),
            Phrases.decimals(facts.seconds(), 0),
            facts.arms().stream().map(ScenarioPage::arm).collect(Html.joined("\n")))
        .markup();
  }

  private static Html arm(ArmFacts arm) {
    return Html.of(
        """
        <section>
        <h2>{}</h2>
        <p>{} cores in use.</p>
        <div class="scroll"><table>
        <thead><tr><th>model</th><th>class</th><th>requests</th><th>missed</th><th>p50</th>\
        <th>p90</th><th>p99</th><th>p99.9</th><th>max</th><th>restarts</th><th>per second</th></tr></thead>
        <tbody>{}</tbody>
        </table></div>
        {}
        </section>\
        """,
        arm.policy(),
        Phrases.decimals(arm.coresUsed(), 2),
        arm.loads().stream().map(ScenarioPage::row).collect(Html.joined("")),
        timeline(arm));
  }

  private static Html row(LoadFacts load) {
    return Html.of(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
            + "<td>{}</td><td>{}</td><td>{}</td></tr>",
        Html.name(load.name()),
        load.importance(),
        Figures.whole(load.requests()),
        load.deadlineMicros() == null
            ? "no deadline"
            : Phrases.decimals(100 * load.missedShare(), 2) + " %",
        Figures.micros(load.p50Micros()),
        Figures.micros(load.p90Micros()),
        Figures.micros(load.p99Micros()),
        Figures.micros(load.p999Micros()),
        Figures.micros(load.maxMicros()),
        Figures.whole(load.restarts()),
        Phrases.decimals(load.perSecond(), 1));
  }

  private static Html timeline(ArmFacts arm) {
    double whole = ScenarioBench.timelineMicros();
    List<Html> parts = new ArrayList<>();
    for (int i = 0; i < arm.loads().size(); i++) {
      LoadFacts load = arm.loads().get(i);
      int top = i * LANE_PIXELS;
      parts.add(
          Html.of(
              "<text class=\"bar-label\" x=\"0\" y=\"{}\">{}</text>"
                  + "<rect class=\"lane\" x=\"0\" y=\"{}\" width=\"100%\" height=\"18\"/>",
              top + 13, load.name(), top + 18));
      for (Span span : arm.timeline()) {
        if (span.load().equals(load.name())) {
          parts.add(span(span, load.importance(), top + 18, whole));
        }
      }
    }
    int height = arm.loads().size() * LANE_PIXELS;
    for (int tick = 0; tick <= TICKS; tick++) {
      parts.add(
          Html.of(
              "<text class=\"bar-label\" x=\"{}%\" y=\"{}\" text-anchor=\"{}\">{} ms</text>",
              100 * tick / TICKS,
              height + AXIS_PIXELS - 6,
              tick == 0 ? "start" : tick == TICKS ? "end" : "middle",
              Phrases.decimals(whole / 1e3 * tick / TICKS, 0)));
    }
    return Html.of(
        """
        <figure class="plot">
        <figcaption>Some of the first round: waiting (pale), then the run that answered; \
        missed deadlines in red</figcaption>
        <svg role="img" aria-label="Timeline of {}" width="100%" height="{}">
        {}
        </svg>
        </figure>\
        """,
        arm.policy(), height + AXIS_PIXELS, Html.lines(parts));
  }

  private static Html span(Span span, String importance, int top, double whole) {
    double begins = span.begins() < span.due() ? span.ends() : span.begins(); // it never ran
    return Html.of(
        "{}{}",
        rect("wait " + importance, span.due(), begins, top + 6, 6, whole),
        Html.of(
            "<g><title>{}: due {} ms, answered after {} ms</title>{}</g>",
            span.load(),
            Phrases.decimals(span.due() / 1e3, 1),
            Phrases.decimals((span.ends() - span.due()) / 1e3, 2),
            rect(
                "run " + importance + (span.missed() ? " late" : ""),
                begins,
                span.ends(),
                top,
                18,
                whole)));
  }

  private static Html rect(
      String style, double from, double to, int top, int height, double whole) {
    double start = Math.clamp(from / whole * 100, 0, 100);
    double end = Math.clamp(to / whole * 100, 0, 100);
    return Html.of(
        "<rect class=\"{}\" x=\"{}%\" y=\"{}\" width=\"{}%\" height=\"{}\"/>",
        style,
        Phrases.decimals(start, 3),
        top,
        Phrases.decimals(Math.max(0.1, end - start), 3),
        height);
  }
}
