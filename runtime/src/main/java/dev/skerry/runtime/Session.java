package dev.skerry.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A model made ready to run; its owner closes it.
 *
 * <p>Threads may run, cancel and close at any time: a session closed during a run is freed when the
 * run ends.
 */
public final class Session implements AutoCloseable {
  private final String label;
  private final SessionConfig config;
  private final OrtSession engine;
  private final List<String> warnings;
  private final SequencedMap<String, ValueInfo> inputs;
  private final SequencedMap<String, ValueInfo> outputs;
  private final @Nullable ScratchFolder scratch;

  /** The owner while it has not closed, and every run in progress. */
  private final AtomicInteger users = new AtomicInteger(1);

  private final AtomicBoolean closed = new AtomicBoolean();
  private final Set<Flight> flights = ConcurrentHashMap.newKeySet();

  private Session(
      String label, SessionConfig config, Opening.Opened opened, @Nullable ScratchFolder scratch)
      throws OrtException {
    this.label = label;
    this.config = config;
    this.engine = opened.session();
    this.warnings = opened.warnings();
    this.inputs = DeclaredValues.of(engine.getInputInfo());
    this.outputs = DeclaredValues.of(engine.getOutputInfo());
    this.scratch = scratch;
    Engine.ownerOpened();
  }

  /**
   * Opens the model in {@code file}, of any size, with external data beside it.
   *
   * @throws SkerryException BAD_FILE or BAD_MODEL if it cannot be loaded, ENGINE if a provider
   *     cannot do what was asked
   */
  public static Session open(Path file, SessionConfig config) {
    return open(file, Opening.of(config));
  }

  static Session open(Path file, Opening opening) {
    if (!Files.isRegularFile(file)) {
      throw new SkerryException(ErrorCode.BAD_FILE, "there is no model file " + file);
    }
    return open(new Opening.Source.File(file.toString(), file), opening, null);
  }

  /** Opens {@code model}; through a temporary file when its weights are large. */
  public static Session open(Model model, SessionConfig config) {
    return open(model, Opening.of(config));
  }

  static Session open(Model model, Opening opening) {
    if (ScratchFolder.isNeededFor(model)) {
      return openThroughFile(model, opening);
    }
    byte[] content = ModelWriter.toBytes(model);
    return open(new Opening.Source.Memory(label(model), content), opening, null);
  }

  static Session openThroughFile(Model model, Opening opening) {
    ScratchFolder scratch = ScratchFolder.create();
    try {
      Path file = scratch.file("model.onnx");
      ModelWriter.write(model, file);
      return open(new Opening.Source.File(label(model), file), opening, scratch);
    } catch (RuntimeException | Error e) {
      scratch.close();
      throw e;
    }
  }

  private static String label(Model model) {
    return model.graph().name().isEmpty() ? "unnamed" : model.graph().name();
  }

  private static Session open(
      Opening.Source source, Opening opening, @Nullable ScratchFolder scratch) {
    Opening.Opened opened = opening.open(source);
    try {
      return new Session(source.label(), opening.config(), opened, scratch);
    } catch (OrtException e) {
      closeQuietly(opened.session(), e);
      throw EngineErrors.loading(source.label(), e);
    }
  }

  private static void closeQuietly(OrtSession session, Exception reason) {
    try {
      session.close();
    } catch (OrtException e) {
      reason.addSuppressed(e);
    }
  }

  /** Writes to {@code file} the graph that the engine makes of {@code model}, for people to see. */
  public static void saveOptimized(Model model, SessionConfig config, Path file) {
    open(model, new Opening(config, null, file)).close();
  }

  /** How messages call the model: its file, or its graph's name. */
  public String label() {
    return label;
  }

  public SessionConfig config() {
    return config;
  }

  /** What a run must be given, in the model's order; a scalar's shape is not told from unknown. */
  public List<ValueInfo> inputs() {
    return List.copyOf(inputs.values());
  }

  /** What a run makes, in the model's order. */
  public List<ValueInfo> outputs() {
    return List.copyOf(outputs.values());
  }

  /** What the owner should know, such as a provider that was asked for and is not used. */
  public List<String> warnings() {
    return warnings;
  }

  /** Runs once and returns every output. */
  public SequencedMap<String, Tensor> run(Map<String, Tensor> given) {
    return run(given, List.copyOf(outputs.keySet()));
  }

  /**
   * Runs once.
   *
   * @param given one tensor per input; native memory is lent, heap memory copied once
   * @param wanted names of outputs; what only others need is not computed
   * @return the wanted outputs in that order, on the heap
   * @throws SkerryException BAD_DATA if {@code given} does not fit, ENGINE if the run fails
   * @throws CancellationException if {@link #cancel} was called meanwhile
   */
  public SequencedMap<String, Tensor> run(Map<String, Tensor> given, List<String> wanted) {
    return run(given, wanted, null);
  }

  /** As {@link #run(Map, List)}, but cancelled when it takes longer than {@code limit}. */
  public SequencedMap<String, Tensor> run(
      Map<String, Tensor> given, List<String> wanted, @Nullable Duration limit) {
    return run(given, wanted, limit, null);
  }

  /** As the other, but also ended by {@code stop}. */
  public SequencedMap<String, Tensor> run(
      Map<String, Tensor> given,
      List<String> wanted,
      @Nullable Duration limit,
      @Nullable RunStop stop) {
    requireInputs(given);
    requireOutputs(wanted);
    acquire();
    try (Arena arena = Arena.ofConfined();
        Flight flight = new Flight(config);
        Lent lent = Lent.of(given, arena);
        Deadline _ = Deadline.over(flight, limit);
        OrtSession.Result result =
            fly(flight, stop, lent.tensors(), new LinkedHashSet<>(wanted), Map.of())) {
      return copies(result);
    } catch (OrtException e) {
      throw EngineErrors.doing("running", label, e);
    } finally {
      release();
    }
  }

