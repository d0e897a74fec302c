package dev.skerry.bundle.pack;

import dev.skerry.bundle.BundleException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Packs model files for the air and the store, and unpacks them: lossless, the same bytes
 * everywhere, at most {@link #MAX_OVERHEAD} bytes larger than the file.
 *
 * <p>General compressors see the bytes of weights as text. Here weights are taken as the numbers
 * that they are: 8-bit and 4-bit ones, and wider ones with few distinct values, as levels in the
 * order of their values; other wide ones as planes of bytes; both predicted from their neighbours
 * in the tensor. What is around them goes through a model for text. Everything drives one
 * arithmetic coder. A file that is no ONNX file is packed as text.
 *
 * <p>The form: {@code SKP1}, a byte that is 0 for a file as it is and 1 for a coded one, the file's
 * length as 8 bytes (big-endian), and the content. It carries no digest: whoever unpacks has that
 * of the file.
 */
public final class Packer {
  /** What packing adds at most, in bytes. */
  public static final int MAX_OVERHEAD = 13;

  private static final byte[] MAGIC = {'S', 'K', 'P', '1'};
  private static final int AS_IT_IS = 0;
  private static final int CODED = 1;
  private static final int CHUNK_BYTES = 1 << 16;

  private Packer() {}

  /** The packed form of {@code file}, which is shorter than 2 GiB. */
  public static byte[] pack(Path file) {
    try {
      return pack(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The packed form of {@code file}. */
  public static byte[] pack(byte[] file) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    head(out, CODED, file.length);
    BitEncoder encoder = new BitEncoder(out);
    SegmentCoder coder = new SegmentCoder(encoder);
    List<Segment> segments = Segments.of(file);
    byte[] table = SegmentTable.write(segments);
    coder.plain(number(table.length, 4));
    coder.plain(table);
    int at = 0;
    for (Segment segment : segments) {
      coder.code(segment, Arrays.copyOfRange(file, at, at + segment.length()));
      at += segment.length();
    }
    encoder.finish();
    if (out.size() < file.length + MAX_OVERHEAD) {
      return out.toByteArray();
    }
    out.reset();
    head(out, AS_IT_IS, file.length);
    out.writeBytes(file);
    return out.toByteArray();
  }

  private static void head(ByteArrayOutputStream out, int form, long bytes) {
    out.writeBytes(MAGIC);
    out.write(form);
    out.writeBytes(number(bytes, 8));
  }

  private static byte[] number(long value, int bytes) {
    byte[] number = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      number[i] = (byte) (value >>> 8 * (bytes - 1 - i));
    }
    return number;
  }

  private static long number(byte[] bytes, int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      number = number << 8 | bytes[i] & 0xFF;
    }
    return number;
  }

  /**
   * Unpacks a file. Takes at most 64 MB of memory whatever it is given, and time by the bytes it
   * makes. What it makes is not trusted until its digest was checked.
   *
   * @param packed read to its end, as far as it is needed; not closed
   * @param bytes that the file has; another length is refused before anything is made
   * @param out is not closed
   * @throws BundleException if it is not a packed file of so many bytes
   * @throws IOException if reading or writing fails
   */
  public static void unpack(InputStream packed, long bytes, OutputStream out) throws IOException {
    byte[] head = packed.readNBytes(MAX_OVERHEAD);
    if (head.length < MAX_OVERHEAD || !Arrays.equals(MAGIC, Arrays.copyOf(head, MAGIC.length))) {
      throw new BundleException("this is not a packed file: it does not begin as one");
    }
    long found = number(head, MAGIC.length + 1, MAX_OVERHEAD);
    if (found != bytes) {
      throw new BundleException(
          "the packed file is of a file of %,d bytes, and one of %,d was expected"
              .formatted(found, bytes));
    }
    switch (head[MAGIC.length]) {
      case AS_IT_IS -> copy(packed, bytes, out);
      case CODED -> decode(packed, bytes, out);
      default ->
          throw new BundleException(
              "the packed file has the form %d, which this version of Skerry does not know; update it"
                  .formatted(head[MAGIC.length]));
    }
  }

  private static void copy(InputStream packed, long bytes, OutputStream out) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    for (long left = bytes; left > 0; ) {
      int count = packed.read(chunk, 0, (int) Math.min(chunk.length, left));
      if (count < 0) {
        throw new BundleException("the packed file was cut off; get it again");
      }
      out.write(chunk, 0, count);
      left -= count;
    }
  }

  private static void decode(InputStream packed, long bytes, OutputStream out) throws IOException {
    SegmentCoder coder = new SegmentCoder(new BitDecoder(packed));
    byte[] length = new byte[4];
    coder.plain(length);
    long table = number(length, 0, 4);
    if (table > SegmentTable.MAX_BYTES) {
      throw new BundleException(
          "this is not a packed file: its list of parts has %,d bytes".formatted(table));
    }
    byte[] list = new byte[(int) table];
    coder.plain(list);
    for (Segment segment : SegmentTable.read(list, bytes)) {
      byte[] content = new byte[segment.length()];
      coder.code(segment, content);
      out.write(content);
    }
  }
}
