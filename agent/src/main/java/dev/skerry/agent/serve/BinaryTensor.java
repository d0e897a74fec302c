package dev.skerry.agent.serve;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The data of an input as bytes: numbers little-endian without gaps; of each text its length in
 * four bytes, little-endian, and its bytes in UTF-8. REST and gRPC share this form.
 */
public final class BinaryTensor {
  private static final int BLOCK_BYTES = 1 << 16;

  private BinaryTensor() {}

  /**
   * Reads the next {@code bytes} of {@code body}.
   *
   * @param arena owns the memory of the tensor
   * @throws HttpProblem 400 if they are not what {@code input} takes
   */
  public static Tensor read(
      InputStream body, DescribedInput input, int bytes, Arena arena, TensorBudget.Share budget) {
    try {
      return input.datatype() == Datatype.BYTES
          ? texts(body, input, bytes, budget)
          : numbers(body, input, bytes, arena);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor numbers(InputStream body, DescribedInput input, int bytes, Arena arena)
      throws IOException {
    long expected = (long) input.elements() * input.datatype().bytes();
    if (bytes != expected) {
      throw HttpProblem.badRequest(
          "input '%s' has %,d bytes of binary data, but %s takes %,d bytes"
              .formatted(
                  input.name(),
                  bytes,
                  Signature.text(input.datatype().name(), input.shape()),
                  expected));
    }
    MemorySegment memory = input.memory(arena);
    byte[] block = new byte[(int) Math.min(expected, BLOCK_BYTES)];
    for (long at = 0; at < expected; ) {
      int count = (int) Math.min(block.length, expected - at);
      readFully(body, input.name(), block, count);
      MemorySegment.copy(block, 0, memory, ValueLayout.JAVA_BYTE, at, count);
      at += count;
    }
    return Tensor.of(input.datatype().element(), input.shape(), memory);
  }

  private static void readFully(InputStream body, String name, byte[] block, int count)
      throws IOException {
    if (body.readNBytes(block, 0, count) < count) {
      throw HttpProblem.badRequest(
          "the request ends within the binary data of input '%s'".formatted(name));
    }
  }

  private static Tensor texts(
      InputStream body, DescribedInput input, int size, TensorBudget.Share budget)
      throws IOException {
    List<Bytes> texts = new ArrayList<>();
    int left = size;
    byte[] length = new byte[Integer.BYTES];
    while (left >= Integer.BYTES && texts.size() < input.elements()) {
      readFully(body, input.name(), length, Integer.BYTES);
      int bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt();
      left -= Integer.BYTES;
      if (bytes < 0 || bytes > left || bytes > JsonInput.STRING_BYTES) {
        throw HttpProblem.badRequest(
            "element %d of input '%s' says that it has %d bytes; %d are left and the limit is %d"
                .formatted(
                    texts.size(),
                    input.name(),
                    bytes & 0xFFFF_FFFFL,
                    left,
                    JsonInput.STRING_BYTES));
      }
      budget.take(bytes);
      byte[] text = new byte[bytes];
      readFully(body, input.name(), text, bytes);
      texts.add(Bytes.of(text));
      left -= bytes;
    }
    if (left != 0 || texts.size() != input.elements()) {
      throw HttpProblem.badRequest(
          "the binary data of input '%s' holds %d elements and %d further bytes; its shape takes %d"
              .formatted(input.name(), texts.size(), left, input.elements()));
    }
    return Tensor.ofStrings(input.shape(), texts);
  }
}
