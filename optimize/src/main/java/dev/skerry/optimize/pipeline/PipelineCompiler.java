package dev.skerry.optimize.pipeline;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.simplify.OpsetUpgrade;
import dev.skerry.optimize.simplify.Renaming;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.OutputSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a description says before and after a model into its graph.
 *
 * <p>Inputs keep their names and take media as decoded; outputs stay, and those with answers get
 * more beside them ({@link dev.skerry.runtime.media.AnswerOutputs}). The file's metadata says which
 * inputs were compiled, so that every command reads it with the description of the original.
 */
public final class PipelineCompiler {
  /** The first opset whose Resize has antialiasing. */
  private static final long OPSET = 18;

  private final ModelDescription description;
  private final Model model;
  private final Graph graph;
  private final List<Node> before = new ArrayList<>();
  private final List<Node> after = new ArrayList<>();
  private final SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
  private final List<ValueInfo> answers = new ArrayList<>();
  private final Map<String, String> renamed = new HashMap<>();
  private final List<ValueInfo> inputs = new ArrayList<>();

  /** Of the input that is a picture, when there is one and not all of it may be shown. */
  private @Nullable PictureSizes sizes;

  private InputSpec.@Nullable Image picture;

  private PipelineCompiler(Model model, ModelDescription description) {
    this.description = description;
    this.model = model;
    this.graph = model.graph();
  }

  /**
   * {@code model} with everything around it that {@code description} declares.
   *
   * @throws SkerryException BAD_DESCRIPTION if nothing is declared that could be compiled or the
   *     model has been compiled before, BAD_MODEL if its operators cannot be brought to opset 18
   */
  public static Model compile(Model model, ModelDescription description) {
    if (!ModelDescription.compiledInputs(model).isEmpty()) {
      throw refused(description, "the model has been compiled before");
    }
    Model modern = OpsetUpgrade.to(model, OPSET);
    Model compiled = new PipelineCompiler(modern, description).compiled();
    Verifier.require(compiled);
    return compiled;
  }

  private static SkerryException refused(ModelDescription description, String why) {
    return new SkerryException(
        ErrorCode.BAD_DESCRIPTION,
        "%s: the pipeline cannot be compiled, since %s".formatted(description.file(), why));
  }

  private Model compiled() {
    for (ValueInfo input : graph.inputs()) {
      inputs.add(graph.initializers().containsKey(input.name()) ? input : input(input));
    }
    if (renamed.isEmpty()) {
      throw refused(description, "no input is a picture or sound (kind = \"image\" or \"audio\")");
    }
    description.outputs().forEach(this::output);
    Renaming renaming = new Renaming(renamed);
    List<Node> nodes = new ArrayList<>(before);
    graph.nodes().forEach(node -> nodes.add(renaming.of(node)));
    nodes.addAll(after);
    SequencedMap<String, Tensor> all = new LinkedHashMap<>(graph.initializers());
    all.putAll(constants);
    List<ValueInfo> outputs = new ArrayList<>(graph.outputs());
    outputs.addAll(answers);
    return model
        .withGraph(
            graph.withInputs(inputs).withOutputs(outputs).withInitializers(all).withNodes(nodes))
        .withMetadata(ModelDescription.markCompiled(model.metadata(), renamed.keySet()));
  }

  private ValueInfo input(ValueInfo input) {
    InputSpec spec = description.inputs().get(input.name());
    if (spec == null || !isMedia(spec)) {
      return input;
    }
    Type.Tensor type = input.type() instanceof Type.Tensor tensor ? tensor : null;
    List<Dimension> axes = type == null ? null : type.shape();
    DataType element = type == null ? null : type.element();
    if (axes == null || element == null || axes.isEmpty()) {
      throw refused(description, "input \"%s\" declares no shape".formatted(input.name()));
    }
    Sketch sketch = sketch(input.name());
    String made =
        switch (spec) {
          case InputSpec.Image image -> picture(sketch, image, input.name(), element);
          case InputSpec.Audio audio ->
              new SoundStage(sketch, audio).add(input.name(), shape(audio, axes), element);
          case InputSpec.Array _, InputSpec.State _, InputSpec.Constant _ ->
              throw new IllegalStateException("numbers are not compiled");
        };
    renamed.put(input.name(), made);
    before.addAll(sketch.nodes());
    constants.putAll(sketch.constants());
    return raw(input.name(), spec, axes);
  }

  private static boolean isMedia(InputSpec spec) {
    return spec instanceof InputSpec.Image || spec instanceof InputSpec.Audio;
  }

