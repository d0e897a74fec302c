package dev.skerry.agent.sequence;

/**
 * What a request says of the sequence that it is one step of, as in Triton's sequence extension.
 *
 * @param id chosen by the caller
 * @param start whether it is the first one; a sequence of the same id is forgotten
 * @param end whether it is the last one
 */
public record SequenceStep(String id, boolean start, boolean end) {
  /** Characters of an id. */
  public static final int MOST_CHARACTERS = 128;
}
