package dev.skerry.cli.release;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.OutputSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the variants of a release take and give: the same names and types for all of them. */
record Signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
  Signature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** The signature of {@code model}, with what {@code description} says of it. */
  static Signature of(Model model, ModelDescription description) {
    Map<String, InputSpec> specs = description.asIn(model).inputs();
    List<TensorSpec> inputs = new ArrayList<>();
    for (ValueInfo value : model.graph().requiredInputs()) {
      InputSpec spec = specs.get(value.name());
      inputs.add(
          spec == null
              ? tensor(value, "tensor", Json.object().build())
              : tensor(value, Processing.kind(spec), Processing.of(spec)));
    }
    List<TensorSpec> outputs = new ArrayList<>();
    for (ValueInfo value : model.graph().outputs()) {
      OutputSpec spec = description.outputs().get(value.name());
      outputs.add(
          spec == null
              ? tensor(value, "tensor", Json.object().build())
              : tensor(value, Processing.kind(spec), Processing.of(spec)));
    }
    return new Signature(inputs, outputs);
  }

  private static TensorSpec tensor(ValueInfo value, String kind, Json.Obj processing) {
    Type.Tensor type = value.type() instanceof Type.Tensor tensor ? tensor : null;
    DataType element = type == null ? null : type.element();
    if (type == null || element == null) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "'%s' is not declared as a tensor of one type, so it cannot be served"
              .formatted(value.name()));
    }
    String datatype =
        Datatype.of(element)
            .map(Enum::name)
            .orElseThrow(() ->
                new SkerryException(
                    ErrorCode.BAD_MODEL,
                    "'%s' is of type %s, for which the Open Inference Protocol has no name"
                        .formatted(value.name(), element)));
    return new TensorSpec(value.name(), datatype, shape(type.shape()), kind, processing);
  }

  /** Sizes, -1 where any will do; empty when the rank is not known. */
  private static List<Long> shape(@Nullable List<Dimension> axes) {
    return axes == null
        ? List.of()
        : axes.stream()
            .map(axis -> axis instanceof Dimension.Fixed(long size) ? size : -1L)
            .toList();
  }

  /** Refuses a variant that takes or gives something else. */
  void requireSame(Signature other, String variant) {
    requireSame(inputs, other.inputs, variant, "takes");
    requireSame(outputs, other.outputs, variant, "gives");
  }

  private static void requireSame(
      List<TensorSpec> wanted, List<TensorSpec> found, String variant, String verb) {
    List<String> all = wanted.stream().map(Signature::brief).toList();
    List<String> others = found.stream().map(Signature::brief).toList();
    if (!all.equals(others)) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "%s %s %s, and the variants before it %s; variants of a release take and give the same"
              .formatted(variant, verb, others, all));
    }
  }

  private static String brief(TensorSpec tensor) {
    return tensor.name() + " " + tensor.datatype();
  }

  /**
   * This signature with shapes that are true of what was run: where the file says nothing of an
   * axis, or another size than what was seen, any size will do.
   */
  Signature seen(List<GoldenInputs.Block> given, List<GoldenInputs.Block> made) {
    return new Signature(withShapes(inputs, byName(given)), withShapes(outputs, byName(made)));
  }

  private static Map<String, List<Long>> byName(List<GoldenInputs.Block> blocks) {
    return blocks.stream()
        .collect(
            Collectors.toMap(
                GoldenInputs.Block::name, GoldenInputs.Block::shape, (first, _) -> first));
  }

  private static List<TensorSpec> withShapes(
      List<TensorSpec> tensors, Map<String, List<Long>> shapes) {
    return tensors.stream()
        .map(tensor ->
            new TensorSpec(
                tensor.name(),
                tensor.datatype(),
                shape(tensor.shape(), shapes.getOrDefault(tensor.name(), tensor.shape())),
                tensor.kind(),
                tensor.processing()))
        .toList();
  }

  private static List<Long> shape(List<Long> declared, List<Long> found) {
    if (declared.size() != found.size()) {
      return Collections.nCopies(found.size(), -1L);
    }
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      shape.add(declared.get(i).equals(found.get(i)) ? found.get(i) : -1L);
    }
    return shape;
  }
}
