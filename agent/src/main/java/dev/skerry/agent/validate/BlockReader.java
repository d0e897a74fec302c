package dev.skerry.agent.validate;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.graph.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;

/** Reads one golden block sample by sample, so that memory does not grow with their number. */
final class BlockReader implements AutoCloseable {
  private final GoldenInputs.Block block;
  private final Datatype datatype;
  private final long[] shape;
  private final int sampleBytes;
  private final InputStream content;
  private final MessageDigest running = Digest.algorithm();

  BlockReader(GoldenInputs.Block block, int samples, Blobs blobs) {
    this.block = block;
    this.datatype =
        Datatype.named(block.datatype())
            .filter(type -> type != Datatype.BYTES)
            .orElseThrow(() -> unreadable("has elements of type " + block.datatype()));
    this.shape = block.shape().stream().mapToLong(Long::longValue).toArray();
    this.sampleBytes = sampleBytes();
    if (samples < 1 || block.bytes() != (long) sampleBytes * samples) {
      throw unreadable(
          "has %d bytes, %d samples of %d were expected"
              .formatted(block.bytes(), samples, sampleBytes));
    }
    this.content = blobs.open(block.blob());
  }

  private int sampleBytes() {
    try {
      return Math.toIntExact(Math.multiplyExact(Tensor.elementCount(shape), datatype.bytes()));
    } catch (ArithmeticException e) {
      throw new BundleException(message("has samples of more than 2 GiB"), e);
    }
  }

  String name() {
    return block.name();
  }

  /** The next sample. */
  Tensor next() {
    try {
      byte[] bytes = content.readNBytes(sampleBytes);
      if (bytes.length < sampleBytes) {
        throw untrusted("ends too early");
      }
      running.update(bytes);
      return Tensor.of(datatype.element(), shape, MemorySegment.ofArray(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Call after the last sample.
   *
   * @throws TrustException if the bytes read are not those that were signed
   */
  void requireSigned() {
    Digest found = Digest.finish(running);
    if (!found.equals(block.blob())) {
      throw untrusted("has the digest " + found.brief());
    }
  }

  @Override
  public void close() {
    try {
      content.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private BundleException unreadable(String what) {
    return new BundleException(message(what));
  }

  private TrustException untrusted(String what) {
    return new TrustException(message(what) + "; it is not what was signed");
  }

  private String message(String what) {
    return "the golden values of '%s' (blob %s): the blob %s"
        .formatted(block.name(), block.blob().brief(), what);
  }
}
