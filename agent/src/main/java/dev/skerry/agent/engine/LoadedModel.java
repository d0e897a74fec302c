package dev.skerry.agent.engine;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.RunStop;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** A model that is ready to run. Threads may call it at the same time. */
public interface LoadedModel extends AutoCloseable {
  List<ValueInfo> inputs();

  List<ValueInfo> outputs();

  /**
   * Runs once.
   *
   * @param given one tensor per input, by name
   * @return all outputs, in the model's order
   * @throws dev.skerry.graph.SkerryException BAD_DATA if {@code given} does not fit, ENGINE if the
   *     run fails
   */
  SequencedMap<String, Tensor> run(Map<String, Tensor> given);

  /**
   * As {@link #run(Map)}, but ended by {@code stop}, as far as the engine can.
   *
   * @throws java.util.concurrent.CancellationException if it was stopped
   */
  default SequencedMap<String, Tensor> run(Map<String, Tensor> given, RunStop stop) {
    return run(given);
  }

  /**
   * Prepares runs on fixed memory; the caller closes them.
   *
   * @param given inputs in native memory that outlives them
   * @param outputs likewise; all of them, with types and shapes as a run on {@code given} makes
   * @throws dev.skerry.graph.SkerryException BAD_DATA if they do not fit, ENGINE if this model
   *     cannot do that
   */
  default FixedRun fix(SequencedMap<String, Tensor> given, SequencedMap<String, Tensor> outputs) {
    throw new SkerryException(ErrorCode.ENGINE, "this model does not run on fixed memory");
  }

  /** Frees the model when the last run in progress has ended. */
  @Override
  void close();
}
