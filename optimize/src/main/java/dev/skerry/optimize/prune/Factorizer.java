package dev.skerry.optimize.prune;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.differentiate.Emitter;
import dev.skerry.optimize.moments.Moments;
import dev.skerry.optimize.moments.ValueShapes;
import dev.skerry.optimize.prune.RankChoice.Candidate;
import dev.skerry.optimize.train.Parameters;
import dev.skerry.optimize.train.RunningStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Splits layers in two thinner ones, without training: one that gives a few values, and a pointwise
 * one that makes the outputs of them. The few are the principal components of the outputs on
 * calibration samples; no other two layers of these sizes come closer to the outputs (Zhang et al.,
 * "Accelerating Very Deep Convolutional Networks for Classification and Detection", 2015, the
 * linear case).
 */
public final class Factorizer {
  private final PruneRequest request;
  private final Model model;
  private final Graph graph;
  private final CalibrationBatches batches;

  /** Constants in front of what is learned. */
  private final Set<String> preparing;

  /** A layer with the shapes of its input and its output. */
  private record Part(WeightedLayer layer, Tensor weight, long[] input, long[] output) {
    Node node() {
      return layer.node();
    }

    int outputs() {
      return Math.toIntExact(weight.dim(layer.outAxis()));
    }

    Cost whole() {
      long size = weight.elementCount();
      return new Cost(size, size * layer.positions(input, output));
    }

    /** What a rank costs, in both layers. */
    Cost each() {
      long row = weight.elementCount() / outputs();
      long pointwise =
          node().is("ConvTranspose")
              ? Tensor.elementCount(Arrays.copyOfRange(output, 2, output.length))
              : layer.positions(input, output);
      return new Cost(
          row + outputs(), row * layer.positions(input, output) + outputs() * pointwise);
    }

    Cost at(int rank) {
      return rank == outputs() ? whole() : each().times(rank);
    }
  }

  private record Cost(long parameters, long multiplyAdds) {
    Cost plus(Cost other) {
      return new Cost(parameters + other.parameters, multiplyAdds + other.multiplyAdds);
    }

    Cost times(int count) {
      return new Cost(parameters * count, multiplyAdds * count);
    }

    /** As a share of {@code all}. */
    double share(Cost all, PruneGoal goal) {
      double size = (double) parameters / all.parameters;
      double work = (double) multiplyAdds / all.multiplyAdds;
      return switch (goal) {
        case SIZE -> size;
        case LATENCY -> work;
        case BOTH -> (size + work) / 2;
      };
    }
  }

  private Factorizer(PruneRequest request) {
    this.request = request;
    this.model = Pruner.prepared(request.model());
    this.graph = model.graph();
    this.batches = CalibrationBatches.read(request, model);
    this.preparing = Parameters.preparing(graph);
  }

  /**
   * Splits layers until the share that {@code request} asks for has gone, or all that can go.
   *
   * @return the model; its layers with their outputs and their ranks, the same for those left whole
   * @throws SkerryException BAD_DATA without samples, BAD_MODEL if no layer can be split
   */
  public static PruneResult factorize(PruneRequest request) {
    return new Factorizer(request).run();
  }