  /**
   * Prepares many runs on inputs of the same shapes, without allocation. Runs the model once to
   * learn the shapes of the outputs.
   */
  public Binding bind(Map<String, Tensor> given, List<String> wanted) {
    return Binding.of(this, given, wanted);
  }

  /**
   * Prepares runs from {@code inputs} into {@code outputs}, memory that the caller owns and keeps
   * until the binding is closed. Two bindings over the same arrays with inputs and outputs changed
   * about carry a state from run to run without a copy.
   *
   * @throws SkerryException BAD_DATA if the arrays do not fit the model
   */
  public Binding bindTo(Map<String, NativeArray> inputs, Map<String, NativeArray> outputs) {
    return Binding.over(this, inputs, outputs);
  }

  /** Stops the runs in progress at the end of their current node; later runs are not touched. */
  public void cancel() {
    flights.forEach(Flight::cancel);
  }

  /** Whether a run is in progress. */
  public boolean isRunning() {
    return flights.stream().anyMatch(Flight::isRunning);
  }

  /** Frees the model when the last run in progress has ended; further calls do nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release();
    }
  }

  /** Ends the engine's profile and returns its file. */
  Path endProfiling() {
    try {
      return Path.of(engine.endProfiling());
    } catch (OrtException e) {
      throw EngineErrors.doing("profiling", label, e);
    }
  }

  ValueInfo input(String name) {
    ValueInfo found = inputs.get(name);
    if (found == null) {
      throw DeclaredValues.unknown(label, "input", name, inputs.keySet());
    }
    return found;
  }

  void requireInputs(Map<String, Tensor> given) {
    DeclaredValues.requireInputs(label, inputs, given);
  }

  void requireOutputs(List<String> wanted) {
    DeclaredValues.requireOutputs(label, outputs, wanted);
  }

  /** Keeps the engine's session alive until {@link #release}. */
  void acquire() {
    boolean freed = users.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0;
    if (!freed && closed.get()) {
      release();
    }
    if (freed || closed.get()) {
      throw new IllegalStateException("the session of model '" + label + "' is closed");
    }
  }

  void release() {
    if (users.decrementAndGet() == 0) {
      free();
    }
  }

  private void free() {
    Engine.ownerClosed();
    try {
      if (!Engine.isEnding()) {
        engine.close();
      }
    } catch (OrtException e) {
      throw EngineErrors.doing("closing", label, e);
    } finally {
      if (scratch != null) {
        scratch.close();
      }
    }
  }

  /**
   * One run of the engine, which {@link #cancel} can reach. The caller has acquired the session.
   *
   * @param stop another way to reach it
   * @param wanted outputs that the engine allocates
   * @param pinned memory for the others
   */
  OrtSession.Result fly(
      Flight flight,
      @Nullable RunStop stop,
      Map<String, OnnxTensor> given,
      Set<String> wanted,
      Map<String, OnnxTensor> pinned)
      throws OrtException {
    flights.add(flight);
    try {
      begin(flight, stop);
      return engine.run(given, wanted, pinned, flight.options());
    } catch (OrtException e) {
      throw cancelledOr(e, flight);
    } finally {
      flights.remove(flight);
      end(flight, stop);
    }
  }

  /** Everything for running again and again between {@code given} and {@code pinned}. */
  Optional<DirectRun> prepare(
      Flight flight,
      SequencedMap<String, OnnxTensor> given,
      SequencedMap<String, OnnxTensor> pinned,
      Arena arena) {
    return DirectRun.of(engine, flight.options(), given, pinned, arena);
  }

  /** From now on {@link #cancel} reaches the runs of {@code flight}, until {@link #forget}. */
  void know(Flight flight) {
    flights.add(flight);
  }

  void forget(Flight flight) {
    flights.remove(flight);
  }

  /** As the other; {@code flight} is known, and nothing is allocated. */
  void fly(Flight flight, @Nullable RunStop stop, DirectRun direct) throws OrtException {
    begin(flight, stop);
    try {
      direct.run();
    } catch (OrtException e) {
      throw cancelledOr(e, flight);
    } finally {
      end(flight, stop);
    }
  }

  private OrtException cancelledOr(OrtException failure, Flight flight) {
    if (flight.isCancelled()) {
      throw Flight.cancellation(label);
    }
    return failure;
  }

  private static void begin(Flight flight, @Nullable RunStop stop) {
    flight.begin();
    if (stop != null) {
      stop.attach(flight);
    }
  }

  private static void end(Flight flight, @Nullable RunStop stop) throws OrtException {
    if (stop != null) {
      stop.detach();
    }
    flight.end();
  }

  static SequencedMap<String, Tensor> copies(OrtSession.Result result) throws OrtException {
    SequencedMap<String, Tensor> copies = new LinkedHashMap<>();
    for (Map.Entry<String, OnnxValue> entry : result) {
      copies.put(entry.getKey(), copy(entry.getKey(), entry.getValue()));
    }
    return copies;
  }

  static Tensor copy(String name, OnnxValue value) throws OrtException {
    if (value instanceof OnnxTensor tensor) {
      return NativeTensors.copy(name, tensor);
    }
    throw new SkerryException(
        ErrorCode.BAD_MODEL, "output '" + name + "' is not a dense tensor, which Skerry needs");
  }
}
