package dev.skerry.runtime.data;

import dev.skerry.graph.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * One sample, ready for the graph.
 *
 * @param name the file or position that it comes from
 * @param inputs one tensor per graph input, with a leading batch axis of 1 where the graph has one
 * @param label index of the class, or {@link #NO_LABEL}
 */
public record Sample(String name, SequencedMap<String, Tensor> inputs, int label) {
  /** The label of a sample of which nobody said what it shows. */
  public static final int NO_LABEL = -1;

  public Sample {
    inputs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(inputs));
  }

  /** The tensor for the graph's input {@code input}, which must be one of them. */
  public Tensor input(String input) {
    Tensor tensor = inputs.get(input);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "sample " + name + " has no input " + input + ", only " + inputs.keySet());
    }
    return tensor;
  }

  public boolean hasLabel() {
    return label != NO_LABEL;
  }

  /** This sample on the heap, to be kept after its lender moves on. */
  public Sample copy() {
    SequencedMap<String, Tensor> copies = new LinkedHashMap<>();
    inputs.forEach((input, tensor) -> copies.put(input, tensor.copy()));
    return new Sample(name, copies, label);
  }
}
