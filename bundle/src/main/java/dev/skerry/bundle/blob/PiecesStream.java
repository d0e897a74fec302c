package dev.skerry.bundle.blob;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.release.Recipe;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pieces of blobs end to end; a blob is open only while a piece of it is read. */
final class PiecesStream extends InputStream {
  private final BlobSource blobs;
  private final Iterator<Recipe.Piece> rest;
  private Recipe.@Nullable Piece piece;
  private @Nullable InputStream in;
  private long left;

  PiecesStream(List<Recipe.Piece> pieces, BlobSource blobs) {
    this.rest = pieces.iterator();
    this.blobs = blobs;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    InputStream from = current();
    if (from == null) {
      return -1;
    }
    int count = from.read(into, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw tooShort();
    }
    left -= count;
    return count;
  }

  /** The stream of the piece that is being read; null at the end. */
  private @Nullable InputStream current() throws IOException {
    while (left == 0 && rest.hasNext()) {
      close();
      Recipe.Piece next = rest.next();
      in = blobs.open(next.blob(), next.offset());
      piece = next;
      left = next.bytes();
    }
    return left == 0 ? null : in;
  }

  private BundleException tooShort() {
    Recipe.Piece at = piece;
    return at == null
        ? new BundleException("a blob ended early")
        : new BundleException(
            "blob %s ended %,d bytes before the end of a piece of it"
                .formatted(at.blob().brief(), left));
  }

  @Override
  public void close() throws IOException {
    InputStream open = in;
    if (open != null) {
      in = null;
      open.close();
    }
  }
}
