package dev.skerry.cli.report;

import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizationReport.Goal;
import dev.skerry.optimize.OptimizationReport.ModelFacts;
import dev.skerry.optimize.OptimizationReport.Outcome;
import dev.skerry.optimize.OptimizationReport.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * An optimization as one page that needs nothing else: style, script and plots are inside, and its
 * content security policy forbids requests and any script but its own.
 */
public final class HtmlReport {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private HtmlReport() {}

  /** The page. */
  public static String render(OptimizationReport report) {
    String script = resource("report.js");
    ModelSections model = new ModelSections(report);
    return Html.of(
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
            style-src 'unsafe-inline'; script-src 'sha256-{}'; img-src data:">
            <meta name="color-scheme" content="light dark">
            <title>{} · Skerry optimization report</title>
            <link rel="icon" href="data:,">
            <style>{}</style>
            </head>
            <body>
            {}
            <main>
            {}
            </main>
            <footer><p>Made by Skerry {}. The same facts as JSON: <code>report.json</code>.</p></footer>
            <script>{}</script>
            </body>
            </html>
            """,
            sha256(script),
            report.model().name(),
            new Html(resource("report.css")),
            header(report),
            Html.lines(
                model.warnings(),
                new SummarySection(report).render(),
                CompressionSection.of(report),
                report.variants().stream()
                    .map(variant -> new VariantSection(report, variant).render())
                    .collect(Html.joined("\n")),
                model.time(),
                model.simplification(),
                model.findings(),
                model.method()),
            report.machine().skerry(),
            new Html(script))
        .markup();
  }

  private static Html header(OptimizationReport report) {
    ModelFacts model = report.model();
    return Html.of(
        """
        <header>
        <p class="eyebrow">Skerry optimization report</p>
        <h1><bdi>{}</bdi> <span class="version">{}</span></h1>
        <p class="lead">{}</p>
        <dl class="facts">
        {}
        </dl>
        </header>\
        """,
        model.name(),
        model.version(),
        lead(report),
        Html.lines(
            VariantSection.fact("Model", Html.name(model.file())),
            VariantSection.fact(
                "Graph",
                Html.text(
                    Phrases.count(model.nodes(), "node", "nodes") + ", opset " + model.opset())),
            VariantSection.fact("Parameters", Html.text(Phrases.grouped(model.parameters(), 0))),
            VariantSection.fact("Made", Html.text(DAY.format(report.madeAt()))),
            VariantSection.digest(model.sha256())));
  }

  /** The outcome in a sentence or two. */
  private static Html lead(OptimizationReport report) {
    long refused = report.variants().stream().filter(v -> v.outcome() == Outcome.REFUSED).count();
    Html best = fastest(report).map(variant -> praise(report, variant)).orElse(Html.NONE);
    return refused == 0
        ? best
        : Html.of(
            "{} {} outside the budget and not written.",
            best,
            Phrases.count(refused, "variant is", "variants are"));
  }

  private static Optional<Variant> fastest(OptimizationReport report) {
    return report.variants().stream()
        .filter(variant -> variant.outcome() == Outcome.WRITTEN)
        .min(
            Comparator.comparingDouble(variant ->
                variant.latencyRatioToOriginal() == null
                    ? Double.POSITIVE_INFINITY
                    : variant.latencyRatioToOriginal()));
  }

  private static Html praise(OptimizationReport report, Variant variant) {
    String speed =
        variant.latencyRatioToOriginal() == null
            ? ""
            : " and " + Phrases.speed(variant.latencyRatioToOriginal());
    return Html.of(
        "<b>{}</b> is {}{} than the original{}.",
        variant.target(),
        Phrases.size(report.original().bytes(), variant.measured().bytes()),
        speed,
        variant.dropPp() == null ? "" : quality(report.goal(), variant.dropPp()));
  }

  private static String quality(Goal goal, double dropPp) {
    if (Phrases.isNone(dropPp)) {
      return ", with no loss in " + goal.metric();
    }
    String change = Phrases.points(goal, Math.abs(dropPp)) + " of " + goal.metric();
    return dropPp < 0
        ? ", with " + change + " gained"
        : ", with " + change + " lost where " + Phrases.points(goal, goal.maxDropPp()) + " may be";
  }

  static String resource(String name) {
    try (InputStream stream = HtmlReport.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the program was packed without " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
