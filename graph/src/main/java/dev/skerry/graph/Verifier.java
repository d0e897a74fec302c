package dev.skerry.graph;

import dev.skerry.graph.OnnxProto.FunctionProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks a model against the rules of ONNX (docs/IR.md of the specification): names, single
 * assignment, order, scopes of subgraphs, declared types of constants, imports of operator sets,
 * functions. What each operator takes is left to the engine.
 */
public final class Verifier {
  /** Most problems that are reported; the rest of a broken file says nothing new. */
  static final int MAX_PROBLEMS = 100;

  /** Most problems that an exception's message lists. */
  private static final int MAX_LISTED = 10;

  /** The first IR version whose models import operator sets. */
  private static final long IR_WITH_OPSETS = 3;

  private final Model model;
  private final List<Problem> problems = new ArrayList<>();

  private Verifier(Model model) {
    this.model = model;
  }

  /** The problems of {@code model}, at most {@value #MAX_PROBLEMS}; none when it is valid. */
  public static List<Problem> verify(Model model) {
    Verifier verifier = new Verifier(model);
    verifier.model();
    return List.copyOf(verifier.problems);
  }

  /** Throws a {@link SkerryException} that lists the problems of {@code model}, if it has any. */
  public static void require(Model model) {
    List<Problem> found = verify(model);
    if (!found.isEmpty()) {
      String list =
          found.stream()
              .limit(MAX_LISTED)
              .map(problem -> "\n  " + problem.text())
              .collect(Collectors.joining());
      String more =
          found.size() > MAX_LISTED ? "\n  and %d more".formatted(found.size() - MAX_LISTED) : "";
      throw new SkerryException(
          ErrorCode.BAD_MODEL, "the model breaks the rules of ONNX:" + list + more);
    }
  }

  private void model() {
    if (model.irVersion() < 1) {
      add("", "the IR version is " + model.irVersion() + "; it counts from 1");
    }
    if (model.opsets().isEmpty() && model.irVersion() >= IR_WITH_OPSETS) {
      add("", "no operator set is imported; IR version 3 and later need at least one");
    }
    Set<String> domains = domains("", model.opsets());
    GraphVerifier graphs = new GraphVerifier(problems, domains, model.irVersion());
    graphs.mainGraph(model.graph());
    functions();
  }

  private Set<String> domains(String place, List<OperatorSet> opsets) {
    Set<String> domains = new HashSet<>();
    for (OperatorSet set : opsets) {
      if (!domains.add(set.domain())) {
        add(place, "operator domain '" + set.domain() + "' is imported twice");
      }
      if (set.version() < 1) {
        add(
            place,
            "version %d of operator domain '%s' is imported; versions count from 1"
                .formatted(set.version(), set.domain()));
      }
    }
    return domains;
  }

  private void functions() {
    Map<String, Integer> byKey = new HashMap<>();
    for (int i = 0; i < model.functions().size(); i++) {
      Function function = model.functions().get(i);
      String place = place(function);
      if (byKey.put(key(function), i) != null) {
        add(place, "this function is defined twice");
      }
      Set<String> domains = domains(place, function.opsets());
      new GraphVerifier(problems, domains, model.irVersion()).functionBody(place, function);
    }
    Cycles.find(model.functions().stream().map(function -> calls(function, byKey)).toList())
        .ifPresent(cycle ->
            add(
                place(model.functions().get(cycle.getFirst())),
                "this function calls itself, through "
                    + cycle.stream()
                        .map(index -> "'" + model.functions().get(index).name() + "'")
                        .collect(Collectors.joining(" → "))));
  }

  private static String place(Function function) {
    return "function '" + function.domain() + "." + function.name() + "'";
  }

  /**
   * What calls of {@code function} name: its domain and name, and its overload where it has one.
   */
  private static String key(Function function) {
    return function.domain()
        + ":"
        + function.name()
        + ":"
        + text(function.extra(), FunctionProto.OVERLOAD);
  }

  private static String key(Node node) {
    return node.domain() + ":" + node.op() + ":" + text(node.extra(), OnnxProto.NodeProto.OVERLOAD);
  }

  /** The last text in the kept {@code field}; empty when there is none. */
  private static String text(Bytes extra, int field) {
    String text = "";
    WireReader in = WireReader.over(ReadSource.of(extra));
    while (in.next()) {
      if (in.field() == field && in.isLengthDelimited()) {
        text = in.bytes().utf8();
      } else {
        in.skip();
      }
    }
    return text;
  }

  private static Set<Integer> calls(Function function, Map<String, Integer> byKey) {
    Set<Integer> calls = new LinkedHashSet<>();
    collectCalls(function.nodes(), byKey, calls);
    return calls;
  }

  private static void collectCalls(
      List<Node> nodes, Map<String, Integer> byKey, Set<Integer> calls) {
    for (Node node : nodes) {
      Integer called = byKey.get(key(node));
      if (called != null) {
        calls.add(called);
      }
      node.subgraphs().forEach(subgraph -> collectCalls(subgraph.nodes(), byKey, calls));
    }
  }

  private void add(String place, String message) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(new Problem(place, message));
    }
  }
}
