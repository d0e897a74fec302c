package dev.skerry.runtime.data;

import dev.skerry.graph.Tensor;
import java.lang.foreign.Arena;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SequencedMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a source, in order, decoded ahead on one background thread.
 *
 * <p>A sample's tensors are lent until the next call of {@link #next} or {@link #close}: the memory
 * of a few samples is used again and again, so that a pass takes the same memory however long it
 * is. Use {@link Sample#copy} to keep one. Serves one thread; close it, or its thread and memory
 * stay.
 */
public final class SampleStream implements Iterator<Sample>, AutoCloseable {
  /** Samples: one lent, one being decoded, two ready. */
  private static final int RING = 4;

  private final BlockingQueue<TensorBuffers> free = new ArrayBlockingQueue<>(RING);
  private final BlockingQueue<Ready> ready = new ArrayBlockingQueue<>(RING);

  @SuppressWarnings("MustBeClosedChecker") // closed with the stream
  private final Arena arena = Arena.ofShared();

  private final int size;
  private final Thread decoder;
  private int taken;
  private @Nullable TensorBuffers lent;

  /** What the decoder hands over. */
  private sealed interface Ready {
    record Decoded(Sample sample, TensorBuffers memory) implements Ready {}

    record Failed(Throwable cause) implements Ready {}
  }

  /** A pass over {@code order}, positions in {@code records}. */
  SampleStream(SampleRecords records, int[] order, int[] labels) {
    this.size = order.length;
    for (int i = 0; i < RING; i++) {
      free.add(new TensorBuffers(arena));
    }
    this.decoder =
        Thread.ofPlatform()
            .daemon()
            .name("skerry-decode")
            .start(() -> decode(records, order, labels));
  }

  private void decode(SampleRecords records, int[] order, int[] labels) {
    try {
      SampleRecords.Reader reader = records.reader();
      for (int i = 0; i < order.length; i++) {
        TensorBuffers memory = free.take();
        SequencedMap<String, Tensor> inputs = reader.read(order[i], memory);
        ready.put(new Ready.Decoded(new Sample(records.name(order[i]), inputs, labels[i]), memory));
      }
    } catch (InterruptedException _) {
      // The stream was closed before its end: nobody waits for the rest.
    } catch (RuntimeException | Error failure) {
      ready.clear();
      ready.add(new Ready.Failed(failure));
    }
  }

  @Override
  public boolean hasNext() {
    return taken < size;
  }

  /**
   * The next sample, lent until the next call.
   *
   * @throws dev.skerry.graph.SkerryException BAD_DATA when a sample cannot be read; it is named
   */
  @Override
  public Sample next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the source has " + size + " samples");
    }
    if (lent != null) {
      free.add(lent);
      lent = null;
    }
    return switch (take()) {
      case Ready.Decoded(Sample sample, TensorBuffers memory) -> {
        taken++;
        lent = memory;
        yield sample;
      }
      case Ready.Failed(Throwable cause) -> {
        taken = size;
        throw rethrown(cause);
      }
    };
  }

  private Ready take() {
    try {
      return ready.take();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a sample", interrupted);
    }
  }

  private static RuntimeException rethrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause;
  }

  /** Ends the pass and frees its memory; the source may be closed after it. */
  @Override
  public void close() {
    taken = size;
    decoder.interrupt();
    boolean interrupted = false;
    while (decoder.isAlive()) {
      try {
        decoder.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (arena.scope().isAlive()) {
      arena.close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
