package dev.skerry.optimize.simplify;

import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which values of a graph hold numbers that come from the inputs' contents, and which have shapes
 * that do. What is left depends on the inputs' shapes alone.
 */
final class DataDependence {
  /** Operators whose result's shape is computed from contents. */
  private static final Set<String> SHAPE_FROM_DATA =
      Set.of(
          "NonZero",
          "Compress",
          "Unique",
          "NonMaxSuppression",
          "If",
          "Loop",
          "Scan",
          "SequenceMap",
          "StringSplit",
          "StringNormalizer",
          "TfIdfVectorizer",
          "ImageDecoder",
          "RegexFullMatch");

  /** First input from which on contents decide the shape of the result. */
  private static final Map<String, Integer> SHAPE_OPERAND =
      Map.ofEntries(
          Map.entry("Reshape", 1),
          Map.entry("Expand", 1),
          Map.entry("Tile", 1),
          Map.entry("TopK", 1),
          Map.entry("Resize", 1),
          Map.entry("Upsample", 1),
          Map.entry("Pad", 1),
          Map.entry("Slice", 1),
          Map.entry("Unsqueeze", 1),
          Map.entry("Squeeze", 1),
          Map.entry("Split", 1),
          Map.entry("MaxUnpool", 2),
          Map.entry("CenterCropPad", 1),
          Map.entry("Col2Im", 1),
          Map.entry("DFT", 1),
          Map.entry("STFT", 1),
          Map.entry("AffineGrid", 1),
          Map.entry("Range", 0),
          Map.entry("ConstantOfShape", 0),
          Map.entry("MelWeightMatrix", 0),
          Map.entry("HannWindow", 0),
          Map.entry("HammingWindow", 0),
          Map.entry("BlackmanWindow", 0),
          Map.entry("OneHot", 1),
          Map.entry("ReduceSum", 1),
          Map.entry("ReduceMean", 1),
          Map.entry("ReduceMax", 1),
          Map.entry("ReduceMin", 1),
          Map.entry("ReduceProd", 1),
          Map.entry("ReduceL1", 1),
          Map.entry("ReduceL2", 1),
          Map.entry("ReduceLogSum", 1),
          Map.entry("ReduceLogSumExp", 1),
          Map.entry("ReduceSumSquare", 1));

  /**
   * Operators whose result is never taken for known: random ones, and quantized constants, which
   * belong to integer kernels.
   */
  private static final Set<String> NOT_FOLDED =
      Set.of(
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike",
          "Multinomial",
          "Bernoulli",
          "Dropout",
          "QuantizeLinear",
          "DequantizeLinear",
          "DynamicQuantizeLinear");

  private final Set<String> contents = new HashSet<>();
  private final Set<String> shapes = new HashSet<>();

  /**
   * @param unsteady nodes whose results must not be trusted to keep their shape
   */
  DataDependence(Graph graph, Predicate<Node> unsteady) {
    graph.requiredInputs().forEach(input -> contents.add(input.name()));
    for (Node node : graph.nodes()) {
      if (contentFromData(node)) {
        contents.addAll(node.outputs());
      }
      if (shapeFromData(node) || unsteady.test(node)) {
        shapes.addAll(node.outputs());
      }
    }
  }

  /** Whether the numbers in {@code value} depend on the contents of the inputs. */
  boolean content(String value) {
    return contents.contains(value) || shapes.contains(value);
  }

  /** Whether the shape of {@code value} depends on the contents of the inputs. */
  boolean shape(String value) {
    return shapes.contains(value);
  }

  private boolean contentFromData(Node node) {
    if (node.is("Shape") || node.is("Size")) {
      return shapes.contains(node.input(0));
    }
    return (node.inputs().isEmpty() && !node.is("Constant"))
        || NOT_FOLDED.contains(node.op())
        || GraphIndex.uses(node).stream().anyMatch(contents::contains);
  }

  private boolean shapeFromData(Node node) {
    if (!node.domain().isEmpty()
        || node.op().contains("Sequence")
        || node.op().contains("Optional")) {
      return true;
    }
    if (node.is("Shape") || node.is("Size")) {
      return false;
    }
    int operand = SHAPE_OPERAND.getOrDefault(node.op(), Integer.MAX_VALUE);
    return SHAPE_FROM_DATA.contains(node.op())
        || GraphIndex.uses(node).stream().anyMatch(shapes::contains)
        || node.inputs().stream().skip(operand).anyMatch(contents::contains);
  }
}