  /** The model's name, a slash; and underscores where the graph has such names already. */
  private Sketch sketch(String name) {
    String prefix = "pipeline/" + name + "/";
    while (isTaken(prefix)) {
      prefix = prefix.substring(0, prefix.length() - 1) + "_/";
    }
    return new Sketch(prefix);
  }

  private boolean isTaken(String prefix) {
    return graph.initializers().keySet().stream().anyMatch(name -> name.startsWith(prefix))
        || graph.nodes().stream()
            .anyMatch(node ->
                node.name().startsWith(prefix)
                    || node.outputs().stream().anyMatch(name -> name.startsWith(prefix)));
  }

  private String picture(Sketch sketch, InputSpec.Image image, String input, DataType element) {
    PictureSizes found =
        image.fit() == InputSpec.Fit.STRETCH ? null : PictureSizes.add(sketch, image, input);
    sizes = found;
    picture = image;
    return new PictureStage(sketch, image, element).add(input, found);
  }

  private ValueInfo raw(String name, InputSpec spec, List<Dimension> axes) {
    // Objects are looked for in one picture at a time.
    boolean single =
        description.outputs().values().stream()
            .anyMatch(output -> output.kind() == OutputSpec.Kind.DETECTION);
    Dimension batch = single ? new Dimension.Fixed(1) : axes.getFirst();
    return spec instanceof InputSpec.Image
        ? ValueInfo.of(
            name,
            new Type.Tensor(
                DataType.UINT8,
                List.of(
                    batch,
                    new Dimension.Symbol("height"),
                    new Dimension.Symbol("width"),
                    new Dimension.Fixed(3))))
        : ValueInfo.of(
            name, new Type.Tensor(DataType.FLOAT, List.of(batch, new Dimension.Symbol("samples"))));
  }

  /** What the model takes: its own sizes where it declares them, the batch as 0 (copied). */
  private static long[] shape(InputSpec.Audio audio, List<Dimension> axes) {
    long values =
        audio.features() == null
            ? audio.length()
            : (long) audio.features().frames(audio.length()) * audio.features().coefficients();
    long[] shape = new long[axes.size()];
    int open = -1;
    long known = 1;
    for (int i = 1; i < shape.length; i++) {
      if (axes.get(i) instanceof Dimension.Fixed(long size)) {
        shape[i] = size;
        known *= size;
      } else if (open < 0) {
        open = i;
      } else {
        return natural(audio, axes.size());
      }
    }
    if (open >= 0) {
      shape[open] = values / known;
    }
    return shape;
  }

  /** [batch, frames, coefficients], or [batch, samples], where the model leaves sizes open. */
  private static long[] natural(InputSpec.Audio audio, int rank) {
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[0] = 0;
    if (audio.features() == null) {
      shape[rank - 1] = audio.length();
    } else {
      shape[rank - 2] = audio.features().frames(audio.length());
      shape[rank - 1] = audio.features().coefficients();
    }
    return shape;
  }

  private void output(String name, OutputSpec spec) {
    Sketch sketch = sketch(name);
    long classes = classes(name, spec);
    if (classes < 1) {
      return;
    }
    InputSpec.Image shown = picture;
    PictureSizes fit = sizes;
    switch (spec.kind()) {
      case CLASSIFICATION ->
          answers.addAll(new LabelStage(sketch).add(name, classes, isSoftmax(name)));
      case DETECTION ->
          answers.addAll(
              new BoxStage(sketch, spec)
                  .add(
                      name,
                      (int) classes,
                      found ->
                          fit == null || shown == null
                              ? found
                              : fit.inPicture(sketch, shown, found)));
      case EMBEDDING, RECONSTRUCTION, TENSOR -> {}
    }
    after.addAll(sketch.nodes());
    constants.putAll(sketch.constants());
  }

  /** Size of the last axis, or the number of labels; 0 when neither is known. */
  private long classes(String name, OutputSpec spec) {
    Optional<ValueInfo> output =
        graph.outputs().stream().filter(value -> value.name().equals(name)).findFirst();
    List<Dimension> axes =
        output.isPresent() && output.get().type() instanceof Type.Tensor tensor
            ? tensor.shape()
            : null;
    return axes != null && !axes.isEmpty() && axes.getLast() instanceof Dimension.Fixed(long size)
        ? size
        : spec.labels().size();
  }

  private boolean isSoftmax(String output) {
    return graph.nodes().stream()
        .anyMatch(node -> node.is("Softmax") && node.outputs().contains(output));
  }
}
