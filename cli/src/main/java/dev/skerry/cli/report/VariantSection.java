package dev.skerry.cli.report;

import dev.skerry.cli.report.ShareStrip.Part;
import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizationReport.Decision;
import dev.skerry.optimize.OptimizationReport.Form;
import dev.skerry.optimize.OptimizationReport.Outcome;
import dev.skerry.optimize.OptimizationReport.SearchStep;
import dev.skerry.optimize.OptimizationReport.TensorError;
import dev.skerry.optimize.OptimizationReport.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How one variant was made: its nodes, its errors, its times, and what was tried. */
record VariantSection(OptimizationReport report, Variant variant) {
  /** Nodes in the plot of the slowest. */
  private static final int SLOWEST = 10;

  /** Names of nodes that a row of the search spells out. */
  private static final int MOST_NAMES = 4;

  /** The id of the section of {@code variant}; a target's own name may hold anything. */
  static String anchor(OptimizationReport report, Variant variant) {
    return "variant-" + (report.variants().indexOf(variant) + 1);
  }

  /** What {@code variant} is called: its target, and which rung where the target has several. */
  static String label(OptimizationReport report, Variant variant) {
    List<Variant> rungs =
        report.variants().stream().filter(v -> v.target().equals(variant.target())).toList();
    return rungs.size() == 1
        ? variant.target()
        : variant.target() + ", rung " + (rungs.indexOf(variant) + 1);
  }

  Html render() {
    String id = anchor(report, variant);
    return Html.of(
        """
        <section id="{}" aria-labelledby="{}-title" class="variant">
        <p class="eyebrow">Variant</p>
        <h2 id="{}-title">{} {}</h2>
        {}
        {}
        {}
        {}
        {}
        {}
        <div class="plots">
        {}
        {}
        </div>
        {}
        {}
        </section>\
        """,
        id,
        id,
        id,
        label(report, variant),
        SummarySection.badge(variant),
        reason(),
        facts(),
        forms(),
        variant.tensorErrors().isEmpty()
            ? Html.NONE
            : new NoisePlot(variant.tensorErrors()).render(),
        outputs(),
        parts(),
        slowest(),
        worst(),
        decisions(id),
        search());
  }

  private Html reason() {
    return variant.reason().isEmpty()
        ? Html.NONE
        : Html.of("<p class=\"reason\">{}</p>", variant.reason());
  }

  private Html facts() {
    List<Html> facts = new ArrayList<>();
    facts.add(fact("Technique", Html.text(variant.technique())));
    String file = variant.file();
    if (file != null) {
      facts.add(fact("File", Html.name(file)));
    }
    Double missed = variant.missedByPp();
    if (missed != null && variant.outcome() == Outcome.REFUSED) {
      facts.add(
          fact(
              "Missed by", Html.of("{} more than allowed", Phrases.points(report.goal(), missed))));
    }
    if (variant.measuredHere()) {
      facts.add(
          fact(
              "Against simplified float",
              Html.text(Phrases.speed(variant.latencyRatioToSimplified()))));
    }
    String sha256 = variant.sha256();
    if (sha256 != null) {
      facts.add(digest(sha256));
    }
    return Html.of("<dl class=\"facts\">{}</dl>", Html.lines(facts));
  }

  static Html digest(String sha256) {
    return Html.of(
        "<div class=\"wide\"><dt>SHA-256</dt><dd><code class=\"digest\">{}</code></dd></div>",
        sha256);
  }

  static Html fact(String name, Html value) {
    return Html.of("<div><dt>{}</dt><dd>{}</dd></div>", name, value);
  }

  private Html forms() {
    if (variant.decisions().isEmpty()) {
      return Html.NONE;
    }
    List<Part> parts = new ArrayList<>();
    for (Form form : Form.values()) {
      long count = variant.decisions().stream().filter(d -> d.form() == form).count();
      if (count > 0) {
        parts.add(new Part(form.toString(), Long.toString(count), "form-" + form, count));
      }
    }
    return new ShareStrip("Nodes by the form they were given", parts).render();
  }

  private Html parts() {
    OptimizationReport.Pipeline pipeline = variant.pipeline();
    return pipeline == null ? Html.NONE : ModelSections.strip(pipeline);
  }

  private Html outputs() {
    if (variant.outputErrors().isEmpty()) {
      return Html.NONE;
    }
    return Html.of(
        "<p class=\"outputs\">At the outputs: {}.</p>",
        variant.outputErrors().stream().map(VariantSection::error).collect(Html.joined(", ")));
  }

  private static Html error(TensorError error) {
    return Html.of(
        "{} <b>{}</b>", Html.name(error.tensor()), Phrases.decibels(error.signalToNoiseDb()));
  }

  private Html slowest() {
    return variant.slowestNodes().isEmpty()
        ? Html.NONE
        : SlowestNodes.plot("Slowest nodes of the variant", variant.slowestNodes(), SLOWEST);
  }

