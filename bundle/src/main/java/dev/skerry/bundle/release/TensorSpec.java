package dev.skerry.bundle.release;

import dev.skerry.bundle.json.Json;
import java.util.List;

/**
 * One input or output of a model, and what it means.
 *
 * @param datatype as the Open Inference Protocol names it: {@code FP32}, {@code UINT8}, {@code
 *     INT64}
 * @param shape sizes per axis; -1 where any size will do
 * @param kind as in {@code model.toml}: {@code image}, {@code audio}, {@code tensor}, {@code state}
 *     or {@code constant} for an input, {@code classification}, {@code detection}, {@code
 *     embedding}, {@code reconstruction} or {@code tensor} for an output
 * @param processing the other keys of its table in {@code model.toml}: size, scale, mean, labels
 *     and so on
 */
public record TensorSpec(
    String name, String datatype, List<Long> shape, String kind, Json.Obj processing) {
  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /** Whether a run leaves this input for the next one, in the output {@code processing.next}. */
  public boolean isState() {
    return kind.equals("state");
  }

  /** Whether this input is {@code processing.value} in every run. */
  public boolean isConstant() {
    return kind.equals("constant");
  }
}
