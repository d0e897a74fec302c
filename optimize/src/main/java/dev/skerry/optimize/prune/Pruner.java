package dev.skerry.optimize.prune;

import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.differentiate.Differentiation;
import dev.skerry.optimize.moments.Moments;
import dev.skerry.optimize.simplify.OpsetUpgrade;
import dev.skerry.optimize.simplify.Simplifier;
import dev.skerry.optimize.simplify.SimplifyOptions;
import dev.skerry.optimize.train.LossGradients;
import dev.skerry.optimize.train.Parameters;
import dev.skerry.optimize.train.RunningStatistics;
import dev.skerry.runtime.describe.OutputSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Removes the channels of a model that matter least for what they cost, and repairs what is left
 * from observed activations, without training.
 */
public final class Pruner {
  /** Rules that would fold away what training needs, or tie constants that train apart. */
  private static final Set<String> LEFT_FOR_LATER =
      Set.of(
          "AffineIntoConv",
          "AffineIntoConvTranspose",
          "AffineIntoMatMul",
          "AffineIntoGemm",
          "AffineBeforeConv",
          "AffineBeforeGemm",
          "MergeDuplicateConstants",
          "TransposeToReshape");

  private static final String WITHOUT_SAMPLES = ", or use --importance magnitude";

  private final PruneRequest request;
  private final Model model;
  private final CalibrationBatches batches;

  private Pruner(PruneRequest request) {
    this.request = request;
    this.model = prepared(request.model());
    this.batches = CalibrationBatches.read(request, model);
  }

  /**
   * Prunes as {@code request} asks.
   *
   * @throws SkerryException BAD_MODEL if no channel can leave, BAD_DATA if importance needs labels
   *     that are not there
   */
  public static PruneResult prune(PruneRequest request) {
    return new Pruner(request).run();
  }

  /** {@code model} in the form that is pruned: modern, its constants in one place. */
  public static Model prepared(Model model) {
    Verifier.require(model);
    Model modern =
        model.opset() < Differentiation.OPSET
            ? OpsetUpgrade.to(model, Differentiation.OPSET)
            : model;
    return Simplifier.simplify(modern, SimplifyOptions.standard().withSkipped(LEFT_FOR_LATER))
        .model();
  }

  private PruneResult run() {
    request.progress().accept("find what depends on what");
    List<String> keep = new ArrayList<>(Parameters.preparing(model.graph()));
    keep.addAll(
        model.graph().initializers().keySet().stream()
            .filter(name -> request.options().frozen().stream().anyMatch(name::startsWith))
            .toList());
    Dependencies dependencies = Dependencies.of(model, batches.first(), keep);
    if (dependencies.groups().isEmpty()) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "no channel of %s can leave: %s"
              .formatted(
                  request.description().name(),
                  dependencies.kept().isEmpty()
                      ? "it has no layer with constant weights"
                      : String.join("; ", reasons(dependencies.kept()))));
    }
    Moments moments = moments(dependencies);
    request
        .progress()
        .accept(
            "rank channels by " + request.importance().name().toLowerCase(java.util.Locale.ROOT));
    Costs costs = Costs.of(dependencies, request.options().goal());
    Ranking ranking =
        Ranking.of(
            costs,
            scores(dependencies, moments),
            request.importance() != Importance.MAGNITUDE,
            request.options().multiple(),
            request.options().floor());
    Set<Integer> leaving = ranking.leaving(1 - request.options().ratio());
    Graph cut = Removal.of(dependencies, dependencies.graph(), leaving);
    Model pruned = checked(cut);
    Model repaired = pruned;
    if (request.options().repair() && !batches.isEmpty()) {
      request.progress().accept("repair");
      Graph merged = Merging.of(dependencies, leaving, moments);
      repaired =
          RunningStatistics.estimated(
              checked(Removal.of(dependencies, merged, leaving)),
              summing(dependencies, leaving),
              batches.large());
    }
    return PruneResult.of(dependencies, pruned, repaired);
  }

  /** Weights of layers that sum over channels some of which leave. */
  private static Set<String> summing(Dependencies dependencies, Set<Integer> leaving) {
    Set<ChannelGroup.Member> cut = new LinkedHashSet<>();
    for (ChannelGroup group : dependencies.groups()) {
      if (group.units().stream().anyMatch(unit -> leaving.contains(unit.root()))) {
        cut.addAll(group.members());
      }
    }
    Set<String> weights = new LinkedHashSet<>();
    for (WeightedLayer layer : WeightedLayer.of(dependencies.graph())) {
      if (cut.contains(new ChannelGroup.Member(layer.weight(), layer.inAxis()))) {
        weights.add(layer.weight());
      }
    }
    return weights;
  }

  private static List<String> reasons(Map<String, String> kept) {
    return kept.entrySet().stream()
        .map(entry -> entry.getKey() + " because of " + entry.getValue())
        .toList();
  }

  private Model checked(Graph graph) {
    Model changed = model.withGraph(graph);
    Verifier.require(changed);
    return changed;
  }

  private Moments moments(Dependencies dependencies) {
    boolean needed = request.options().repair() || request.importance() == Importance.ACTIVATION;
    if (!needed || batches.isEmpty()) {
      return Moments.NONE;
    }
    request.progress().accept("observe activations");
    return Merging.moments(model, dependencies, batches.large());
  }

  private Map<ChannelGroup, double[]> scores(Dependencies dependencies, Moments moments) {
    return switch (request.importance()) {
      case MAGNITUDE -> Scores.magnitude(dependencies);
      case ACTIVATION -> {
        batches.require("importance by activation", WITHOUT_SAMPLES);
        yield Scores.activation(dependencies, moments);
      }
      case TAYLOR -> {
        batches.require("importance by taylor", WITHOUT_SAMPLES);
        yield Scores.taylor(dependencies, model, classes(), labelled());
      }
    };
  }

  private String classes() {
    return request.description().outputs().entrySet().stream()
        .filter(output -> output.getValue().kind() == OutputSpec.Kind.CLASSIFICATION)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() ->
            new SkerryException(
                ErrorCode.BAD_DESCRIPTION,
                "importance by taylor needs a classification, and %s describes none; use --importance activation"
                    .formatted(request.description().file())));
  }

  private List<LossGradients.Batch> labelled() {
    List<LossGradients.Batch> labelled = batches.small();
    if (labelled.stream().anyMatch(batch -> batch.labels().stream().anyMatch(l -> l < 0))) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "importance by taylor needs labels, and the samples have none; put them into class"
              + " folders, or use --importance activation");
    }
    return labelled;
  }

  /** Elements of floating constants: what people call parameters. */
  static long parameters(Graph graph) {
    return graph.initializers().values().stream()
        .filter(tensor -> tensor.type() == DataType.FLOAT)
        .mapToLong(Tensor::elementCount)
        .sum();
  }
}
