package dev.skerry.runtime.metric;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.describe.Metric;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.OutputSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which outputs are judged, and how.
 *
 * @param specs by name; every output of the graph as plain numbers when none is described
 */
record JudgedOutputs(SequencedMap<String, OutputSpec> specs) {
  JudgedOutputs {
    specs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(specs));
  }

  static JudgedOutputs of(ModelDescription description, Model model) {
    if (!description.outputs().isEmpty()) {
      return new JudgedOutputs(description.outputs());
    }
    SequencedMap<String, OutputSpec> plain = new LinkedHashMap<>();
    model
        .graph()
        .outputNames()
        .forEach(name -> plain.put(name, OutputSpec.of(OutputSpec.Kind.TENSOR, List.of())));
    return new JudgedOutputs(plain);
  }

  /** All outputs that are needed, those that hold boxes among them. */
  List<String> names() {
    Set<String> names = new LinkedHashSet<>(specs.keySet());
    for (OutputSpec spec : specs.values()) {
      String boxes = spec.boxes();
      if (boxes != null) {
        names.add(boxes);
      }
    }
    return List.copyOf(names);
  }

  /**
   * The output that {@code metric} is about; empty for metrics that compare with the reference.
   *
   * @throws SkerryException BAD_DESCRIPTION when no output is of the kind that it needs
   */
  Optional<String> about(Metric metric) {
    return switch (metric) {
      case Metric.Top1() -> Optional.of(first(metric, OutputSpec.Kind.CLASSIFICATION));
      case Metric.TopK(int _) -> Optional.of(first(metric, OutputSpec.Kind.CLASSIFICATION));
      case Metric.Mse() -> Optional.of(first(metric, OutputSpec.Kind.RECONSTRUCTION));
      case Metric.Auc() ->
          Optional.of(
              first(
                  metric,
                  OutputSpec.Kind.RECONSTRUCTION,
                  OutputSpec.Kind.CLASSIFICATION,
                  OutputSpec.Kind.TENSOR));
      case Metric.Cosine(), Metric.Agreement() -> Optional.empty();
    };
  }

  private String first(Metric metric, OutputSpec.Kind... kinds) {
    List<OutputSpec.Kind> wanted = List.of(kinds);
    List<String> found = new ArrayList<>();
    for (OutputSpec.Kind kind : wanted) {
      for (Map.Entry<String, OutputSpec> output : specs.entrySet()) {
        if (output.getValue().kind() == kind) {
          found.add(output.getKey());
        }
      }
    }
    if (found.isEmpty()) {
      throw new SkerryException(
          ErrorCode.BAD_DESCRIPTION,
          "the metric %s needs an output of kind %s, but the outputs are %s"
              .formatted(
                  metric.text(),
                  wanted.stream()
                      .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                      .collect(Collectors.joining(" or ")),
                  specs.keySet()));
    }
    return found.getFirst();
  }

  boolean isReconstruction(String output) {
    OutputSpec spec = specs.get(output);
    return spec != null && spec.kind() == OutputSpec.Kind.RECONSTRUCTION;
  }
}
