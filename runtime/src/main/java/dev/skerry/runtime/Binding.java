package dev.skerry.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Inputs and outputs of one session in fixed native memory, for running again and again without
 * allocation. Its owner closes it; one thread at a time uses it, others wait.
 *
 * <p>Outputs that the engine's Java binding cannot pin (strings, unsigned integers of 16 bits and
 * more) are copied after each run instead.
 */
public final class Binding implements AutoCloseable {
  private final Session session;
  private final Arena arena = Arena.ofShared();
  private final Flight flight;

  /** The memory of each input but strings, of the engine's tensor's size. */
  private final SequencedMap<String, MemorySegment> memory = new LinkedHashMap<>();

  /** What each input holds now; for its type and shape. */
  private final SequencedMap<String, Tensor> given = new LinkedHashMap<>();

  private final SequencedMap<String, OnnxTensor> inputs = new LinkedHashMap<>();
  private final SequencedMap<String, OnnxTensor> pinned = new LinkedHashMap<>();

  /** Outputs that are not pinned. */
  private final Set<String> loose = new LinkedHashSet<>();

  private final SequencedMap<String, Tensor> outputs = new LinkedHashMap<>();

  /** How it runs; null when it needs the engine's Java binding for each run. */
  private @Nullable DirectRun direct;

  private boolean closed;

  private Binding(Session session) throws OrtException {
    this.session = session;
    this.flight = new Flight(session.config());
    session.know(flight);
    Engine.ownerOpened();
  }

  static Binding of(Session session, Map<String, Tensor> given, List<String> wanted) {
    Map<String, Tensor> learned = session.run(given, wanted);
    try {
      Binding binding = new Binding(session);
      try {
        binding.fill(given, learned);
        return binding;
      } catch (OrtException | RuntimeException | Error e) {
        binding.close();
        throw e;
      }
    } catch (OrtException e) {
      throw EngineErrors.doing("binding", session.label(), e);
    }
  }

  /**
   * Over memory that the caller owns and keeps until the binding is closed: one array may be an
   * input here and an output of another binding.
   */
  static Binding over(
      Session session, Map<String, NativeArray> inputs, Map<String, NativeArray> outputs) {
    Map<String, Tensor> given = new LinkedHashMap<>();
    inputs.forEach((name, array) -> given.put(name, array.tensor()));
    session.requireInputs(given);
    session.requireOutputs(List.copyOf(outputs.keySet()));
    try {
      Binding binding = new Binding(session);
      try {
        for (Map.Entry<String, NativeArray> entry : inputs.entrySet()) {
          NativeArray array = entry.getValue();
          binding.inputs.put(entry.getKey(), engineTensor(entry.getKey(), array));
          binding.given.put(entry.getKey(), array.tensor());
          binding.memory.put(entry.getKey(), array.memory());
        }
        for (Map.Entry<String, NativeArray> entry : outputs.entrySet()) {
          NativeArray array = entry.getValue();
          binding.pinned.put(entry.getKey(), engineTensor(entry.getKey(), array));
          binding.outputs.put(entry.getKey(), array.tensor());
        }
        binding.prepare();
        return binding;
      } catch (OrtException | RuntimeException | Error e) {
        binding.close();
        throw e;
      }
    } catch (OrtException e) {
      throw EngineErrors.doing("binding", session.label(), e);
    }
  }

  private static OnnxTensor engineTensor(String name, NativeArray array) throws OrtException {
    return NativeTensors.over(name, array.type(), array.dims(), array.memory());
  }

