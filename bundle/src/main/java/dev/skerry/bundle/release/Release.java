package dev.skerry.bundle.release;

import java.util.List;

/**
 * What a release of one model holds. Its release counter is not among it: the counter is assigned
 * when the release is published, and signed beside the digest of the manifest.
 *
 * @param model name, as in {@code model.toml}
 * @param version for people; not the release counter
 * @param inputs what a run is given, in the graph's order
 * @param outputs what a run makes, in the graph's order
 * @param ladders one for each target
 */
public record Release(
    String model,
    String version,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    List<Ladder> ladders,
    GoldenInputs golden,
    Provenance provenance) {
  public Release {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    ladders = List.copyOf(ladders);
  }
}
