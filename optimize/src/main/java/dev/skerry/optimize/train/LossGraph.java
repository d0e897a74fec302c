package dev.skerry.optimize.train;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.differentiate.Emitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A forward graph with its loss behind it, of standard operators that have gradient rules. */
final class LossGraph {
  /** A variance of logits beside which this counts has nothing to say. */
  private static final double LEAST = 1e-6;

  private final Graph graph;
  private final Map<String, Tensor> sample;
  private final String output;
  private final Objective objective;
  private final Emitter emit;

  /**
   * @param sample all that a step takes; its shapes tell the size of a batch, and whether there are
   *     labels
   * @param output logits, or what is compared
   */
  LossGraph(Graph graph, Map<String, Tensor> sample, String output, Objective objective) {
    this.graph = graph;
    this.sample = sample;
    this.output = output;
    this.objective = objective;
    this.emit = new Emitter(graph, "loss/");
  }

  Graph graph() {
    String loss =
        switch (objective) {
          case Objective.Labels _ -> crossEntropy();
          case Objective.Reconstruction _ ->
              meanSquare(output, graph.requiredInputs().getFirst().name());
          case Objective.Distillation distillation -> distilled(distillation);
        };
    emit.into(StepGraph.LOSS, "Identity", loss);
    List<ValueInfo> inputs = new ArrayList<>(graph.inputs());
    sample.forEach((name, tensor) -> {
      if (graph.inputs().stream().noneMatch(input -> input.name().equals(name))) {
        inputs.add(ValueInfo.of(name, tensor.type(), tensor.dims()));
      }
    });
    List<ValueInfo> outputs = new ArrayList<>(graph.outputs());
    if (!graph.outputNames().contains(output)) {
      outputs.add(ValueInfo.of(output, new Type.Tensor(DataType.FLOAT, null)));
    }
    return emit.appendedTo(graph).withInputs(inputs).withOutputs(outputs);
  }

  private String number(double value) {
    return emit.scalar(DataType.FLOAT, value);
  }

  private String total(String value) {
    return emit.op("ReduceSum", Map.of("keepdims", Attribute.of(0L)), value);
  }

  private String logProbabilities(String logits) {
    return emit.op("LogSoftmax", Map.of("axis", Attribute.of(-1L)), logits);
  }

  private double batch() {
    return sample.values().iterator().next().dim(0);
  }

  /** -1/N Σ t log q. */
  private String crossEntropy() {
    String weighted = emit.op("Mul", StepGraph.TARGETS, logProbabilities(output));
    return emit.op("Mul", total(weighted), number(-1 / batch()));
  }

  private String meanSquare(String a, String b) {
    String difference = emit.op("Sub", a, b);
    String square = emit.op("Mul", difference, difference);
    return emit.op("ReduceMean", Map.of("keepdims", Attribute.of(0L)), square);
  }

  private String distilled(Objective.Distillation distillation) {
    double share = distillation.teacherShare();
    boolean classes = sample.containsKey(StepGraph.TARGETS);
    String taught = classes ? divergence(distillation) : meanSquare(output, StepGraph.TEACHER);
    String loss = emit.op("Mul", taught, number(classes ? share : 1));
    if (classes && share < 1) {
      loss = emit.op("Add", loss, emit.op("Mul", crossEntropy(), number(1 - share)));
    }
    for (String feature : distillation.features().keySet()) {
      String near = meanSquare(feature, StepGraph.FEATURE + feature);
      loss = emit.op("Add", loss, emit.op("Mul", near, number(distillation.featureShare())));
    }
    return loss;
  }

  /** T²/N Σ p (log p - log q). */
  private String divergence(Objective.Distillation distillation) {
    double temperature = distillation.temperature();
    boolean standardized = distillation.standardized();
    String inverse = number(1 / temperature);
    String its = standardized ? standardized(StepGraph.TEACHER) : StepGraph.TEACHER;
    String own = standardized ? standardized(output) : output;
    String teacher = logProbabilities(emit.op("Mul", its, inverse));
    String student = logProbabilities(emit.op("Mul", own, inverse));
    String gap = emit.op("Sub", teacher, student);
    String weighted = emit.op("Mul", emit.op("Exp", teacher), gap);
    return emit.op("Mul", total(weighted), number(temperature * temperature / batch()));
  }

  /** (z - mean) / deviation of each row. */
  private String standardized(String logits) {
    String centred = emit.op("Sub", logits, rowMean(logits));
    String variance = rowMean(emit.op("Mul", centred, centred));
    return emit.op("Div", centred, emit.op("Sqrt", emit.op("Add", variance, number(LEAST))));
  }

  private String rowMean(String rows) {
    double classes = sample.getOrDefault(StepGraph.TEACHER, Tensor.scalar(1f)).dim(-1);
    return emit.op("Mul", emit.sum(rows, true, -1), number(1 / classes));
  }
}
