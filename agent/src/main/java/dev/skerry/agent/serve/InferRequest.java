package dev.skerry.agent.serve;

import dev.skerry.agent.sequence.SequenceStep;
import dev.skerry.graph.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A request for one run. Its tensors lie in memory of the caller's arena.
 *
 * @param id to be echoed
 * @param outputs that are wanted, in that order; all when empty
 * @param allBinary whether outputs come as binary data unless they say otherwise
 * @param timeout in which an answer is wanted
 * @param step of a sequence that it is
 */
public record InferRequest(
    Optional<String> id,
    SequencedMap<String, Tensor> inputs,
    List<WantedOutput> outputs,
    boolean allBinary,
    Optional<Duration> timeout,
    Optional<SequenceStep> step) {

  /**
   * An output that was asked for.
   *
   * @param binary whether as binary data; as the request says for all when empty
   */
  public record WantedOutput(String name, Optional<Boolean> binary) {}
}
