package dev.skerry.runtime.describe;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Infers a description from the shapes of a graph. Whatever a shape cannot prove is said in a
 * sentence.
 */
final class DescriptionGuess {
  /** Pixels; a [N, 49, 10, 1] input is more likely a spectrogram than a picture. */
  private static final int LEAST_SIDE = 16;

  /** Classes; a wider output is more likely an embedding or a vocabulary. */
  private static final int MOST_CLASSES = 22_000;

  private final Graph graph;
  private final List<String> guesses = new ArrayList<>();

  private DescriptionGuess(Graph graph) {
    this.graph = graph;
  }

  static ModelDescription.Guess of(Path onnx, Model model) {
    DescriptionGuess guess = new DescriptionGuess(model.graph());
    SequencedMap<String, InputSpec> inputs = new LinkedHashMap<>();
    for (ValueInfo input : model.graph().requiredInputs()) {
      inputs.put(input.name(), guess.input(input));
    }
    String file = onnx.getFileName().toString();
    ModelDescription description =
        new ModelDescription(
            onnx,
            file.endsWith(".onnx") ? file.substring(0, file.length() - 5) : file,
            ModelDescription.NO_VERSION,
            onnx.toAbsolutePath().normalize(),
            inputs,
            guess.outputs(inputs),
            DataSpec.NONE,
            Goal.STANDARD);
    return new ModelDescription.Guess(description, guess.guesses);
  }

  private InputSpec input(ValueInfo input) {
    long[] shape = shape(input);
    if (shape.length == 4) {
      Optional<InputSpec> image = image(input, shape);
      if (image.isPresent()) {
        return image.get();
      }
    }
    guesses.add(
        "input \"%s\" takes numbers as they are; say so if they are scaled (scale, mean, std)"
            .formatted(input.name()));
    return new InputSpec.Array(Normalization.NONE);
  }

  private Optional<InputSpec> image(ValueInfo input, long[] shape) {
    if (isPicture(shape[2], shape[3], shape[1])) {
      return Optional.of(image(input, shape[2], shape[3], shape[1], InputSpec.Layout.NCHW));
    }
    if (isPicture(shape[1], shape[2], shape[3])) {
      return Optional.of(image(input, shape[1], shape[2], shape[3], InputSpec.Layout.NHWC));
    }
    return Optional.empty();
  }

  private static boolean isPicture(long height, long width, long channels) {
    return (channels == 1 || channels == 3) && height >= LEAST_SIDE && width >= LEAST_SIDE;
  }

  private InputSpec image(
      ValueInfo input, long height, long width, long channels, InputSpec.Layout layout) {
    boolean bytes = element(input) == DataType.UINT8;
    InputSpec.Channels colours = channels == 1 ? InputSpec.Channels.GRAY : InputSpec.Channels.RGB;
    guesses.add(
        "input \"%s\" takes %d x %d pictures, %s, %s, %s"
            .formatted(
                input.name(),
                height,
                width,
                DescriptionTable.kebab(colours),
                DescriptionTable.kebab(layout),
                bytes ? "values 0 to 255" : "values 0 to 1 (scale = 1/255, no mean, no std)"));
    return new InputSpec.Image(
        (int) height,
        (int) width,
        colours,
        layout,
        InputSpec.Fit.STRETCH,
        bytes ? Normalization.NONE : Normalization.of(1 / 255.0, 0, 1),
        false);
  }

  private SequencedMap<String, OutputSpec> outputs(SequencedMap<String, InputSpec> inputs) {
    SequencedMap<String, OutputSpec> outputs = new LinkedHashMap<>();
    Optional<String> boxes = boxes();
    for (ValueInfo output : graph.outputs()) {
      if (boxes.isPresent() && boxes.get().equals(output.name())) {
        continue;
      }
      OutputSpec spec =
          boxes.isPresent()
              ? detection(boxes.get())
              : OutputSpec.of(kind(output, inputs), List.of());
      guesses.add(
          "output \"%s\" is a %s".formatted(output.name(), DescriptionTable.kebab(spec.kind())));
      outputs.put(output.name(), spec);
    }
    return outputs;
  }

  private static OutputSpec detection(String boxes) {
    return new OutputSpec(
        OutputSpec.Kind.DETECTION,
        List.of(),
        boxes,
        OutputSpec.SCORE_THRESHOLD,
        OutputSpec.IOU_THRESHOLD);
  }

  /**
   * The output [N, boxes, 4] beside an output [N, boxes, classes], when these are all there are.
   */
  private Optional<String> boxes() {
    if (graph.outputs().size() != 2) {
      return Optional.empty();
    }
    long[] first = shape(graph.outputs().getFirst());
    long[] last = shape(graph.outputs().getLast());
    if (first.length != 3 || last.length != 3 || first[1] != last[1] || first[1] < 2) {
      return Optional.empty();
    }
    boolean firstHolds = first[2] == 4 && last[2] != 4;
    boolean lastHolds = last[2] == 4 && first[2] != 4;
    return firstHolds
        ? Optional.of(graph.outputs().getFirst().name())
        : lastHolds ? Optional.of(graph.outputs().getLast().name()) : Optional.empty();
  }

  private OutputSpec.Kind kind(ValueInfo output, SequencedMap<String, InputSpec> inputs) {
    long[] shape = shape(output);
    boolean picture = inputs.values().stream().anyMatch(spec -> spec instanceof InputSpec.Image);
    if (shape.length == 2
        && shape[1] >= 2
        && shape[1] <= MOST_CLASSES
        && (picture || comesFromSoftmax(output.name()))) {
      return OutputSpec.Kind.CLASSIFICATION;
    }
    List<ValueInfo> required = graph.requiredInputs();
    if (required.size() == 1
        && shape.length >= 2
        && Arrays.equals(shape, shape(required.getFirst()))) {
      return OutputSpec.Kind.RECONSTRUCTION;
    }
    return OutputSpec.Kind.TENSOR;
  }

  private boolean comesFromSoftmax(String output) {
    return graph.nodes().stream()
        .anyMatch(node ->
            (node.is("Softmax") || node.is("LogSoftmax")) && node.outputs().contains(output));
  }

  private static @Nullable DataType element(ValueInfo value) {
    return value.type() instanceof Type.Tensor tensor ? tensor.element() : null;
  }

  /** One size per axis, -1 where it is open; empty when the rank is unknown. */
  private static long[] shape(ValueInfo value) {
    List<Dimension> axes = value.type() instanceof Type.Tensor tensor ? tensor.shape() : null;
    return axes == null
        ? new long[0]
        : axes.stream()
            .mapToLong(axis -> axis instanceof Dimension.Fixed(long size) ? size : -1)
            .toArray();
  }
}
