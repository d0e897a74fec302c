package dev.skerry.bundle.release;

import dev.skerry.bundle.Digest;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * How a file is put together from blobs: each large tensor is a blob of its own and everything else
 * lies in one, so that variants and releases share the tensors that are equal.
 *
 * @param digest of the whole file
 * @param bytes of the whole file
 * @param pieces end to end, in order; together they use each of their blobs to its end
 */
public record Recipe(Digest digest, long bytes, List<Piece> pieces) {
  public Recipe {
    pieces = List.copyOf(pieces);
  }

  /** {@code bytes} bytes of {@code blob}, from {@code offset} on. */
  public record Piece(Digest blob, long offset, long bytes) {
    /** Where the piece ends in its blob. */
    public long end() {
      return offset + bytes;
    }
  }

  /** The blobs that are needed, by digest, with their sizes in bytes. */
  public SequencedMap<Digest, Long> blobs() {
    SequencedMap<Digest, Long> sizes = new TreeMap<>();
    pieces.forEach(piece -> sizes.merge(piece.blob(), piece.end(), Math::max));
    return Collections.unmodifiableSequencedMap(sizes);
  }
}
