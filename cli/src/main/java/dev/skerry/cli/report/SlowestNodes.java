package dev.skerry.cli.report;

import dev.skerry.cli.report.BarPlot.Bar;
import dev.skerry.optimize.OptimizationReport.NodeTime;
import java.util.List;

/** Where the time of a graph goes, node by node. */
final class SlowestNodes {
  private SlowestNodes() {}

  /** Bars of the first {@code most} of {@code nodes}, which are sorted slowest first. */
  static Html plot(String title, List<NodeTime> nodes, int most) {
    List<Bar> bars =
        nodes.stream()
            .limit(most)
            .map(node ->
                new Bar(
                    shortened(node.node()) + " · " + node.op(),
                    Phrases.micros(node.micros()) + " · " + Phrases.percent(node.share(), 0),
                    "time",
                    node.micros(),
                    null))
            .toList();
    return new BarPlot(title, "Mean time per inference.", bars).render();
  }

  /** The end of a long name: exporters put the most telling part last. */
  private static String shortened(String name) {
    int most = 28;
    return name.length() <= most ? name : "…" + name.substring(name.length() - most + 1);
  }
}
