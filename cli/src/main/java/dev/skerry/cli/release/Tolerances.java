package dev.skerry.cli.release;

import dev.skerry.bundle.release.GoldenOutput;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.bundle.release.Variant;
import dev.skerry.graph.Graph;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Evens tolerances out among the variants that round to integers.
 *
 * <p>Kernels of the building machine may agree to the bit where a device's do not: the integer form
 * of another architecture may not be fused here at all. What two ways of running one integer
 * variant of a model differ by, those of another may, so that each output has the largest of its
 * tolerances.
 */
final class Tolerances {
  /** Parts of the names of operators that round activations to integers. */
  private static final List<String> ROUNDING = List.of("Quantize", "Integer", "QLinear", "NBits");

  private Tolerances() {}

  /** Whether an operator of the model rounds its activations to integers. */
  static boolean roundsToIntegers(Path file) {
    try (ModelFile model = ModelReader.read(file)) {
      return roundsToIntegers(model.model().graph());
    }
  }

  private static boolean roundsToIntegers(Graph graph) {
    return graph.nodes().stream()
        .anyMatch(node ->
            ROUNDING.stream().anyMatch(node.op()::contains)
                || node.subgraphs().stream().anyMatch(Tolerances::roundsToIntegers));
  }

  /** {@code ladders} in which the variants named {@code integers} have the same tolerances. */
  static List<Ladder> shared(List<Ladder> ladders, Set<String> integers) {
    Map<String, Double> largest = new HashMap<>();
    ladders.stream()
        .flatMap(ladder -> ladder.variants().stream())
        .filter(variant -> integers.contains(variant.name()))
        .flatMap(variant -> variant.goldenOutputs().stream())
        .forEach(output -> largest.merge(output.values().name(), output.tolerance(), Math::max));
    List<Ladder> evened = new ArrayList<>();
    for (Ladder ladder : ladders) {
      List<Variant> variants =
          ladder.variants().stream()
              .map(variant ->
                  integers.contains(variant.name())
                      ? variant.withGolden(evened(variant, largest))
                      : variant)
              .toList();
      evened.add(new Ladder(ladder.target(), ladder.needs(), variants));
    }
    return evened;
  }

  private static List<GoldenOutput> evened(Variant variant, Map<String, Double> largest) {
    return variant.goldenOutputs().stream()
        .map(output ->
            new GoldenOutput(
                output.values(), largest.getOrDefault(output.values().name(), output.tolerance())))
        .toList();
  }
}
