package dev.skerry.agent.serve;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a model takes and gives, and whether a request fits. All complaints are BAD_DATA.
 *
 * @param model for messages
 */
public record Signature(String model, List<TensorSpec> inputs, List<TensorSpec> outputs) {

  /** The declaration of the input {@code name}. */
  public TensorSpec input(String name) {
    return find("input", name, inputs);
  }

  /** The declaration of the output {@code name}. */
  public TensorSpec output(String name) {
    return find("output", name, outputs);
  }

  private TensorSpec find(String what, String name, List<TensorSpec> among) {
    return among.stream()
        .filter(spec -> spec.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            bad(
                "model '%s' has no %s '%s'; it has %s"
                    .formatted(model, what, name, listed(among))));
  }

  private static String listed(List<TensorSpec> specs) {
    return specs.stream()
        .map(spec -> "'%s' (%s)".formatted(spec.name(), text(spec.datatype(), spec.shape())))
        .collect(Collectors.joining(", "));
  }

  /** Checks one input as it is described, before its data is looked at. */
  public void requireFits(String name, Datatype datatype, long... shape) {
    TensorSpec spec = input(name);
    if (!spec.datatype().equals(datatype.name()) || !fits(spec.shape(), shape)) {
      throw bad(
          "input '%s' of model '%s' takes %s, not %s"
              .formatted(
                  name, model, text(spec.datatype(), spec.shape()), text(datatype.name(), shape)));
    }
  }

  private static boolean fits(List<Long> declared, long... shape) {
    boolean fits = declared.size() == shape.length;
    for (int i = 0; fits && i < shape.length; i++) {
      fits = declared.get(i) < 0 || declared.get(i) == shape[i];
    }
    return fits;
  }

  /** Checks that all inputs are there and fit. */
  public void requireAll(Map<String, Tensor> given) {
    given.forEach((name, tensor) ->
        requireFits(
            name,
            Datatype.of(tensor.type()).orElseThrow(() -> unknown(name, tensor)),
            tensor.dims()));
    for (TensorSpec spec : inputs) {
      if (!given.containsKey(spec.name())) {
        throw missing(spec);
      }
    }
  }

  /** As {@link #requireAll}, but what the device can give itself may be missing. */
  public void requireGiven(Map<String, Tensor> given) {
    for (TensorSpec spec : inputs) {
      if (!given.containsKey(spec.name()) && !spec.isState() && !spec.isConstant()) {
        throw missing(spec);
      }
    }
  }

  private SkerryException missing(TensorSpec spec) {
    return bad(
        "model '%s' needs input '%s' (%s), which was not given%s"
            .formatted(
                model,
                spec.name(),
                text(spec.datatype(), spec.shape()),
                spec.isState()
                    ? "; give it, or the parameter sequence_id, and the device keeps it"
                    : ""));
  }

  /** Checks that {@code given} is one step of one sequence: no state, and batches of one. */
  void requireSteps(Map<String, Tensor> given) {
    given.forEach((name, tensor) -> {
      TensorSpec spec = input(name);
      if (spec.isState()) {
        throw bad(
            "input '%s' of model '%s' is a state, which the device keeps for a sequence; leave it"
                    .formatted(name, model)
                + " out, or sequence_id");
      }
      boolean isBatch = !spec.shape().isEmpty() && spec.shape().getFirst() < 0;
      if (isBatch && tensor.rank() > 0 && tensor.dim(0) != 1) {
        throw bad(
            "input '%s' of model '%s' is a batch of %d, and a step of a sequence is a batch of one"
                .formatted(name, model, tensor.dim(0)));
      }
    });
  }

  private SkerryException unknown(String name, Tensor tensor) {
    return bad(
        "input '%s' of model '%s' is %s; tensors have one of the types %s"
            .formatted(name, model, tensor, Datatype.names()));
  }

  private static String text(String datatype, List<Long> shape) {
    return datatype + shape;
  }

  static String text(String datatype, long... shape) {
    return datatype + Arrays.toString(shape);
  }

  private static SkerryException bad(String message) {
    return new SkerryException(ErrorCode.BAD_DATA, message);
  }
}
