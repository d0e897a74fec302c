package dev.skerry.agent.traffic;

import dev.skerry.agent.engine.FixedRun;
import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.RunStop;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One caller's runs on fixed memory, each on the model that is active then: it is bound anew when
 * another was activated, and nothing is allocated otherwise. One thread at a time uses it.
 */
public final class FixedTraffic implements AutoCloseable {
  /** Where vector instructions read fastest. */
  private static final long ALIGNMENT_BYTES = 64;

  private final LiveTraffic traffic;
  private final SequencedMap<String, Tensor> given;
  private final Consumer<Running> check;
  private final Arena arena;
  private final SequencedMap<String, Tensor> outputs = new LinkedHashMap<>();

  /** What {@link #binding} runs on. */
  private @Nullable Lane bound;

  private @Nullable FixedRun binding;

  /**
   * @param given inputs in native memory that outlives this
   * @param check throws if a model that becomes active does not take them
   * @param arena owns the memory of the outputs
   */
  FixedTraffic(
      LiveTraffic traffic,
      SequencedMap<String, Tensor> given,
      Consumer<Running> check,
      Arena arena) {
    this.traffic = traffic;
    this.given = given;
    this.check = check;
    this.arena = arena;
  }

  /**
   * The outputs; their memory stays the same, and each run writes it anew. Empty before the first
   * run or {@link #prepare}.
   */
  public SequencedMap<String, Tensor> outputs() {
    return outputs;
  }

  /**
   * Binds to what is active, if that has not happened yet.
   *
   * @return whether anything is active
   * @throws SkerryException BAD_DATA if it takes or gives other than what was bound, ENGINE if it
   *     cannot be run
   */
  public boolean prepare() {
    Lane lane = traffic.enter();
    if (lane == null) {
      return false;
    }
    try {
      bindTo(lane);
      return true;
    } finally {
      lane.inFlight.decrementAndGet();
    }
  }

  /**
   * Runs once and counts it.
   *
   * @return whether anything was active
   * @throws SkerryException as {@link #prepare}
   * @throws java.util.concurrent.CancellationException if {@code stop} ended it
   */
  public boolean run(RunStop stop) {
    Lane lane = traffic.enter();
    if (lane == null) {
      return false;
    }
    try {
      traffic.run(lane, bindTo(lane), given, outputs, stop);
      return true;
    } finally {
      lane.inFlight.decrementAndGet();
    }
  }

  private FixedRun bindTo(Lane lane) {
    FixedRun current = binding;
    if (current != null && bound == lane) {
      return current;
    }
    check.accept(lane.running);
    SequencedMap<String, Tensor> learned = lane.running.model().run(given);
    if (outputs.isEmpty()) {
      learned.forEach((name, tensor) -> outputs.put(name, own(name, tensor)));
    } else {
      requireSame(lane.running, learned);
    }
    release();
    FixedRun next = lane.running.model().fix(given, outputs);
    binding = next;
    bound = lane;
    return next;
  }

  private Tensor own(String name, Tensor learned) {
    if (learned.type() == DataType.STRING || learned.elementCount() == 0) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "output '%s' is %s, which has no fixed memory; use infer".formatted(name, learned));
    }
    return Tensor.of(
        learned.type(),
        learned.dims(),
        arena.allocate(learned.byteSize(), ALIGNMENT_BYTES).copyFrom(learned.data()));
  }

  private void requireSame(Running running, Map<String, Tensor> learned) {
    boolean same = learned.keySet().equals(outputs.keySet());
    for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
      Tensor found = learned.get(output.getKey());
      same &=
          found != null
              && found.type() == output.getValue().type()
              && Arrays.equals(found.dims(), output.getValue().dims());
    }
    if (!same) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "%s gives %s, and %s was bound; bind anew"
              .formatted(running.receipt().label(), learned, outputs));
    }
  }

  private void release() {
    FixedRun last = binding;
    binding = null;
    bound = null;
    if (last != null) {
      last.close();
    }
  }

  @Override
  public void close() {
    release();
  }
}
