package dev.skerry.agent.engine;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Binding;
import dev.skerry.runtime.Engine;
import dev.skerry.runtime.NativeArray;
import dev.skerry.runtime.NodeTime;
import dev.skerry.runtime.Profile;
import dev.skerry.runtime.Provider;
import dev.skerry.runtime.RunStop;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.ThreadPriority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.concurrent.CancellationException;

/**
 * ONNX Runtime as a device needs it: idle threads do not spin, and no run lasts for ever.
 *
 * <p>The first run of a model is slower than later ones; whoever loads it runs a golden sample
 * before serving.
 */
public final class OrtEngine implements ModelEngine {
  /** How long one run may take unless something else is said. */
  public static final Duration RUN_LIMIT = Duration.ofSeconds(30);

  /** Newest version of each domain's operators that ONNX Runtime 1.29 runs. */
  public static final Map<String, Long> OPERATORS =
      Map.of("ai.onnx", 25L, "ai.onnx.ml", 5L, "com.microsoft", 1L, "com.microsoft.nchwc", 1L);

  private static final int PROFILED_RUNS = 5;

  private final SessionConfig config;
  private final Duration runLimit;
  private final List<Provider> backends;
  private final boolean background;

  /**
   * On the processor alone.
   *
   * @param threads that share the work of one run, the calling one among them
   * @param runLimit a run that takes longer is stopped and fails
   */
  public OrtEngine(int threads, Duration runLimit) {
    this(threads, runLimit, List.of(Provider.CPU));
  }

  /**
   * On the processor, until {@link #on} says otherwise.
   *
   * @param backends that it may be told to run on
   */
  public OrtEngine(int threads, Duration runLimit, List<Provider> backends) {
    this(
        SessionConfig.standard().withThreads(threads).withSpinning(false),
        runLimit,
        backends,
        false);
  }

  private OrtEngine(
      SessionConfig config, Duration runLimit, List<Provider> backends, boolean background) {
    this.config = config;
    this.runLimit = runLimit;
    this.backends = List.copyOf(backends);
    this.background = background;
  }

  /** This engine for best-effort models: the threads that share a run are of low priority. */
  public OrtEngine inBackground() {
    return new OrtEngine(config, runLimit, backends, true);
  }

  @Override
  public ModelEngine on(String backend) {
    if (backend.equals(Provider.CPU.name())) {
      return this;
    }
    return backends.stream()
        .filter(provider -> provider.name().equals(backend))
        .findFirst()
        .map(provider -> config.withProviders(provider, Provider.CPU).withCpuFallback(true))
        .map(accelerated -> new OrtEngine(accelerated, runLimit, backends, background))
        .orElseThrow(() ->
            new SkerryException(
                ErrorCode.ENGINE,
                "the backend '%s' is none of those that agent.toml lets the device consider"
                    .formatted(backend)));
  }

  private boolean isAccelerated() {
    return !config.providers().getFirst().isCpu();
  }

  /** One thread per run, at most {@link #RUN_LIMIT}. */
  public static OrtEngine standard() {
    return new OrtEngine(1, RUN_LIMIT);
  }

  @Override
  public LoadedModel load(Path file) {
    Session session =
        background
            ? ThreadPriority.lowered(ThreadPriority.LOW, () -> Session.open(file, config))
            : Session.open(file, config);
    if (!session.warnings().isEmpty()) { // the engine has left the backend out
      session.close();
      throw new SkerryException(ErrorCode.ENGINE, String.join("; ", session.warnings()));
    }
    return new LoadedSession(session, runLimit);
  }

  @Override
  public OptionalDouble longestNodeMicros(Path file, Map<String, Tensor> given) {
    if (isAccelerated()) {
      return OptionalDouble.empty(); // times of nodes are those of handing them over
    }
    return Profile.of(file, given, config, PROFILED_RUNS).nodes().stream()
        .mapToDouble(NodeTime::selfMicros)
        .max();
  }

  @Override
  public OptionalDouble placedShare(Path file, Map<String, Tensor> given) {
    if (!isAccelerated()) {
      return OptionalDouble.empty();
    }
    List<NodeTime> nodes = Profile.of(file, given, config, 1).nodes();
    String backend = config.providers().getFirst().name();
    return nodes.stream().mapToDouble(node -> node.provider().equals(backend) ? 1 : 0).average();
  }

  @Override
  public String version() {
    return "onnxruntime " + Engine.version();
  }

  /** A session of the engine; it is the session's only owner. */
  private record LoadedSession(Session session, Duration runLimit) implements LoadedModel {
    @Override
    public List<ValueInfo> inputs() {
      return session.inputs();
    }

    @Override
    public List<ValueInfo> outputs() {
      return session.outputs();
    }

    @Override
    public SequencedMap<String, Tensor> run(Map<String, Tensor> given) {
      return run(given, new RunStop());
    }

    @Override
    public SequencedMap<String, Tensor> run(Map<String, Tensor> given, RunStop stop) {
      List<String> all = session.outputs().stream().map(ValueInfo::name).toList();
      try {
        return session.run(given, all, runLimit, stop);
      } catch (CancellationException e) {
        if (stop.isStopped()) {
          throw e;
        }
        throw new SkerryException(
            ErrorCode.ENGINE,
            "a run of model '%s' was stopped after the limit of %d ms"
                .formatted(session.label(), runLimit.toMillis()),
            e);
      }
    }

    @Override
    public FixedRun fix(SequencedMap<String, Tensor> given, SequencedMap<String, Tensor> outputs) {
      Binding binding = session.bindTo(arrays(given), arrays(outputs));
      return new FixedRun() {
        @Override
        public void run(RunStop stop) {
          binding.run(stop);
        }

        @Override
        public void close() {
          binding.close();
        }
      };
    }

    private static Map<String, NativeArray> arrays(SequencedMap<String, Tensor> tensors) {
      Map<String, NativeArray> arrays = new LinkedHashMap<>();
      tensors.forEach((name, tensor) ->
          arrays.put(name, new NativeArray(tensor.type(), tensor.dims(), tensor.data())));
      return arrays;
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
