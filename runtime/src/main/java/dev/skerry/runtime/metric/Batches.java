package dev.skerry.runtime.metric;

import dev.skerry.graph.Tensor;
import dev.skerry.runtime.data.Sample;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.data.SampleStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * The samples of a source in batches, as often as needed. A small set stays decoded in native
 * memory after the first pass; a large one is decoded anew each time. Borrows the source; its owner
 * closes it.
 */
final class Batches implements AutoCloseable {
  /** Bytes of decoded samples that are kept at most. */
  private static final long KEPT_BYTES = 128L << 20;

  private static final long ALIGNMENT = 64;

  private final SampleSource source;

  @SuppressWarnings("MustBeClosedChecker") // closed with the batches
  private final Arena arena = Arena.ofShared();

  private final List<Sample> kept = new ArrayList<>();
  private boolean complete;

  Batches(SampleSource source) {
    this.source = source;
  }

  /**
   * Samples in a row, joined along the first axis.
   *
   * @param first position of the first one
   * @param inputs [samples, …] each, lent for the call
   */
  record Batch(int first, List<Integer> labels, SequencedMap<String, Tensor> inputs) {
    int size() {
      return labels.size();
    }
  }

  /** Gives every sample to {@code consumer}, at most {@code size} at a time. */
  void forEach(int size, Consumer<Batch> consumer) {
    try (Arena pass = Arena.ofShared()) {
      Joiner joiner = new Joiner(size, consumer, pass);
      if (complete) {
        kept.forEach(joiner::add);
      } else {
        decode(joiner);
      }
      joiner.flush();
    }
  }

  private void decode(Joiner joiner) {
    kept.clear();
    try (SampleStream samples = source.samples()) {
      boolean keep = true;
      while (samples.hasNext()) {
        Sample sample = samples.next();
        keep = keep && bytes(sample) * source.size() <= KEPT_BYTES;
        joiner.add(keep ? keep(sample) : sample);
      }
      complete = keep;
    }
  }

  private static long bytes(Sample sample) {
    return sample.inputs().values().stream().mapToLong(Tensor::byteSize).sum();
  }

  private Sample keep(Sample sample) {
    SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();
    sample.inputs().forEach((name, tensor) -> inputs.put(name, owned(tensor)));
    Sample own = new Sample(sample.name(), inputs, sample.label());
    kept.add(own);
    return own;
  }

  private Tensor owned(Tensor tensor) {
    MemorySegment memory = arena.allocate(Math.max(1, tensor.byteSize()), ALIGNMENT);
    MemorySegment exact = memory.asSlice(0, tensor.byteSize());
    exact.copyFrom(tensor.data());
    return Tensor.of(tensor.type(), tensor.dims(), exact);
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  /** Copies samples of equal shapes side by side, and hands over what is full. */
  private final class Joiner {
    private final int size;
    private final Consumer<Batch> consumer;
    private final Arena pass;
    private final Map<String, MemorySegment> memory = new HashMap<>();
    private final List<Integer> labels = new ArrayList<>();
    private SequencedMap<String, Tensor> shapes = new LinkedHashMap<>();
    private int first;

    Joiner(int size, Consumer<Batch> consumer, Arena pass) {
      this.size = size;
      this.consumer = consumer;
      this.pass = pass;
    }

    void add(Sample sample) {
      if (size == 1) {
        consumer.accept(new Batch(first++, List.of(sample.label()), sample.inputs()));
        return;
      }
      if (!labels.isEmpty() && !fits(sample)) {
        flush();
      }
      shapes = labels.isEmpty() ? new LinkedHashMap<>(sample.inputs()) : shapes;
      sample.inputs().forEach(this::copy);
      labels.add(sample.label());
      if (labels.size() == size) {
        flush();
      }
    }

    private boolean fits(Sample sample) {
      return sample.inputs().entrySet().stream()
          .allMatch(e -> Arrays.equals(sample.input(e.getKey()).dims(), dims(e.getKey())));
    }

    private long[] dims(String input) {
      Tensor tensor = shapes.get(input);
      return tensor == null ? new long[0] : tensor.dims();
    }

    private void copy(String input, Tensor tensor) {
      long bytes = tensor.byteSize();
      MemorySegment row = memory.get(input);
      if (row == null || row.byteSize() < bytes * size) {
        row = pass.allocate(Math.max(1, bytes * size), ALIGNMENT);
        memory.put(input, row);
      }
      row.asSlice(labels.size() * bytes, bytes).copyFrom(tensor.data());
    }

    void flush() {
      if (labels.isEmpty()) {
        return;
      }
      int count = labels.size();
      SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();
      shapes.forEach((name, tensor) -> inputs.put(name, joined(name, tensor, count)));
      Batch batch = new Batch(first, List.copyOf(labels), inputs);
      first += count;
      labels.clear();
      consumer.accept(batch);
    }

    /** {@code one} serves for its type and shape alone: its memory may be another sample's now. */
    private Tensor joined(String name, Tensor one, int count) {
      long[] dims = one.dims();
      dims[0] *= count;
      MemorySegment row = memory.getOrDefault(name, MemorySegment.NULL);
      return Tensor.of(one.type(), dims, row.asSlice(0, one.byteSize() * count));
    }
  }
}
