package dev.skerry.bundle.release;

import dev.skerry.bundle.Digest;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Recorded inputs that every variant of a release is run on before it serves.
 *
 * @param samples how many
 * @param inputs one for each input of the model
 */
public record GoldenInputs(int samples, List<Block> inputs) {
  public GoldenInputs {
    inputs = List.copyOf(inputs);
  }

  /** The blobs of the inputs, by digest, with their sizes in bytes. */
  public SequencedMap<Digest, Long> blobs() {
    SequencedMap<Digest, Long> sizes = new TreeMap<>();
    inputs.forEach(input -> sizes.put(input.blob(), input.bytes()));
    return sizes;
  }

  /**
   * The values of one input for all samples, end to end in one blob, row-major and little-endian.
   *
   * @param shape of one sample as the model takes it, batch axis included
   */
  public record Block(String name, String datatype, List<Long> shape, Digest blob, long bytes) {
    public Block {
      shape = List.copyOf(shape);
    }
  }
}
