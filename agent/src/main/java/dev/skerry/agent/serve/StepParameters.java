package dev.skerry.agent.serve;

import dev.skerry.agent.sequence.SequenceStep;
import java.util.Optional;

/** The parameters of Triton's sequence extension as they come, in any order. */
public final class StepParameters {
  private String id = "";
  private boolean start;
  private boolean end;

  /**
   * @param text a number, or any text; none when it is 0 or empty
   */
  public void id(String text) {
    id = text.equals("0") ? "" : text;
  }

  public void start(boolean is) {
    start = is;
  }

  public void end(boolean is) {
    end = is;
  }

  /**
   * The step that they are; empty when they name no sequence.
   *
   * @throws HttpProblem 400 if they do not fit together
   */
  public Optional<SequenceStep> read() {
    if (id.isEmpty() && (start || end)) {
      throw HttpProblem.badRequest(
          "the request has '%s' without 'sequence_id', a text or a number above 0"
              .formatted(start ? "sequence_start" : "sequence_end"));
    }
    if (id.length() > SequenceStep.MOST_CHARACTERS) {
      throw HttpProblem.badRequest(
          "'sequence_id' has %d characters, more than the limit of %d"
              .formatted(id.length(), SequenceStep.MOST_CHARACTERS));
    }
    return id.isEmpty() ? Optional.empty() : Optional.of(new SequenceStep(id, start, end));
  }
}
