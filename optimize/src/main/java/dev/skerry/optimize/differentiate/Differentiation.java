package dev.skerry.optimize.differentiate;

import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.simplify.OpsetUpgrade;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Makes a model that computes the gradients of a loss. */
public final class Differentiation {
  /** The oldest operator set in which the backward pass is written. */
  public static final long OPSET = 17;

  private Differentiation() {}

  /**
   * {@code model} with its backward pass behind it, recurrent layers that learn unrolled.
   *
   * @param loss a value of one element
   * @param parameters initializers or inputs; those that the loss does not depend on get no
   *     gradient
   * @param inputs of the shapes for which the result will be run; their contents do not matter
   * @param forms how the gradients of convolutions are computed
   * @throws SkerryException BAD_MODEL for an operator without a rule, which the message names with
   *     the path from loss to parameter
   */
  public static Gradients of(
      Model model,
      String loss,
      Collection<String> parameters,
      Map<String, Tensor> inputs,
      ConvForms forms) {
    Model modern =
        unrolled(model.opset() < OPSET ? OpsetUpgrade.to(model, OPSET) : model, parameters, inputs);
    ForwardValues values = ForwardValues.observe(modern, inputs);
    requireUsable(modern.graph(), values, loss, parameters);
    Backward backward = new Backward(modern.graph(), values, parameters, forms);
    backward.run(loss);
    SequencedMap<String, String> names = new LinkedHashMap<>();
    List<ValueInfo> outputs = new ArrayList<>(modern.graph().outputs());
    for (String parameter : parameters) {
      backward
          .gradient(parameter)
          .ifPresent(gradient -> {
            names.put(parameter, gradient);
            outputs.add(ValueInfo.of(gradient, values.type(parameter), values.shape(parameter)));
          });
    }
    if (!modern.graph().outputNames().contains(loss)) {
      outputs.add(ValueInfo.of(loss, new Type.Tensor(values.type(loss), null)));
    }
    return new Gradients(modern.withGraph(backward.graph().withOutputs(outputs)), names);
  }

  /** As {@link #of(Model, String, Collection, Map, ConvForms)}, with the usual forms. */
  public static Gradients of(
      Model model, String loss, Collection<String> parameters, Map<String, Tensor> inputs) {
    return of(model, loss, parameters, inputs, ConvForms.usual());
  }

  private static Model unrolled(
      Model model, Collection<String> parameters, Map<String, Tensor> inputs) {
    return model.graph().nodes().stream().anyMatch(Unrolling::isRecurrent)
        ? model.withGraph(
            Unrolling.of(model.graph(), ForwardValues.observe(model, inputs), parameters))
        : model;
  }

  private static void requireUsable(
      Graph graph, ForwardValues values, String loss, Collection<String> parameters) {
    boolean made = graph.nodes().stream().anyMatch(node -> node.outputs().contains(loss));
    if (!made || Tensor.elementCount(values.shape(loss)) != 1) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "the loss '%s' must be a value of one element that a node of the graph makes"
              .formatted(loss));
    }
    for (String parameter : parameters) {
      DataType type = values.type(parameter);
      if (type != DataType.FLOAT && type != DataType.DOUBLE) {
        throw new SkerryException(
            ErrorCode.BAD_MODEL,
            "parameter '%s' is %s; only FLOAT and DOUBLE can be trained"
                .formatted(parameter, type));
      }
    }
  }
}
