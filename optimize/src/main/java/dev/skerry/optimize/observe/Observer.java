package dev.skerry.optimize.observe;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Binding;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Runs a model over samples and gathers the distribution of chosen float values in one pass.
 *
 * <p>Memory is the observed activations of one sample plus one histogram per value.
 */
public final class Observer {
  private Observer() {}

  /**
   * Observes {@code values}, which must be float values of the main graph, over all samples.
   *
   * @param samples inputs by name; all of one shape
   */
  public static Observations observe(
      Model model, Set<String> values, Iterator<Map<String, Tensor>> samples) {
    List<String> observed = List.copyOf(new LinkedHashSet<>(values));
    Model exposed = exposing(model, observed);
    SortedMap<String, Histogram> histograms = new TreeMap<>();
    observed.forEach(value -> histograms.put(value, new Histogram()));
    try (Session session = Session.open(exposed, SessionConfig.standard())) {
      return new Passes(session, observed, histograms).over(samples);
    }
  }

  /** The same model giving {@code values} out besides its own outputs. */
  public static Model exposing(Model model, List<String> values) {
    Graph graph = model.graph();
    List<ValueInfo> outputs = new ArrayList<>(graph.outputs());
    Set<String> given = new LinkedHashSet<>(graph.outputNames());
    for (String value : values) {
      if (given.add(value) && graph.inputs().stream().noneMatch(in -> in.name().equals(value))) {
        outputs.add(ValueInfo.of(value, new Type.Tensor(DataType.FLOAT, null)));
      }
    }
    return model.withGraph(graph.withOutputs(outputs));
  }

  private static final class Passes {
    private final Session session;
    private final List<String> observed;
    private final SortedMap<String, Histogram> histograms;

    Passes(Session session, List<String> observed, SortedMap<String, Histogram> histograms) {
      this.session = session;
      this.observed = observed;
      this.histograms = histograms;
    }

    Observations over(Iterator<Map<String, Tensor>> samples) {
      if (!samples.hasNext()) {
        return new Observations(histograms, 0);
      }
      Map<String, Tensor> first = samples.next();
      List<String> outputs = wanted();
      int count = 0;
      try (Binding binding = session.bind(first, outputs)) {
        Map<String, Tensor> sample = first;
        while (true) {
          sample.forEach(binding::set);
          binding.run();
          count(sample, binding);
          count++;
          if (!samples.hasNext()) {
            break;
          }
          sample = samples.next();
        }
      }
      return new Observations(histograms, count);
    }

    /**
     * The observed values that a run gives; some output where there are none, as a run needs one.
     */
    private List<String> wanted() {
      List<String> given = observed.stream().filter(value -> !isInput(value)).toList();
      return given.isEmpty() ? List.of(session.outputs().getFirst().name()) : given;
    }

    /** Values do not share a histogram, so that all processors can count at once. */
    private void count(Map<String, Tensor> sample, Binding binding) {
      observed.parallelStream()
          .forEach(value -> {
            Tensor given = sample.get(value);
            if (given != null) {
              count(value, given);
            } else if (!isInput(value)) {
              count(value, binding.output(value));
            }
          });
    }

    private boolean isInput(String value) {
      return session.inputs().stream().anyMatch(input -> input.name().equals(value));
    }

    private void count(String value, Tensor tensor) {
      Histogram histogram = histograms.get(value);
      if (histogram != null) {
        histogram.add(tensor.data(), tensor.elementCount());
      }
    }
  }
}
