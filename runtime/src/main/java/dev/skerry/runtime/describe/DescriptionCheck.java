package dev.skerry.runtime.describe;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.Model;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Holds a description against the graph that it describes. */
final class DescriptionCheck {
  private final Map<String, ValueInfo> inputs;
  private final Map<String, ValueInfo> outputs;
  private final List<String> problems = new ArrayList<>();

  private DescriptionCheck(Model model) {
    inputs = byName(model.graph().requiredInputs());
    outputs = byName(model.graph().outputs());
  }

  private static Map<String, ValueInfo> byName(List<ValueInfo> values) {
    return values.stream()
        .collect(
            Collectors.toMap(ValueInfo::name, value -> value, (a, _) -> a, LinkedHashMap::new));
  }

  static void require(ModelDescription description, Model model) {
    DescriptionCheck check = new DescriptionCheck(model);
    description.asIn(model).inputs().forEach(check::input);
    check.inputs.keySet().stream()
        .filter(name -> !description.inputs().containsKey(name))
        .forEach(check::undescribed);
    description.outputs().forEach(check::output);
    DescriptionTable.fail(description.file().toString(), check.problems);
  }

  private void undescribed(String name) {
    problems.add(
        "input.%s: the model takes this input, but no table describes it; add [input.%s] with kind"
            .formatted(name, quoted(name)));
  }

  private static String quoted(String name) {
    return DescriptionWriter.key(name);
  }

  private void input(String name, InputSpec spec) {
    ValueInfo value = inputs.get(name);
    if (value == null) {
      problems.add(
          "input.%s: the model has no input of this name%s"
              .formatted(name, Nearest.hint(name, inputs.keySet())));
      return;
    }
    List<Dimension> shape = shape(value);
    if (shape == null) {
      return;
    }
    switch (spec) {
      case InputSpec.State(String next) -> state(name, value, next);
      case InputSpec.Constant _ -> constant(name, value);
      case InputSpec.Image image when image.compiled() -> raw(name, shape, -1, -1, 3);
      case InputSpec.Image image -> image(name, image, shape);
      case InputSpec.Audio audio when audio.compiled() -> raw(name, shape, -1);
      case InputSpec.Audio audio -> audio(name, audio, shape);
      case InputSpec.Array(Normalization normalization) -> array(name, normalization, shape);
    }
  }

  private void state(String name, ValueInfo value, String next) {
    ValueInfo given = outputs.get(next);
    if (given == null) {
      problems.add(
          "input.%s.next: the model has no output \"%s\"%s"
              .formatted(name, next, Nearest.hint(next, outputs.keySet())));
    } else if (!Objects.equals(element(value), element(given)) || !fits(value, given)) {
      problems.add(
          "input.%s.next: the model takes %s there, but \"%s\" is %s"
              .formatted(name, text(value), next, text(given)));
    }
  }

  private static boolean fits(ValueInfo taken, ValueInfo given) {
    List<Dimension> wanted = shape(taken);
    List<Dimension> found = shape(given);
    if (wanted == null || found == null) {
      return true;
    }
    boolean fits = wanted.size() == found.size();
    for (int i = 0; fits && i < wanted.size(); i++) {
      fits = !(found.get(i) instanceof Dimension.Fixed(long size)) || allows(wanted.get(i), size);
    }
    return fits;
  }

  private void constant(String name, ValueInfo value) {
    DataType element = element(value);
    if (element == DataType.STRING || element == DataType.BOOL) {
      problems.add(
          "input.%s: a constant is a number, but the model takes %s".formatted(name, text(value)));
    }
  }

  private static @Nullable DataType element(ValueInfo value) {
    return value.type() instanceof Type.Tensor tensor ? tensor.element() : null;
  }

  private static String text(ValueInfo value) {
    List<Dimension> shape = shape(value);
    return element(value) + (shape == null ? "" : text(shape));
  }

