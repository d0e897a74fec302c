package dev.skerry.bundle.archive;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.blob.BlobSource;
import dev.skerry.bundle.release.ManifestCodec;
import dev.skerry.bundle.release.Release;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes {@code .release} files: the same bytes for the same release, whenever and wherever. */
public final class ArchiveWriter {
  /**
   * What every entry says of its time. For the first minute of 1980 the JDK adds a field that
   * depends on the time zone.
   */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private static final int CHUNK_BYTES = 1 << 16;

  private ArchiveWriter() {}

  /**
   * Writes {@code release} and its blobs.
   *
   * @param out is not closed
   */
  public static void write(Release release, BlobSource blobs, OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    byte[] manifest = ManifestCodec.write(release);
    CRC32 sum = new CRC32();
    sum.update(manifest);
    zip.putNextEntry(entry(ReleaseArchive.MANIFEST, manifest.length, sum));
    zip.write(manifest);
    zip.closeEntry();
    for (Map.Entry<Digest, Long> blob : release.blobs().entrySet()) {
      add(blob.getKey(), blob.getValue(), blobs, zip);
    }
    zip.finish();
  }

  private static void add(Digest blob, long bytes, BlobSource blobs, ZipOutputStream zip)
      throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    CRC32 sum = new CRC32(); // of a stored entry it is written first
    try (InputStream in = blobs.open(blob, 0)) {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        sum.update(chunk, 0, count);
      }
    }
    zip.putNextEntry(entry(ReleaseArchive.entryName(blob), bytes, sum));
    try (InputStream in = blobs.open(blob, 0)) {
      in.transferTo(zip);
    }
    zip.closeEntry();
  }

  private static ZipEntry entry(String name, long bytes, CRC32 sum) {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes);
    entry.setCrc(sum.getValue());
    entry.setTimeLocal(TIME);
    return entry;
  }
}
