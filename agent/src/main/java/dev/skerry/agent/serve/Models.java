package dev.skerry.agent.serve;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.agent.schedule.Rules;
import dev.skerry.agent.schedule.ScheduledModel;
import dev.skerry.agent.schedule.Scheduler;
import dev.skerry.agent.schedule.Terms;
import dev.skerry.agent.sequence.Sequence;
import dev.skerry.agent.sequence.SequenceLimits;
import dev.skerry.agent.sequence.SequenceStep;
import dev.skerry.agent.sequence.Sequences;
import dev.skerry.agent.traffic.Lease;
import dev.skerry.agent.traffic.LiveTraffic;
import dev.skerry.agent.traffic.Meter;
import dev.skerry.agent.traffic.Running;
import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Ticker;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The models that a device serves, for programs in the same process; the HTTP server is one of its
 * callers. Threads may use it at the same time.
 */
public final class Models {
  /** What the protocol calls the kind of model that is served. */
  public static final String PLATFORM = "onnx_onnxv1";

  /** Of the protocol, that are there. */
  public static final List<String> EXTENSIONS = List.of("binary_tensor_data", "sequence");

  private static final Thread ANOTHER = Thread.ofPlatform().unstarted(() -> {});

  private final SequencedMap<String, LiveTraffic> traffic;
  private final Scheduler scheduler;
  private final TensorBudget tensors;
  private final Sequences sequences;
  private volatile boolean warming;

  /**
   * @param traffic by the name of the model; may grow while it serves
   */
  public Models(SequencedMap<String, LiveTraffic> traffic, ServeLimits limits) {
    this(
        traffic,
        scheduler(limits, _ -> Terms.USUAL),
        limits.tensorBytes(),
        new Sequences(SequenceLimits.STANDARD, Ticker.system()));
  }

  /**
   * As the other, with a scheduler that others use as well.
   *
   * @param tensorBytes that requests from outside the process may take together
   */
  public Models(
      SequencedMap<String, LiveTraffic> traffic,
      Scheduler scheduler,
      long tensorBytes,
      Sequences sequences) {
    this.traffic = Collections.unmodifiableSequencedMap(traffic);
    this.scheduler = scheduler;
    this.tensors = new TensorBudget(tensorBytes);
    this.sequences = sequences;
  }

  /**
   * A scheduler for requests within {@code limits}.
   *
   * @param terms by the name of the model
   */
  public static Scheduler scheduler(ServeLimits limits, Function<String, Terms> terms) {
    Rules rules =
        Rules.standard(limits.runs(), limits.waiting(), limits.waitTime()).withBeside(true);
    return new Scheduler(rules, terms, Ticker.system());
  }

  /** Memory for the tensors of requests that come from outside the process. */
  public TensorBudget tensors() {
    return tensors;
  }

  /** Names of all models, ready or not. */
  public Set<String> names() {
    return traffic.sequencedKeySet();
  }

  /** Whether there are models and all of them can be run, the first request as fast as others. */
  public boolean areReady() {
    return !warming
        && !traffic.isEmpty()
        && traffic.values().stream().allMatch(model -> model.active().isPresent());
  }

  /**
   * From now on the models are not ready, though they answer, until what this returns was run: it
   * asks those that are active what callers will ask ({@link WarmUp}).
   *
   * @param most of the models that are asked
   */
  public Runnable warmUp(ServeLimits limits, Ticker ticker, int most) {
    warming = true;
    return () -> {
      List<Lease> leases =
          traffic.values().stream().flatMap(model -> model.lease().stream()).limit(most).toList();
      try {
        WarmUp.of(leases.stream().map(Lease::running).toList(), limits, ticker);
      } finally {
        leases.forEach(Lease::close);
        warming = false;
      }
    };
  }

  /**
   * What the model {@code name} runs now; empty while it is not ready.
   *
   * @throws SkerryException NOT_FOUND if there is no such model
   */
  public Optional<Running> active(String name) {
    return of(name).active();
  }

  /**
   * Runs the model {@code name} once, on the release that is active.
   *
   * @param inputs one tensor per input, constants apart; their memory is borrowed until this
   *     returns
   * @return all outputs, in the model's order
   * @throws SkerryException NOT_FOUND if there is no such model, BAD_DATA if {@code inputs} do not
   *     fit, BUSY if it is not ready or too many requests wait, ENGINE if the run fails
   */
  public SequencedMap<String, Tensor> infer(String name, Map<String, Tensor> inputs) {
    return infer(name, Optional.empty(), inputs).outputs();
  }

