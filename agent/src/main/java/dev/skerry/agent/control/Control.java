package dev.skerry.agent.control;

import dev.skerry.wire.AgentStatus;
import dev.skerry.wire.EventRecord;
import java.util.List;

/** What can be asked and ordered of a running agent. */
public interface Control {
  AgentStatus status();

  /** The newest {@code most} events, oldest first. */
  List<EventRecord> events(int most);

  /**
   * Goes back to the release before, at once.
   *
   * @return what serves now
   * @throws UnknownModelException if the agent does not run {@code model}
   * @throws dev.skerry.graph.SkerryException if there is nothing to go back to
   */
  String rollback(String model);

  /** Asks the repository now. Throws {@link UnknownModelException} as {@link #rollback}. */
  void checkNow(String model);

  /** The agent does not run the model. */
  final class UnknownModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnknownModelException(String message) {
      super(message);
    }
  }
}
