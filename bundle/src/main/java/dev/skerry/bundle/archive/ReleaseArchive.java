package dev.skerry.bundle.archive;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.blob.BlobSource;
import dev.skerry.bundle.blob.BlobStore;
import dev.skerry.bundle.release.ManifestCodec;
import dev.skerry.bundle.release.Release;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .release} file: a ZIP of stored entries, {@code manifest.json} and {@code
 * blobs/sha256/<first two digits>/<digest>}.
 *
 * <p>Opening holds it to that form and to its manifest: every blob of the manifest is there with
 * its size, and nothing else is. Nothing is unpacked, no name becomes a path, and entries are not
 * compressed, so an archive takes no more memory or disk than its own size. Digests are checked by
 * {@link #verifyBlobs}, or by whoever stores the blobs.
 */
public final class ReleaseArchive implements BlobSource, AutoCloseable {
  /** The entry that holds the manifest. */
  static final String MANIFEST = "manifest.json";

  /** Most entries. */
  static final int MAX_ENTRIES = 100_000;

  /** Largest directory at the end of the file, in bytes. */
  private static final long MAX_DIRECTORY_BYTES = 64L << 20;

  /** Bytes of the record that ends a ZIP without a comment (APPNOTE 4.3.16). */
  private static final int END_BYTES = 22;

  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_DIRECTORY_BYTES = 12;
  private static final int CHUNK_BYTES = 1 << 16;

  private final Path file;
  private final ZipFile zip;
  private final Map<String, ZipEntry> entries = new HashMap<>();
  private final byte[] manifest;
  private final Release release;

  @SuppressWarnings("MustBeClosedChecker") // closed with the archive, or here
  private ReleaseArchive(Path file, ZipFile zip) throws IOException {
    this.file = file;
    this.zip = zip;
    index();
    this.manifest = readManifest();
    this.release = ManifestCodec.read(manifest);
    requireBlobs();
  }

  /**
   * Opens an archive; the caller closes it.
   *
   * @throws BundleException if it is not a release, naming what is wrong
   */
  public static ReleaseArchive open(Path file) {
    try {
      requireEnd(file);
      ZipFile zip = new ZipFile(file.toFile());
      try {
        return new ReleaseArchive(file, zip);
      } catch (RuntimeException | IOException e) {
        zip.close();
        throw e;
      }
    } catch (ZipException | EOFException e) {
      throw wrong(file, "it is no ZIP that can be read: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Looks at the end of the file before anything is read into memory. */
  private static void requireEnd(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BundleException("there is no file " + file);
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      if (in.length() < END_BYTES) {
        throw wrong(file, "it is too short", null);
      }
      byte[] end = new byte[END_BYTES];
      in.seek(in.length() - END_BYTES);
      in.readFully(end);
      ByteBuffer record = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN);
      long directory = Integer.toUnsignedLong(record.getInt(END_DIRECTORY_BYTES));
      if (record.getInt(0) != END_SIGNATURE) {
        throw wrong(file, "it is no ZIP, or was cut off, or has something behind its end", null);
      }
      if (directory > MAX_DIRECTORY_BYTES) {
        throw wrong(
            file,
            "its directory has %,d bytes, above the limit of %,d"
                .formatted(directory, MAX_DIRECTORY_BYTES),
            null);
      }
    }
  }

  private void index() throws IOException {
    if (zip.size() > MAX_ENTRIES) {
      throw wrong("it has %,d entries, above the limit of %,d", zip.size(), MAX_ENTRIES);
    }
    long length = Files.size(file);
    long total = 0;
    for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(e -> (ZipEntry) e)::iterator) {
      boolean stored =
          entry.getMethod() == ZipEntry.STORED && entry.getSize() == entry.getCompressedSize();
      if (!stored) {
        throw wrong("entry '%s' is compressed, and only stored ones are taken", name(entry));
      }
      if (entries.put(entry.getName(), entry) != null) {
        throw wrong("entry '%s' is there twice", name(entry));
      }
      total += entry.getSize();
      if (entry.getSize() > length || total > length) {
        throw wrong("its entries are larger than the file: they overlap");
      }
    }
  }

  private static String name(ZipEntry entry) {
    String name = entry.getName();
    return name.substring(0, Math.min(100, name.length())).replaceAll("\\p{Cntrl}", "?");
  }

  private byte[] readManifest() throws IOException {
    ZipEntry entry = entries.get(MANIFEST);
    if (entry == null) {
      throw wrong("it holds no " + MANIFEST);
    }
    if (entry.getSize() > ManifestCodec.MAX_BYTES) {
      throw wrong(
          "its manifest has %,d bytes, above the limit of %,d",
          entry.getSize(), ManifestCodec.MAX_BYTES);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  /** The entries are the manifest's blobs and nothing else. */
  private void requireBlobs() {
    Map<Digest, Long> blobs = release.blobs();
    blobs.forEach((blob, bytes) -> {
      ZipEntry entry = entries.get(entryName(blob));
      if (entry == null) {
        throw wrong("the blob %s is missing", blob.brief());
      }
      if (entry.getSize() != bytes) {
        throw wrong(
            "the blob %s has %,d bytes and %,d were expected",
            blob.brief(), entry.getSize(), bytes);
      }
    });
    if (entries.size() > blobs.size() + 1) {
      List<String> known = blobs.keySet().stream().map(ReleaseArchive::entryName).toList();
      throw wrong(
          "entry '%s' is not in the manifest",
          entries.values().stream()
              .filter(entry -> !entry.getName().equals(MANIFEST))
              .filter(entry -> !known.contains(entry.getName()))
              .map(ReleaseArchive::name)
              .sorted()
              .findFirst()
              .orElse("?"));
    }
  }

  /** The entry that holds {@code blob}. */
  static String entryName(Digest blob) {
    return "blobs/" + BlobStore.path(blob);
  }

  /** The manifest's bytes, which are what gets signed. */
  public byte[] manifest() {
    return manifest.clone();
  }

  /** What the manifest says. */
  public Release release() {
    return release;
  }

  @Override
  public boolean has(Digest blob) {
    return entries.containsKey(entryName(blob));
  }

  @Override
  public InputStream open(Digest blob, long offset) {
    ZipEntry entry = entries.get(entryName(blob));
    if (entry == null) {
      throw new BundleException("there is no blob %s in %s".formatted(blob, file));
    }
    try {
      InputStream in = zip.getInputStream(entry);
      in.skipNBytes(offset);
      return in;
    } catch (ZipException | EOFException e) {
      throw wrong(file, "the blob %s cannot be read".formatted(blob.brief()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads every blob.
   *
   * @throws TrustException if one is not what its name says
   */
  public void verifyBlobs() {
    byte[] chunk = new byte[CHUNK_BYTES];
    for (Digest blob : release.blobs().keySet()) {
      MessageDigest digest = Digest.algorithm();
      try (InputStream in = open(blob, 0)) {
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
          digest.update(chunk, 0, count);
        }
      } catch (IOException e) {
        throw wrong(file, "the blob %s cannot be read".formatted(blob.brief()), e);
      }
      Digest found = Digest.finish(digest);
      if (!found.equals(blob)) {
        throw new TrustException(
            "%s is damaged: the blob %s has the digest %s; get the file again"
                .formatted(file, blob.brief(), found.brief()));
      }
    }
  }

  private BundleException wrong(String message, Object... values) {
    return wrong(file, message.formatted(values), null);
  }

  private static BundleException wrong(Path file, String message, @Nullable Throwable cause) {
    return new BundleException("%s is not a release: %s".formatted(file, message), cause);
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
