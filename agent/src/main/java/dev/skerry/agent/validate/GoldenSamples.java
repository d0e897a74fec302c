package dev.skerry.agent.validate;

import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** The golden inputs of a release, sample by sample. */
public final class GoldenSamples implements AutoCloseable {
  private final List<BlockReader> blocks = new ArrayList<>();
  private int left;

  public GoldenSamples(GoldenInputs inputs, Blobs blobs) {
    this.left = inputs.samples();
    try {
      for (GoldenInputs.Block block : inputs.inputs()) {
        blocks.add(new BlockReader(block, inputs.samples(), blobs));
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * The first {@code most} samples, for warming up and for the probe. Their digest is not checked:
   * they are known to be the signed ones once {@link GoldenCheck} has read them all.
   */
  public static List<Map<String, Tensor>> first(int most, GoldenInputs inputs, Blobs blobs) {
    try (GoldenSamples samples = new GoldenSamples(inputs, blobs)) {
      List<Map<String, Tensor>> found = new ArrayList<>();
      while (found.size() < most && samples.hasNext()) {
        found.add(samples.next());
      }
      return found;
    }
  }

  public boolean hasNext() {
    return left > 0;
  }

  /** One tensor per input, by name. */
  public SequencedMap<String, Tensor> next() {
    left--;
    SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
    blocks.forEach(block -> sample.put(block.name(), block.next()));
    return sample;
  }

  /**
   * Call after the last sample.
   *
   * @throws dev.skerry.bundle.TrustException if the values are not those that were signed
   */
  public void requireSigned() {
    blocks.forEach(BlockReader::requireSigned);
  }

  @Override
  public void close() {
    blocks.forEach(BlockReader::close);
  }
}
