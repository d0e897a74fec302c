package dev.skerry.bundle.release;

import dev.skerry.bundle.Digest;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

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

  /** All variants, ladder by ladder. */
  public List<Variant> variants() {
    return ladders.stream().flatMap(ladder -> ladder.variants().stream()).toList();
  }

  /** Every blob that the release needs, by digest, with its size in bytes. */
  public SequencedMap<Digest, Long> blobs() {
    SequencedMap<Digest, Long> sizes = new TreeMap<>(golden.blobs());
    variants().forEach(variant -> sizes.putAll(variant.blobs()));
    return sizes;
  }
}