  /** Runs {@code request} to the model {@code name} and counts it if it fails; for carriers. */
  public <T> T counted(String name, Supplier<T> request) {
    try {
      return request.get();
    } catch (HttpProblem e) {
      failed(name, e.status());
      throw e;
    } catch (SkerryException e) {
      failed(name, HttpProblem.statusOf(e));
      throw e;
    }
  }

  private void failed(String name, int status) {
    LiveTraffic model = traffic.get(name);
    if (model != null) {
      model.meter().failed(HttpProblem.reason(status));
    }
  }

  /**
   * Figures of all requests to the model {@code name}.
   *
   * @throws SkerryException NOT_FOUND if there is no such model
   */
  public Meter meter(String name) {
    return of(name).meter();
  }

  /**
   * An answer and whose it is.
   *
   * @param by what the request ran on
   */
  public record Answer(Running by, SequencedMap<String, Tensor> outputs) {
    /**
     * The output {@code name}.
     *
     * @throws SkerryException BAD_DATA if there is none: a release of another signature became
     *     active after the request was checked
     */
    public Tensor output(String name) {
      Tensor found = outputs.get(name);
      if (found == null) {
        throw new SkerryException(
            ErrorCode.BAD_DATA,
            "version %s of model '%s' has no output '%s'"
                .formatted(version(by), by.receipt().model(), name));
      }
      return found;
    }

    /**
     * Names of the outputs that are answered when nobody says which.
     *
     * @param step whether it is one of a sequence, whose states the device keeps
     */
    public List<String> usual(boolean step) {
      Set<String> hidden = step ? by.own().stateOutputs() : Set.of();
      return outputs.keySet().stream().filter(name -> !hidden.contains(name)).toList();
    }

    /**
     * What the protocol calls the type of the output {@code name}.
     *
     * @throws SkerryException BAD_MODEL if it has no name for it
     */
    public Datatype datatype(String name) {
      Tensor tensor = output(name);
      return Datatype.of(tensor.type())
          .orElseThrow(() ->
              new SkerryException(
                  ErrorCode.BAD_MODEL,
                  "output '%s' is %s; the protocol has only %s"
                      .formatted(name, tensor, Datatype.names())));
    }
  }

  /**
   * As the other, and says which release answered.
   *
   * @param version release counter that the active release must have; any when empty
   */
  public Answer infer(String name, Optional<String> version, Map<String, Tensor> inputs) {
    return counted(name, () -> infer(name, version, inputs, Optional.empty(), Optional.empty()));
  }

  /**
   * As the other, and says until when an answer is wanted, and of which sequence it is. Whoever
   * carries the request counts it when it fails.
   *
   * @param deadline from now on; the one that the model is configured with when it is empty
   * @param step of a sequence, whose state the device keeps
   * @throws SkerryException also NOT_FOUND if there is no such sequence, or another model has
   *     become active since it began
   */
  public Answer infer(
      String name,
      Optional<String> version,
      Map<String, Tensor> inputs,
      Optional<Duration> deadline,
      Optional<SequenceStep> step) {
    if (step.isEmpty()) {
      return infer(name, version, inputs, deadline, _ -> Map.of(), (_, _) -> {});
    }
    of(name);
    try (Sequence sequence = sequences.enter(name, step.get())) {
      return infer(name, version, inputs, deadline, sequence);
    }
  }

  /**
   * A sequence that only the caller uses, for a stream; the caller closes it.
   *
   * @throws SkerryException NOT_FOUND if there is no such model, BUSY if there are too many
   */
  public Sequence open(String name) {
    of(name);
    return sequences.open(name);
  }

  /** As the other, as the next step of {@code sequence}, which is of this model. */
  public Answer infer(
      String name,
      Optional<String> version,
      Map<String, Tensor> inputs,
      Optional<Duration> deadline,
      Sequence sequence) {
    return infer(
        name,
        version,
        inputs,
        deadline,
        running -> {
          SequencedMap<String, Tensor> state = sequence.state(running);
          signature(running).requireSteps(inputs);
          return state;
        },
        sequence::keep);
  }

  /** What a run leaves. */
  private interface Keeping {
    void keep(Running running, Map<String, Tensor> outputs);
  }

  private Answer infer(
      String name,
      Optional<String> version,
      Map<String, Tensor> inputs,
      Optional<Duration> deadline,
      Function<Running, Map<String, Tensor>> state,
      Keeping keeping) {
    LiveTraffic model = of(name);
    ScheduledModel scheduled = scheduler.model(name);
    Map<String, Tensor> given = Scheduler.isHandedOver(scheduled) ? shareable(inputs) : inputs;
    return scheduler.run(
        scheduled,
        deadline,
        stop -> {
          try (Lease lease = model.lease().orElseThrow(() -> notReady(name))) {
            Running running = lease.running();
            requireVersion(running, version);
            Map<String, Tensor> all = completed(given, state.apply(running), running);
            signature(running).requireAll(all);
            SequencedMap<String, Tensor> outputs = lease.run(all, stop);
            keeping.keep(running, outputs);
            return new Answer(running, outputs);
          }
        });
  }

