package dev.skerry.agent.serve;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.graph.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * An input of a request without its data, which fits the model; its memory is taken from the
 * budget.
 *
 * @param elements product of {@code shape}
 */
@SuppressWarnings("ArrayRecordComponent") // a shape on its way to a tensor, never compared
public record DescribedInput(String name, Datatype datatype, long[] shape, int elements) {
  /** Most axes that an input may have. */
  public static final int MOST_AXES = 32;

  /**
   * Holds what a request says of an input against the model, before its data is looked at.
   *
   * @param bodyBytes of the whole request; what it says of itself may be a lie
   * @throws HttpProblem 400 or 413, saying what is wrong
   * @throws dev.skerry.graph.SkerryException BAD_DATA if it does not fit {@code signature}
   */
  public static DescribedInput of(
      Signature signature,
      String name,
      String datatype,
      long[] shape,
      long bodyBytes,
      TensorBudget.Share budget) {
    signature.input(name);
    Datatype type =
        Datatype.named(datatype)
            .orElseThrow(() ->
                HttpProblem.badRequest(
                    "input '%s' has the datatype '%s'; there are %s"
                        .formatted(name, datatype, Datatype.names())));
    signature.requireFits(name, type, shape);
    int elements = elements(name, shape);
    if (elements > bodyBytes) {
      throw HttpProblem.badRequest(
          "input '%s' has the shape %s, which is %,d elements; the request has only %,d bytes"
              .formatted(name, Arrays.toString(shape), elements, bodyBytes));
    }
    budget.take((long) elements * Math.max(1, type.bytes()));
    return new DescribedInput(name, type, shape, elements);
  }

  private static int elements(String input, long... shape) {
    try {
      return Math.toIntExact(Tensor.elementCount(shape));
    } catch (ArithmeticException e) {
      throw new HttpProblem(
          HttpProblem.TOO_LARGE,
          "input '%s' has the shape %s, which is more than 2^31 elements"
              .formatted(input, Arrays.toString(shape)),
          e);
    }
  }

  /** Memory for the elements, aligned so that the engine need not copy it; none for texts. */
  public MemorySegment memory(Arena arena) {
    long bytes = (long) elements * datatype.bytes();
    return arena.allocate(Math.max(1, bytes), TensorData.ALIGNMENT_BYTES).asSlice(0, bytes);
  }
}
