package dev.skerry.bundle.release;

import dev.skerry.bundle.Digest;
import java.util.List;

/**
 * How a file is put together from blobs: each large tensor is a blob of its own and everything else
 * lies in one, so that variants and releases share the tensors that are equal.
 *
 * @param digest of the whole file
 * @param bytes of the whole file
 * @param pieces end to end, in order
 */
public record Recipe(Digest digest, long bytes, List<Piece> pieces) {
  public Recipe {
    pieces = List.copyOf(pieces);
  }

  /** {@code bytes} bytes of {@code blob}, from {@code offset} on. */
  public record Piece(Digest blob, long offset, long bytes) {}
}