  private PruneResult run() {
    batches.require("splitting layers", "");
    List<Part> all = parts();
    SequencedMap<String, String> kept = new LinkedHashMap<>();
    for (Part part : all) {
      obstacle(part).ifPresent(reason -> kept.put(part.node().label(), reason));
    }
    List<Part> parts = all.stream().filter(part -> !kept.containsKey(part.node().label())).toList();
    if (parts.isEmpty()) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "no layer of %s can be split: it takes a convolution without groups, or a matrix product, with constant weights"
              .formatted(request.description().name()));
    }
    request.progress().accept("observe outputs");
    Moments moments = moments(parts);
    request.progress().accept("choose ranks");
    List<OutputBasis> bases = parts.stream().map(part -> basis(part, moments)).toList();
    List<Integer> ranks = ranks(all, parts, bases);
    Split split = new Split(graph);
    Map<String, Integer> ranked = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      ranked.put(part.node().label(), ranks.get(i));
      if (ranks.get(i) < part.outputs()) {
        split.add(part.layer(), bases.get(i), ranks.get(i));
      }
    }
    ToIntFunction<Part> left = part -> ranked.getOrDefault(part.node().label(), part.outputs());
    Model thin = model.withGraph(split.graph());
    Verifier.require(thin);
    Model repaired = thin;
    if (request.options().repair()) {
      request.progress().accept("repair");
      repaired = RunningStatistics.estimated(thin, split.added(), batches.large());
    }
    return new PruneResult(
        repaired,
        thin,
        all.stream()
            .map(part ->
                new PruneResult.Layer(part.node().label(), part.outputs(), left.applyAsInt(part)))
            .toList(),
        kept,
        Pruner.parameters(graph),
        Pruner.parameters(thin.graph()),
        whole(all).multiplyAdds(),
        all.stream().mapToLong(part -> part.at(left.applyAsInt(part)).multiplyAdds()).sum());
  }

  private List<Part> parts() {
    List<WeightedLayer> layers = WeightedLayer.of(graph);
    Map<String, long[]> shapes =
        ValueShapes.of(
            model,
            layers.stream()
                .map(WeightedLayer::node)
                .flatMap(node -> Stream.of(node.input(0), node.output(0)))
                .toList(),
            batches.first());
    return layers.stream()
        .map(layer ->
            new Part(
                layer,
                Objects.requireNonNull(graph.initializers().get(layer.weight())),
                Objects.requireNonNull(shapes.get(layer.node().input(0))),
                Objects.requireNonNull(shapes.get(layer.node().output(0)))))
        .toList();
  }

  private static Cost whole(List<Part> parts) {
    return parts.stream().map(Part::whole).reduce(new Cost(0, 0), Cost::plus);
  }

  /** Why {@code part} cannot be split. */
  private Optional<String> obstacle(Part part) {
    Node node = part.node();
    String weight = part.layer().weight();
    if (part.layer().inAxis() < 0) {
      return Optional.of("it has groups");
    }
    if (request.options().frozen().stream().anyMatch(weight::startsWith)) {
      return Optional.of("it is frozen");
    }
    if (preparing.contains(weight)) {
      return Optional.of("it prepares features");
    }
    long uses =
        graph.nodes().stream().mapToLong(one -> Collections.frequency(one.inputs(), weight)).sum();
    if (uses > 1) {
      return Optional.of("others have the same weight");
    }
    boolean plain =
        node.floatAttribute("alpha", 1) == 1
            && node.floatAttribute("beta", 1) == 1
            && node.intAttribute("transA", 0) == 0;
    if (!plain) {
      return Optional.of("it scales or transposes");
    }
    Tensor bias = graph.initializers().get(node.input(2));
    return node.hasInput(2) && (bias == null || bias.elementCount() != part.outputs())
        ? Optional.of("its bias is not a constant for each output")
        : Optional.empty();
  }

  /** Of the outputs of {@code parts}, at all positions. */
  private Moments moments(List<Part> parts) {
    Emitter emit = new Emitter(graph, "moments/");
    Map<String, String> rows = new LinkedHashMap<>();
    for (Part part : parts) {
      String output = part.node().output(0);
      int axes = part.output().length;
      int axis = part.layer().channelAxis(axes);
      rows.put(output, Moments.rows(emit, output, axes, axis, part.outputs()));
    }
    return Moments.of(model, emit, rows, batches.large());
  }

  /** A MatMul has no bias that could hold a mean. */
  private static OutputBasis basis(Part part, Moments moments) {
    return OutputBasis.of(
        Objects.requireNonNull(moments.values().get(part.node().output(0))),
        !part.node().is("MatMul"));
  }

  private List<Integer> ranks(List<Part> all, List<Part> parts, List<OutputBasis> bases) {
    PruneOptions options = request.options();
    Cost total = new Cost(Pruner.parameters(graph), whole(all).multiplyAdds());
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      candidates.add(
          new Candidate(
              bases.get(i),
              parts.get(i).whole().share(total, options.goal()),
              parts.get(i).each().share(total, options.goal())));
    }
    double others = 1 - whole(parts).share(total, options.goal());
    return new RankChoice(candidates, options.multiple(), options.floor())
        .within(1 - options.ratio() - others);
  }
}