  private Html worst() {
    List<TensorError> worst =
        variant.tensorErrors().stream()
            .sorted(java.util.Comparator.comparingDouble(TensorError::signalToNoiseDb))
            .limit(SLOWEST)
            .toList();
    if (worst.isEmpty()) {
      return Html.NONE;
    }
    return Html.of(
        """
        <div class="scroll plot" tabindex="0" role="region" aria-label="Noisiest tensors">
        <table class="dense">
        <caption>Noisiest tensors</caption>
        <thead><tr><th scope="col">Tensor</th><th scope="col">Form</th>\
        <th scope="col" class="num">Signal-to-noise</th></tr></thead>
        <tbody>{}</tbody>
        </table>
        </div>\
        """,
        worst.stream()
            .map(error ->
                Html.of(
                    "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"num\">{}</td></tr>",
                    Html.name(error.tensor()),
                    form(error.form()),
                    Phrases.decibels(error.signalToNoiseDb())))
            .collect(Html.joined("\n")));
  }

  private static Html form(Form form) {
    return Html.of("<span class=\"form form-{}\">{}</span>", form, form);
  }

  private Html decisions(String id) {
    if (variant.decisions().isEmpty()) {
      return Html.NONE;
    }
    return Html.of(
        """
        <details>
        <summary>What became of each of {}</summary>
        <p class="filter"><label for="{}-filter">Show only nodes with</label> \
        <input id="{}-filter" type="search" data-filters="{}-nodes" \
        placeholder="a name, an operator, a form or a reason"></p>
        <div class="scroll" tabindex="0" role="region" aria-label="Decision per node">
        <table id="{}-nodes" class="dense">
        <caption>Times in the simplified float graph and in the variant; a removed node's work is \
        done by another node or not at all.</caption>
        <thead><tr><th scope="col">Node</th><th scope="col">Operator</th><th scope="col">Form</th>\
        <th scope="col" class="num">Before</th><th scope="col" class="num">After</th>\
        <th scope="col">Reason</th></tr></thead>
        <tbody>
        {}
        </tbody>
        </table>
        </div>
        </details>\
        """,
        Phrases.count(variant.decisions().size(), "node", "nodes"),
        id,
        id,
        id,
        id,
        variant.decisions().stream().map(VariantSection::decision).collect(Html.joined("\n")));
  }

  private static Html decision(Decision decision) {
    return Html.of(
        """
        <tr><th scope="row">{}</th><td>{}</td><td>{}</td><td class="num">{}</td>\
        <td class="num">{}</td><td class="reason-cell">{}</td></tr>\
        """,
        Html.name(decision.node()),
        decision.op(),
        form(decision.form()),
        Phrases.orDash(decision.microsBefore(), Phrases::micros),
        Phrases.orDash(decision.microsAfter(), Phrases::micros),
        decision.reason());
  }

  private Html search() {
    if (variant.search().isEmpty()) {
      return Html.NONE;
    }
    return Html.of(
        """
        <details>
        <summary>What was tried: {}</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="Search log">
        <table class="dense">
        <caption>The search in order; what was kept is marked.</caption>
        <thead><tr><th scope="col" class="num">Step</th><th scope="col">Change</th>\
        <th scope="col">Nodes in float</th><th scope="col" class="num">{}</th>\
        <th scope="col" class="num">p50</th><th scope="col" class="num">After</th></tr></thead>
        <tbody>
        {}
        </tbody>
        </table>
        </div>
        </details>\
        """,
        Phrases.count(variant.search().size(), "candidate", "candidates"),
        report.goal().metric(),
        variant.search().stream().map(this::step).collect(Html.joined("\n")));
  }

  private Html step(SearchStep step) {
    return Html.of(
        """
        <tr class="{}"><th scope="row" class="num">{}</th><td>{}{}</td><td>{}</td>\
        <td class="num">{}</td><td class="num">{}</td><td class="num">{} s</td></tr>\
        """,
        step.accepted() ? "kept" : "",
        step.step(),
        step.action(),
        step.accepted() ? Html.of(" <span class=\"badge good\">kept</span>") : Html.NONE,
        names(step.floatNodes()),
        Phrases.value(report.goal(), step.value()),
        Phrases.orDash(step.p50Micros(), Phrases::micros),
        Phrases.decimals(step.seconds(), 1));
  }

  private static Html names(List<String> nodes) {
    if (nodes.isEmpty()) {
      return Html.text("none");
    }
    Html shown = nodes.stream().limit(MOST_NAMES).map(Html::name).collect(Html.joined(", "));
    int rest = nodes.size() - MOST_NAMES;
    return rest <= 0
        ? shown
        : Html.of(
            "{} <span title=\"{}\">and {} more</span>",
            shown,
            nodes.stream().skip(MOST_NAMES).collect(Collectors.joining(", ")),
            rest);
  }
}
