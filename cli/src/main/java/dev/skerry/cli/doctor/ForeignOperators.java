package dev.skerry.cli.doctor;

import dev.skerry.graph.Function;
import dev.skerry.graph.Node;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Operators outside the standard need an engine, or a library beside it, that knows them. */
final class ForeignOperators implements ModelCheck {
  private static final Set<String> STANDARD = Set.of("", "ai.onnx.ml");

  /** Domains whose operators ONNX Runtime itself brings. */
  private static final Set<String> ENGINE = Set.of("com.microsoft", "com.microsoft.nchwc");

  @Override
  public List<Finding> check(Patient patient) {
    Set<String> defined =
        patient.model().functions().stream().map(Function::domain).collect(Collectors.toSet());
    Map<String, List<Node>> foreign =
        patient.nodes().stream()
            .filter(node -> !STANDARD.contains(node.domain()) && !defined.contains(node.domain()))
            .collect(Collectors.groupingBy(Node::domain, TreeMap::new, Collectors.toList()));
    return foreign.entrySet().stream().map(e -> finding(e.getKey(), e.getValue())).toList();
  }

  private static Finding finding(String domain, List<Node> nodes) {
    String what =
        Patient.count(nodes.size(), "node") + " of the non-standard domain '" + domain + "'";
    return ENGINE.contains(domain)
        ? new Finding(
            Severity.ADVICE,
            what,
            Patient.place(nodes),
            "",
            "runs on ONNX Runtime only; fine as long as every device has it")
        : new Finding(
            Severity.PROBLEM,
            what,
            Patient.place(nodes),
            "",
            "the stock engine has no kernel for it: export with standard operators");
  }
}
