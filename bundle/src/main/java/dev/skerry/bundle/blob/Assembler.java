package dev.skerry.bundle.blob;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.pack.Packer;
import dev.skerry.bundle.release.Recipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
    make(
        disk,
        recipe,
        file,
        out -> {
          try (InputStream in = new PiecesStream(recipe.pieces(), blobs)) {
            in.transferTo(out);
          }
        });
  }

  /**
   * Makes {@code file} of its packed form, with the same care.
   *
   * @throws TrustException if the digest differs; nothing of it is kept
   * @throws dev.skerry.bundle.BundleException if the blob is missing or no packed form of the file
   */
  public static void unpack(Disk disk, Recipe recipe, Digest packed, BlobSource blobs, Path file) {
    make(
        disk,
        recipe,
        file,
        out -> {
          try (InputStream in = blobs.open(packed, 0)) {
            Packer.unpack(in, recipe.bytes(), out);
          }
        });
  }

  /** Something that writes a file's content. */
  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private static void make(Disk disk, Recipe recipe, Path file, Content content) {
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    disk.delete(unfinished);
    try {
      write(disk, recipe, content, unfinished);
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

  private static void write(Disk disk, Recipe recipe, Content content, Path unfinished) {
    try (Disk.Output out = disk.append(unfinished)) {
      MessageDigest digest = Digest.algorithm();
      content.writeTo(new Checked(out, digest));
      require(recipe, Digest.finish(digest));
      out.sync();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes through a digest. */
  private static final class Checked extends OutputStream {
    private final Disk.Output out;
    private final MessageDigest digest;

    Checked(Disk.Output out, MessageDigest digest) {
      this.out = out;
      this.digest = digest;
    }

    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] content, int offset, int length) {
      digest.update(content, offset, length);
      out.write(content, offset, length);
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
