package dev.skerry.agent.engine;

import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.media.GraphInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a device gives a model itself: constants, and the states of sequences.
 *
 * @param states inputs that a run leaves for the next one
 * @param constants by input
 * @param initial states at the beginning of a sequence, by input
 */
public record OwnInputs(
    List<State> states,
    SequencedMap<String, Tensor> constants,
    SequencedMap<String, Tensor> initial) {
  /** An input, and the output that is it in the next run. */
  public record State(String input, String next) {}

  /** What {@code release} declares; a constant or state is as {@code ManifestRules} has checked. */
  public static OwnInputs of(Release release) {
    List<State> states = new ArrayList<>();
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
    SequencedMap<String, Tensor> initial = new LinkedHashMap<>();
    for (TensorSpec spec : release.inputs()) {
      if (spec.isState()) {
        JsonObject keys = JsonObject.of("input '" + spec.name() + "'", spec.processing());
        states.add(new State(spec.name(), keys.text("next")));
        initial.put(spec.name(), filled(spec));
      } else if (spec.isConstant()) {
        constants.put(spec.name(), filled(spec));
      }
    }
    return new OwnInputs(List.copyOf(states), constants, initial);
  }

  private static Tensor filled(TensorSpec spec) {
    GraphInput input = MediaSpecs.input(spec);
    return input.filled();
  }

  /** Names of the outputs that are states. */
  public Set<String> stateOutputs() {
    return states.stream().map(State::next).collect(Collectors.toSet());
  }

  /**
   * The states after a run.
   *
   * @throws SkerryException ENGINE if the run did not give one of them
   */
  public SequencedMap<String, Tensor> next(Map<String, Tensor> outputs) {
    SequencedMap<String, Tensor> next = new LinkedHashMap<>();
    for (State state : states) {
      Tensor made = outputs.get(state.next());
      if (made == null) {
        throw new SkerryException(
            ErrorCode.ENGINE,
            "the run did not give '%s', which is the state for '%s'"
                .formatted(state.next(), state.input()));
      }
      next.put(state.input(), made);
    }
    return next;
  }
}