  private void fill(Map<String, Tensor> tensors, Map<String, Tensor> learned) throws OrtException {
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      put(entry.getKey(), entry.getValue());
    }
    for (Map.Entry<String, Tensor> entry : learned.entrySet()) {
      pin(entry.getKey(), entry.getValue());
    }
    prepare();
  }

  /** Once all tensors are fixed. */
  private void prepare() {
    boolean isFixed = loose.isEmpty() && memory.size() == inputs.size();
    direct = isFixed ? session.prepare(flight, inputs, pinned, arena).orElse(null) : null;
  }

  private void put(String name, Tensor tensor) throws OrtException {
    if (tensor.type() == DataType.STRING) {
      OnnxTensor replaced = inputs.put(name, NativeTensors.lend(name, tensor, arena));
      if (replaced != null) {
        replaced.close();
      }
    } else {
      MemorySegment own = NativeTensors.copyInto(arena, tensor.data());
      memory.put(name, own);
      inputs.put(name, NativeTensors.over(name, tensor.type(), tensor.dims(), own));
    }
    given.put(name, tensor);
  }

  private void pin(String name, Tensor learned) throws OrtException {
    outputs.put(name, learned);
    boolean pinnable =
        learned.type() != DataType.STRING
            && NativeTensors.engineType(learned.type()).isPresent()
            && learned.elementCount() > 0;
    if (!pinnable) {
      loose.add(name);
      return;
    }
    MemorySegment own = NativeTensors.copyInto(arena, learned.data());
    pinned.put(name, NativeTensors.over(name, learned.type(), learned.dims(), own));
    outputs.put(name, Tensor.of(learned.type(), learned.dims(), own));
  }

  /**
   * Runs once, from the memory of the inputs into that of the outputs.
   *
   * @throws SkerryException ENGINE if the run fails, or the shape of an output depends on the data
   *     and is now another than at the first run (use {@link Session#run} for such models)
   * @throws CancellationException if {@link Session#cancel} was called meanwhile
   */
  public void run() {
    run(null);
  }

  /** As {@link #run()}, but also ended by {@code stop}. */
  public synchronized void run(@Nullable RunStop stop) {
    requireOpen();
    session.acquire();
    try {
      if (direct != null) {
        session.fly(flight, stop, direct);
      } else {
        runIndirectly(stop);
      }
    } catch (OrtException e) {
      throw EngineErrors.doing("running", session.label(), e);
    } finally {
      session.release();
    }
  }

  private void runIndirectly(@Nullable RunStop stop) throws OrtException {
    try (OrtSession.Result result = session.fly(flight, stop, inputs, loose, pinned)) {
      if (!loose.isEmpty()) {
        keepLoose(result);
      }
    } finally {
      session.know(flight); // the run has forgotten it
    }
  }

  private void keepLoose(OrtSession.Result result) throws OrtException {
    for (String name : loose) {
      OnnxValue value = result.get(name).orElseThrow();
      outputs.put(name, Session.copy(name, value));
    }
  }

  /**
   * The output {@code name} of the latest run (at first, of the run that learned its shape). It is
   * borrowed: the next run overwrites it, and {@link #close} takes it away.
   */
  public synchronized Tensor output(String name) {
    requireOpen();
    Tensor found = outputs.get(name);
    if (found == null) {
      throw DeclaredValues.unknown(session.label(), "bound output", name, outputs.keySet());
    }
    return found;
  }

  /**
   * Copies {@code tensor} into the memory of {@code input}.
   *
   * @throws SkerryException BAD_DATA if its type or shape differs from what was bound
   */
  public synchronized void set(String input, Tensor tensor) {
    requireOpen();
    Tensor bound = given.get(input);
    if (bound == null) {
      throw DeclaredValues.unknown(session.label(), "bound input", input, given.keySet());
    }
    if (bound.type() != tensor.type() || !Arrays.equals(bound.dims(), tensor.dims())) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "input '%s' of model '%s' is bound as %s, not %s; bind anew for other shapes"
              .formatted(input, session.label(), bound, tensor));
    }
    MemorySegment own = memory.get(input);
    if (own != null) {
      own.copyFrom(tensor.data());
      return;
    }
    try {
      put(input, tensor);
    } catch (OrtException e) {
      throw EngineErrors.doing("setting an input of", session.label(), e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the binding of model '" + session.label() + "' is closed");
    }
  }

  /** Frees the memory after a run in progress has ended; further calls do nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    session.forget(flight);
    OnnxValue.close(pinned);
    OnnxValue.close(inputs);
    flight.close();
    arena.close();
    Engine.ownerClosed();
  }
}