  /** With what the device gives itself, the caller's own first. */
  private static Map<String, Tensor> completed(
      Map<String, Tensor> given, Map<String, Tensor> state, Running running) {
    if (state.isEmpty() && running.own().constants().isEmpty()) {
      return given;
    }
    Map<String, Tensor> all = new LinkedHashMap<>(running.own().constants());
    all.putAll(state);
    all.putAll(given);
    return all;
  }

  /** How many sequences and streams of the model {@code name} are kept now. */
  public int sequences(String name) {
    return sequences.count(name);
  }

  /**
   * The model {@code name} on fixed memory, for calling it again and again; the caller closes it.
   * Runs it once, so that the outputs have their shapes.
   *
   * @param inputs one tensor per input, in native memory that outlives what this returns; whatever
   *     is in it when a run begins is what the run sees
   * @throws SkerryException NOT_FOUND if there is no such model, BAD_DATA if {@code inputs} do not
   *     fit or cannot be lent, BUSY if it is not ready, ENGINE if it cannot be run
   */
  public BoundModel bind(String name, Map<String, Tensor> inputs) {
    LiveTraffic model = of(name);
    ScheduledModel scheduled = scheduler.model(name);
    inputs.forEach((input, tensor) -> requireLendable(scheduled, input, tensor));
    BoundModel bound =
        new BoundModel(
            arena ->
                model.fixed(
                    new LinkedHashMap<>(inputs),
                    running -> signature(running).requireAll(inputs),
                    arena),
            scheduler.seat(scheduled),
            () -> notReady(name),
            status -> failed(name, status));
    try {
      bound.prepare();
      return bound;
    } catch (RuntimeException | Error e) {
      bound.close();
      throw e;
    }
  }

  private static void requireLendable(ScheduledModel model, String input, Tensor tensor) {
    boolean isLendable =
        tensor.data().isNative()
            && (!Scheduler.isHandedOver(model) || tensor.data().isAccessibleBy(ANOTHER));
    if (!isLendable) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "input '%s' is in memory that cannot be lent; a direct buffer or a segment of a shared"
                  .formatted(input)
              + " arena was expected");
    }
  }

  /** Copies what only the calling thread may read. */
  private static Map<String, Tensor> shareable(Map<String, Tensor> inputs) {
    Map<String, Tensor> shareable = new LinkedHashMap<>();
    inputs.forEach((name, tensor) ->
        shareable.put(
            name,
            tensor.type() == DataType.STRING || tensor.data().isAccessibleBy(ANOTHER)
                ? tensor
                : tensor.copy()));
    return shareable;
  }

  /**
   * What {@code name} runs now.
   *
   * @throws SkerryException NOT_FOUND if there is no such model or {@code version} is not the
   *     active one, BUSY if it is not ready
   */
  public Running require(String name, Optional<String> version) {
    Running running = active(name).orElseThrow(() -> notReady(name));
    requireVersion(running, version);
    return running;
  }

  /** What requests to {@code running} must fit. */
  public static Signature signature(Running running) {
    return new Signature(
        running.receipt().model(), running.release().inputs(), running.release().outputs());
  }

  /** The version that callers see: the release counter. */
  public static String version(Running running) {
    return Long.toString(running.receipt().counter());
  }

  private static void requireVersion(Running running, Optional<String> version) {
    if (version.isPresent() && !version.get().equals(version(running))) {
      throw new SkerryException(
          ErrorCode.NOT_FOUND,
          "model '%s' has no version '%s' here; it serves version %s (the release counter)"
              .formatted(running.receipt().model(), version.get(), version(running)));
    }
  }

  private LiveTraffic of(String name) {
    LiveTraffic found = traffic.get(name);
    if (found == null) {
      throw new SkerryException(
          ErrorCode.NOT_FOUND,
          traffic.isEmpty()
              ? "there is no model '%s': this device follows none".formatted(name)
              : "there is no model '%s'; this device serves %s"
                  .formatted(name, String.join(", ", traffic.sequencedKeySet())));
    }
    return found;
  }

  private static SkerryException notReady(String name) {
    return new SkerryException(
        ErrorCode.BUSY, "model '%s' is not ready: no release of it is active yet".formatted(name));
  }
}
