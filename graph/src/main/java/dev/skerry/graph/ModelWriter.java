package dev.skerry.graph;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Writes ONNX files. Weights stream from where they lie to the file; nothing but the graph's own
 * encoding is on the heap. A file is there whole or not at all: it is written under another name,
 * forced to disk, and then renamed.
 */
public final class ModelWriter {
  /** Largest model file that readers based on Protocol Buffers take, in bytes. */
  private static final long MAX_FILE_BYTES = Integer.MAX_VALUE;

  /** Tensors under this size, in bytes, stay in the model when the large ones must leave it. */
  private static final long INLINE_BELOW = 1024;

  /** Size of the buffer that weights stream through, in bytes. */
  private static final long BUFFER_BYTES = 1 << 20;

  private ModelWriter() {}

  /**
   * Writes {@code model} to {@code file}. When that would pass 2 GiB, the limit of the format, the
   * weights go to {@code file} + {@code .data} beside it.
   */
  public static void write(Model model, Path file) {
    WireWriter encoded = new ModelEncoder(ExternalPlan.none()).model(model);
    if (encoded.size() > MAX_FILE_BYTES) {
      writeExternal(model, file, INLINE_BELOW);
    } else {
      replace(file, channel -> writeParts(channel, encoded.parts()));
    }
  }

  /**
   * Writes {@code model} to {@code file}, and its initializers of at least {@code fromBytes} bytes
   * to {@code file} + {@code .data} beside it, each at a multiple of 4096 bytes. The weights are in
   * place before the model that names them. Tensors of less than 128 bytes stay in the model
   * whatever is asked.
   */
  public static void writeExternal(Model model, Path file, long fromBytes) {
    Path weights = file.resolveSibling(file.getFileName() + ".data");
    ExternalPlan plan = new ExternalPlan(String.valueOf(weights.getFileName()), fromBytes);
    WireWriter encoded = new ModelEncoder(plan).model(model);
    if (encoded.size() > MAX_FILE_BYTES) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "%s would take %,d bytes without its initializers; the format allows %,d"
              .formatted(file, encoded.size(), MAX_FILE_BYTES));
    }
    List<ExternalPlan.Place> places = plan.places();
    if (!places.isEmpty()) {
      replace(weights, channel -> writePlaces(channel, places));
    }
    replace(file, channel -> writeParts(channel, encoded.parts()));
  }

  /** The encoded model, weights included; for models that fit an array. */
  public static byte[] toBytes(Model model) {
    WireWriter encoded = new ModelEncoder(ExternalPlan.none()).model(model);
    if (encoded.size() > Integer.MAX_VALUE - 8) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "the model takes %,d bytes, too many for an array; write it to a file"
              .formatted(encoded.size()));
    }
    return encoded.toByteArray();
  }

  private interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  private static void replace(Path file, Content content) {
    Path temporary =
        file.resolveSibling(
            ".%s.%d-%d.tmp"
                .formatted(
                    file.getFileName(),
                    ProcessHandle.current().pid(),
                    Thread.currentThread().threadId()));
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new SkerryException(
          ErrorCode.BAD_FILE, "%s cannot be written: %s".formatted(file, e), e);
    }
  }

  private static void writePlaces(FileChannel channel, List<ExternalPlan.Place> places)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER_BYTES);
      for (ExternalPlan.Place place : places) {
        channel.position(place.offset());
        write(channel, place.tensor().data(), buffer);
      }
    }
  }

  private static void writeParts(FileChannel channel, List<MemorySegment> parts)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER_BYTES);
      for (MemorySegment part : parts) {
        write(channel, part, buffer);
      }
    }
  }

  private static void write(FileChannel channel, MemorySegment part, MemorySegment buffer)
      throws IOException {
    for (long at = 0; at < part.byteSize(); at += BUFFER_BYTES) {
      long length = Math.min(BUFFER_BYTES, part.byteSize() - at);
      MemorySegment.copy(part, at, buffer, 0, length);
      ByteBuffer bytes = buffer.asSlice(0, length).asByteBuffer();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }
}
