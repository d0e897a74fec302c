package dev.skerry.cli.release;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.release.Recipe;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.SkerryException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes an ONNX file apart: the elements of each constant of at least {@value #LEAST_BYTES} bytes
 * are a blob, and all else is one more, so that files share the constants that are equal. Nothing
 * is written anew; end to end the pieces are the file.
 */
final class ModelRecipe {
  /** Smaller constants are not worth a blob: its digest and place in a manifest take 200 bytes. */
  static final long LEAST_BYTES = 4096;

  private static final int CHUNK_BYTES = 1 << 16;

  private final MessageDigest whole = Digest.algorithm();
  private final MessageDigest rest = Digest.algorithm();
  private final List<Part> parts = new ArrayList<>();
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private long at;
  private long restAt;

  /** A stretch of the file: a constant, or the next bytes of the rest. */
  private record Part(Optional<Digest> constant, long offset, long bytes) {}

  private ModelRecipe() {}

  /**
   * The recipe of {@code file}.
   *
   * @throws SkerryException BAD_MODEL if it keeps weights in other files
   */
  static Recipe of(Path file) {
    List<ModelFile.Span> constants = constants(file);
    try (InputStream in = Files.newInputStream(file)) {
      return new ModelRecipe().split(in, Files.size(file), constants);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ModelFile.Span> constants(Path file) {
    try (ModelFile model = ModelReader.read(file)) {
      if (model.externalBytes() > 0) {
        throw new SkerryException(
            ErrorCode.BAD_MODEL,
            "%s keeps weights in other files, and a variant of a release is one file; write it as"
                    .formatted(file)
                + " one, as 'skerry optimize' does below 2 GB");
      }
      return model.constants(LEAST_BYTES);
    }
  }

  private Recipe split(InputStream in, long size, List<ModelFile.Span> constants)
      throws IOException {
    for (ModelFile.Span constant : constants) {
      addRest(in, constant.offset() - at);
      MessageDigest digest = Digest.algorithm();
      read(in, constant.bytes(), digest);
      parts.add(new Part(Optional.of(Digest.finish(digest)), 0, constant.bytes()));
    }
    addRest(in, size - at);
    Digest skeleton = Digest.finish(rest);
    return new Recipe(
        Digest.finish(whole),
        size,
        parts.stream()
            .map(part ->
                new Recipe.Piece(part.constant().orElse(skeleton), part.offset(), part.bytes()))
            .toList());
  }

  private void addRest(InputStream in, long bytes) throws IOException {
    if (bytes > 0) {
      read(in, bytes, rest);
      parts.add(new Part(Optional.empty(), restAt, bytes));
      restAt += bytes;
    }
  }

  private void read(InputStream in, long bytes, MessageDigest into) throws IOException {
    for (long left = bytes; left > 0; ) {
      int count = in.read(chunk, 0, (int) Math.min(left, CHUNK_BYTES));
      if (count < 0) {
        throw new EOFException("the model file became shorter while it was read");
      }
      whole.update(chunk, 0, count);
      into.update(chunk, 0, count);
      left -= count;
    }
    at += bytes;
  }
}