  /** A graph that prepares media itself leaves their sizes open, which -1 stands for. */
  private void raw(String name, List<Dimension> shape, long... sizes) {
    boolean fits = shape.size() == sizes.length + 1;
    for (int i = 0; fits && i < sizes.length; i++) {
      boolean open = !(shape.get(i + 1) instanceof Dimension.Fixed);
      fits = open || shape.get(i + 1).equals(new Dimension.Fixed(sizes[i]));
    }
    if (!fits) {
      problems.add(
          "input.%s.compiled: a graph that prepares its input takes %s, but the model takes %s"
              .formatted(name, sizes.length == 1 ? "[N, any]" : "[N, any, any, 3]", text(shape)));
    }
  }

  private static @Nullable List<Dimension> shape(ValueInfo value) {
    return value.type() instanceof Type.Tensor tensor ? tensor.shape() : null;
  }

  private void image(String name, InputSpec.Image image, List<Dimension> shape) {
    List<Integer> wanted =
        switch (image.layout()) {
          case NCHW -> List.of(image.channels().count(), image.height(), image.width());
          case NHWC -> List.of(image.height(), image.width(), image.channels().count());
        };
    boolean fits = shape.size() == 4;
    for (int axis = 1; fits && axis < 4; axis++) {
      fits = allows(shape.get(axis), wanted.get(axis - 1));
    }
    if (!fits) {
      problems.add(
          "input.%s: size, channels and layout give [N, %s], but the model takes %s"
              .formatted(
                  name,
                  wanted.stream().map(String::valueOf).collect(Collectors.joining(", ")),
                  text(shape)));
    }
  }

  private static boolean allows(Dimension axis, long size) {
    return !(axis instanceof Dimension.Fixed(long fixed)) || fixed == size;
  }

  static String text(List<Dimension> shape) {
    return shape.stream().map(Dimension::text).collect(Collectors.joining(", ", "[", "]"));
  }

  private void audio(String name, InputSpec.Audio audio, List<Dimension> shape) {
    AudioFeatures features = audio.features();
    long values =
        features == null
            ? audio.length()
            : (long) features.frames(audio.length()) * features.coefficients();
    boolean open = shape.stream().skip(1).anyMatch(axis -> !(axis instanceof Dimension.Fixed));
    long product = 1;
    for (Dimension axis : shape.subList(Math.min(1, shape.size()), shape.size())) {
      product = axis instanceof Dimension.Fixed(long size) ? product * Math.max(1, size) : product;
    }
    boolean fits = open ? values % product == 0 : values == product;
    if (!fits) {
      problems.add(
          "input.%s: %s gives %d values, but the model takes %s"
              .formatted(name, features == null ? "length" : "features", values, text(shape)));
    }
  }

  private void array(String name, Normalization normalization, List<Dimension> shape) {
    int channels = normalization.channels();
    if (channels > 1 && (shape.isEmpty() || !allows(shape.getLast(), channels))) {
      problems.add(
          "input.%s: scale, mean or std has %d numbers, but the last axis of %s has another size"
              .formatted(name, channels, text(shape)));
    }
  }

  private void output(String name, OutputSpec spec) {
    ValueInfo value = outputs.get(name);
    if (value == null) {
      problems.add(
          "output.%s: the model has no output of this name%s"
              .formatted(name, Nearest.hint(name, outputs.keySet())));
      return;
    }
    List<Dimension> shape = shape(value);
    if (!spec.labels().isEmpty() && shape != null && !shape.isEmpty()) {
      labels(name, spec.labels().size(), shape);
    }
    String boxes = spec.boxes();
    if (boxes != null) {
      boxes(name, boxes);
    }
  }

  private void labels(String name, int labels, List<Dimension> shape) {
    if (!allows(shape.getLast(), labels)) {
      problems.add(
          "output.%s.labels: has %d labels, but the last axis of %s has another size"
              .formatted(name, labels, text(shape)));
    }
  }

  private void boxes(String name, String boxes) {
    ValueInfo value = outputs.get(boxes);
    List<Dimension> shape = value == null ? null : shape(value);
    if (value == null) {
      problems.add(
          "output.%s.boxes: the model has no output \"%s\"%s"
              .formatted(name, boxes, Nearest.hint(boxes, outputs.keySet())));
    } else if (shape != null && (shape.size() != 3 || !allows(shape.getLast(), 4))) {
      problems.add(
          "output.%s.boxes: \"%s\" must be [N, boxes, 4], but is %s"
              .formatted(name, boxes, text(shape)));
    }
  }
}
