package dev.skerry.bundle.blob;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.release.Recipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.function.LongConsumer;

/** Puts files together from blobs, streaming; only what has the recipe's digest gets a name. */
public final class Assembler {
  private Assembler() {}

  /**
   * Makes {@code file}, whose folder exists; an older one of the name is replaced. The file is
   * durable when this returns, and whole and checked as soon as it has its name.
   *
   * @throws TrustException if the digest differs; nothing of it is kept
   * @throws dev.skerry.bundle.BundleException if a blob is missing or too short
   */
  public static void assemble(Disk disk, Recipe recipe, BlobSource blobs, Path file) {
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    disk.delete(unfinished);
    try {
      write(disk, recipe, blobs, unfinished);
    } catch (RuntimeException e) {
      disk.delete(unfinished);
      throw e;
    }
    disk.rename(unfinished, file);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      disk.syncFolder(folder);
    }
  }

  private static void write(Disk disk, Recipe recipe, BlobSource blobs, Path unfinished) {
    try (Disk.Output out = disk.append(unfinished);
        InputStream in = new PiecesStream(recipe.pieces(), blobs)) {
      MessageDigest digest = Digest.algorithm();
      byte[] chunk = new byte[BlobWriter.CHUNK_BYTES];
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        digest.update(chunk, 0, count);
        out.write(chunk, 0, count);
      }
      require(recipe, Digest.finish(digest));
      out.sync();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads the whole file that {@code recipe} makes, and checks it, without keeping it.
   *
   * @param progress is told how many bytes were read each time
   * @throws TrustException if the digest differs
   */
  public static void verify(Recipe recipe, BlobSource blobs, LongConsumer progress) {
    try (InputStream in = new PiecesStream(recipe.pieces(), blobs)) {
      MessageDigest digest = Digest.algorithm();
      byte[] chunk = new byte[BlobWriter.CHUNK_BYTES];
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        digest.update(chunk, 0, count);
        progress.accept(count);
      }
      require(recipe, Digest.finish(digest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void require(Recipe recipe, Digest found) {
    if (!found.equals(recipe.digest())) {
      throw new TrustException(
          "the file that was put together has the digest %s, and %s was expected; it is not used"
              .formatted(found.brief(), recipe.digest().brief()));
    }
  }
}
