package dev.skerry.bundle.release;

import dev.skerry.bundle.Digest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * One graph made for one target.
 *
 * @param name unique in the release, such as {@code x86-64-vnni.1}
 * @param technique how it was made, in a few words
 * @param opsets versions of the operator sets that its graph imports, by domain; the standard one
 *     is {@link #STANDARD_OPERATORS}
 * @param goldenOutputs what it answers to the release's golden inputs
 * @param packed the file in fewer bytes, where that pays
 */
public record Variant(
    String name,
    String technique,
    Recipe file,
    SequencedMap<String, Long> opsets,
    Quality quality,
    Measured measured,
    Budget budget,
    List<GoldenOutput> goldenOutputs,
    Optional<PackedFile> packed) {
  /** The domain of the standard operators, which ONNX files leave empty. */
  public static final String STANDARD_OPERATORS = "ai.onnx";

  public Variant {
    opsets = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(opsets));
    goldenOutputs = List.copyOf(goldenOutputs);
  }

  /** A variant without a packed form. */
  public Variant(
      String name,
      String technique,
      Recipe file,
      SequencedMap<String, Long> opsets,
      Quality quality,
      Measured measured,
      Budget budget,
      List<GoldenOutput> goldenOutputs) {
    this(name, technique, file, opsets, quality, measured, budget, goldenOutputs, Optional.empty());
  }

  /** This variant with other answers or tolerances. */
  public Variant withGolden(List<GoldenOutput> changed) {
    return new Variant(name, technique, file, opsets, quality, measured, budget, changed, packed);
  }

  /**
   * Memory that loading and running take, as far as known: what was measured or budgeted, and the
   * file's size where neither is known.
   */
  public long memoryBytes() {
    return measured.peakMemoryBytes().or(budget::memoryBytes).orElse(file.bytes());
  }

  /** This variant with a packed form of its file. */
  public Variant withPacked(PackedFile form) {
    return new Variant(
        name, technique, file, opsets, quality, measured, budget, goldenOutputs, Optional.of(form));
  }

  /** Bytes of the file on its way to a device that has nothing of it. */
  public long airBytes() {
    return packed.map(PackedFile::bytes).orElse(file.bytes());
  }

  /**
   * The blobs of the file, packed and not, and of the golden outputs, by digest, with their sizes
   * in bytes.
   */
  public SequencedMap<Digest, Long> blobs() {
    SequencedMap<Digest, Long> sizes = new TreeMap<>(file.blobs());
    goldenOutputs.forEach(output -> sizes.put(output.values().blob(), output.values().bytes()));
    packed.ifPresent(form -> sizes.put(form.blob(), form.bytes()));
    return sizes;
  }

  /**
   * What the optimizer found on validation data.
   *
   * @param metric as in {@code model.toml}
   * @param value of the metric, absent where there was no data
   * @param agreement share of samples with the original model's answer, from 0 to 1
   */
  public record Quality(String metric, Optional<Double> value, Optional<Double> agreement) {}

  /**
   * What the optimizer measured, and where; absent where its machine was not of the target's class.
   *
   * @param machine processor, cores and engine
   */
  public record Measured(
      Optional<Double> p50Micros,
      Optional<Double> p99Micros,
      Optional<Long> peakMemoryBytes,
      String machine) {}

  /**
   * What a device may hold the variant to; absent where nobody set a limit.
   *
   * @param latencyMicros the median of the probe may be at most this
   * @param memoryBytes loading and running may take at most this
   */
  public record Budget(Optional<Double> latencyMicros, Optional<Long> memoryBytes) {}
}
