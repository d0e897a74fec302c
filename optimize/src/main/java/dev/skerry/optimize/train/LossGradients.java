package dev.skerry.optimize.train;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.differentiate.ConvForms;
import dev.skerry.optimize.differentiate.Differentiation;
import dev.skerry.optimize.differentiate.Gradients;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;

/** Gradients of the cross entropy of a classification, for who wants to know but not to train. */
public final class LossGradients {
  private LossGradients() {}

  /**
   * One batch with the classes of its samples.
   *
   * @param inputs of the model, by name
   */
  public record Batch(Map<String, Tensor> inputs, List<Integer> labels) {
    public Batch {
      inputs = Map.copyOf(inputs);
      labels = List.copyOf(labels);
    }
  }

  /**
   * Gives the gradients of {@code parameters} on each batch, by parameter; they are lent for the
   * call.
   *
   * @param output probabilities or logits, [N, classes]
   * @param batches all of one size
   */
  public static void forEach(
      Model model,
      String output,
      Collection<String> parameters,
      List<Batch> batches,
      Consumer<Map<String, Tensor>> consumer) {
    String logits = StepGraph.logits(model.graph(), output);
    Batch first = batches.getFirst();
    int classes;
    try (Session session =
        Session.open(HeldOut.exposing(model, logits), SessionConfig.standard())) {
      Tensor seen = session.run(first.inputs(), List.of(logits)).firstEntry().getValue();
      classes = (int) seen.dim(-1);
    }
    Map<String, Tensor> sample = new LinkedHashMap<>(first.inputs());
    sample.put(StepGraph.TARGETS, targets(first.labels(), classes));
    var loss = new LossGraph(model.graph(), sample, logits, new Objective.Labels(0)).graph();
    Gradients gradients =
        Differentiation.of(
            model.withGraph(loss), StepGraph.LOSS, parameters, sample, ConvForms.usual());
    try (Session session = Session.open(gradients.model(), SessionConfig.standard())) {
      for (Batch batch : batches) {
        Map<String, Tensor> given = new LinkedHashMap<>(batch.inputs());
        given.put(StepGraph.TARGETS, targets(batch.labels(), classes));
        SequencedMap<String, Tensor> run =
            session.run(given, List.copyOf(gradients.names().values()));
        Map<String, Tensor> byParameter = new LinkedHashMap<>();
        gradients
            .names()
            .forEach((parameter, name) ->
                byParameter.put(parameter, run.getOrDefault(name, Tensor.vector())));
        consumer.accept(byParameter);
      }
    }
  }

  private static Tensor targets(List<Integer> labels, int classes) {
    float[] targets = new float[labels.size() * classes];
    for (int i = 0; i < labels.size(); i++) {
      targets[i * classes + labels.get(i)] = 1;
    }
    return Tensor.of(
        DataType.FLOAT, new long[] {labels.size(), classes}, MemorySegment.ofArray(targets));
  }
}
