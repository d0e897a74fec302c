package dev.skerry.bundle.blob;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.release.Recipe;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The blobs that lie inside a file which was put together from them, so that a device need not
 * store them twice.
 */
public final class FileBlobs implements BlobSource {
  private final Disk disk;
  private final Path file;
  private final Map<Digest, List<Span>> spans = new HashMap<>();

  /**
   * A part of a blob, and where it lies in the file.
   *
   * @param start of it in the blob
   * @param at start of it in the file
   */
  private record Span(long start, long bytes, long at) {
    long end() {
      return start + bytes;
    }
  }

  /** The blobs of {@code recipe} in {@code file}, which was made by it. */
  public FileBlobs(Disk disk, Recipe recipe, Path file) {
    this.disk = disk;
    this.file = file;
    Map<Digest, List<Span>> found = new HashMap<>();
    long at = 0;
    for (Recipe.Piece piece : recipe.pieces()) {
      found
          .computeIfAbsent(piece.blob(), _ -> new ArrayList<>())
          .add(new Span(piece.offset(), piece.bytes(), at));
      at += piece.bytes();
    }
    Map<Digest, Long> sizes = recipe.blobs();
    found.forEach((blob, parts) -> {
      List<Span> cover = cover(parts);
      if (!cover.isEmpty() && cover.getLast().end() == sizes.getOrDefault(blob, 0L)) {
        spans.put(blob, cover);
      }
    });
  }

  /** Parts that follow one another from the blob's start, as far as they go. */
  private static List<Span> cover(List<Span> parts) {
    List<Span> cover = new ArrayList<>();
    long end = 0;
    for (Span part : parts) {
      if (part.start() == end) {
        cover.add(part);
        end = part.end();
      }
    }
    return cover;
  }

  @Override
  public boolean has(Digest blob) {
    return spans.containsKey(blob) && disk.isFile(file);
  }

  @Override
  public InputStream open(Digest blob, long offset) {
    List<Span> parts = spans.get(blob);
    if (parts == null) {
      throw new BundleException("there is no blob %s in %s".formatted(blob, file));
    }
    // The file is one blob of its own for reading, and the parts are pieces of it.
    List<Recipe.Piece> pieces = new ArrayList<>();
    for (Span part : parts) {
      long skipped = Math.clamp(offset - part.start(), 0, part.bytes());
      if (skipped < part.bytes()) {
        pieces.add(new Recipe.Piece(blob, part.at() + skipped, part.bytes() - skipped));
      }
    }
    return new PiecesStream(pieces, new WholeFile(disk, file));
  }

  /** A file as the only blob there is. */
  private record WholeFile(Disk disk, Path file) implements BlobSource {
    @Override
    public boolean has(Digest blob) {
      return true;
    }

    @Override
    public InputStream open(Digest blob, long offset) {
      return Offsets.open(disk, file, offset);
    }
  }
}
