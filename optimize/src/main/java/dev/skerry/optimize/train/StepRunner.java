package dev.skerry.optimize.train;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Binding;
import dev.skerry.runtime.NativeArray;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Runs steps. The state lies twice in native memory; each step reads one and writes the other, so
 * nothing is copied, and a step that goes wrong leaves the state before it whole.
 */
final class StepRunner implements AutoCloseable {
  private final StepGraph step;

  @SuppressWarnings("MustBeClosedChecker") // closed with the runner
  private final Arena arena = Arena.ofShared();

  private final Session session;
  private final List<SequencedMap<String, NativeArray>> states;
  private final SequencedMap<String, NativeArray> scalars = new LinkedHashMap<>();
  private final NativeArray loss;
  private final NativeArray output;
  private final List<Binding> bindings;
  private int current;

  /**
   * @param given what steps take besides state and scalars; the caller fills it before each step
   * @param outputDims shape of the judged output
   */
  StepRunner(StepGraph step, Map<String, NativeArray> given, long[] outputDims, int threads) {
    this.step = step;
    this.states = List.of(copies(step.state()), copies(step.state()));
    this.loss = NativeArray.allocate(arena, DataType.FLOAT);
    this.output = NativeArray.allocate(arena, DataType.FLOAT, outputDims);
    for (String name : step.scalars()) {
      scalars.put(name, NativeArray.allocate(arena, DataType.FLOAT));
    }
    this.session = Session.open(step.model(), config(threads));
    this.bindings = List.of(bind(given, 0, 1), bind(given, 1, 0));
  }

  static SessionConfig config(int threads) {
    return SessionConfig.standard()
        .withThreads(threads)
        .withSpinning(true)
        .withEntry("session.set_denormal_as_zero", "1")
        .withEntry("session.disable_quant_qdq", "1");
  }

  private SequencedMap<String, NativeArray> copies(Map<String, Tensor> state) {
    SequencedMap<String, NativeArray> arrays = new LinkedHashMap<>();
    state.forEach((name, tensor) -> arrays.put(name, NativeArray.copyOf(arena, tensor)));
    return arrays;
  }

  private Binding bind(Map<String, NativeArray> given, int from, int to) {
    SequencedMap<String, NativeArray> inputs = new LinkedHashMap<>(given);
    inputs.putAll(scalars);
    inputs.putAll(states.get(from));
    SequencedMap<String, NativeArray> outputs = new LinkedHashMap<>();
    outputs.put(StepGraph.LOSS, loss);
    outputs.put(step.output(), output);
    states
        .get(to)
        .forEach((name, array) -> outputs.put(step.next().getOrDefault(name, name), array));
    return session.bindTo(inputs, outputs);
  }

  void scalar(String name, double value) {
    NativeArray array = scalars.get(name);
    if (array != null) {
      array.set(Tensor.scalar((float) value));
    }
  }

  /** One step; gives the loss. The state moves on only when that is finite. */
  double run() {
    bindings.get(current).run();
    double value = loss.tensor().asDouble(0);
    if (Double.isFinite(value)) {
      current = 1 - current;
    }
    return value;
  }

  /** The judged output of the latest step; borrowed. */
  Tensor output() {
    return output.tensor();
  }

  /** A copy of the state. */
  SequencedMap<String, Tensor> state() {
    SequencedMap<String, Tensor> copies = new LinkedHashMap<>();
    states.get(current).forEach((name, array) -> copies.put(name, array.tensor().copy()));
    return copies;
  }

  /** Goes on from {@code state}. */
  void restore(Map<String, Tensor> state) {
    states
        .get(current)
        .forEach((name, array) -> {
          Tensor tensor = state.get(name);
          if (tensor != null) {
            array.set(tensor);
          }
        });
  }

  @Override
  public void close() {
    bindings.forEach(Binding::close);
    session.close();
    arena.close();
  }
}
