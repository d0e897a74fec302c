package dev.skerry.runtime.media;

import dev.skerry.graph.SkerryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Sound that comes bit by bit, one channel; whoever has the stream of bytes closes that. */
public final class WaveStream {
  private static final int CHUNK_HEAD_BYTES = 8;

  /** Chunks before the samples, such as a title. */
  private static final int MOST_HEAD_BYTES = 1 << 20;

  private final InputStream bytes;
  private final Wave.Format format;

  /** Bytes of samples that are to come; as many as come when negative. */
  private long left;

  private WaveStream(InputStream bytes, Wave.Format format, long left) {
    this.bytes = bytes;
    this.format = format;
    this.left = left;
  }

  /** Floats of 32 bits, little-endian, from -1 to 1, without any header. */
  public static WaveStream floats(InputStream bytes, int sampleRate) {
    return new WaveStream(bytes, new Wave.Format(Wave.FLOAT, 1, sampleRate, Float.SIZE), -1);
  }

  /**
   * A RIFF WAVE file as {@link Wave#decode} reads it; returns when its samples begin.
   *
   * @param name the file, for messages
   * @throws SkerryException BAD_DATA if it is none
   */
  public static WaveStream of(String name, InputStream bytes) throws IOException {
    ByteBuffer riff = read(name, bytes, CHUNK_HEAD_BYTES + Integer.BYTES);
    if (riff.getInt(0) != Wave.RIFF || riff.getInt(CHUNK_HEAD_BYTES) != Wave.WAVE) {
      throw Wave.unreadable(name, "it does not begin as RIFF WAVE does");
    }
    Wave.Format format = null;
    for (int head = 0; head <= MOST_HEAD_BYTES; ) {
      ByteBuffer chunk = read(name, bytes, CHUNK_HEAD_BYTES);
      int id = chunk.getInt();
      long size = chunk.getInt() & 0xFFFF_FFFFL;
      if (id == Wave.DATA && format != null) {
        return new WaveStream(bytes, format, size == 0 || size == 0xFFFF_FFFFL ? -1 : size);
      }
      if (size > MOST_HEAD_BYTES) {
        break;
      }
      ByteBuffer content = read(name, bytes, (int) (size + (size & 1)));
      if (id == Wave.FORMAT) {
        format = format(name, content);
      }
      head += CHUNK_HEAD_BYTES + (int) size;
    }
    throw Wave.unreadable(
        name, "its samples do not begin within %,d bytes".formatted(MOST_HEAD_BYTES));
  }

  private static Wave.Format format(String name, ByteBuffer chunk) {
    try {
      return Wave.format(name, chunk);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw Wave.unreadable(name, "its format has only %d bytes".formatted(chunk.limit()));
    }
  }

  private static ByteBuffer read(String name, InputStream bytes, int count) throws IOException {
    byte[] read = bytes.readNBytes(count);
    if (read.length < count) {
      throw Wave.unreadable(name, "it ends before its samples begin");
    }
    return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Samples per second. */
  public int sampleRate() {
    return format.rate();
  }

  /**
   * Reads until {@code into} is full or the stream ends; channels are averaged.
   *
   * @param into in the units of 16-bit samples
   * @return how many samples there were; fewer at the end alone
   */
  public int read(float[] into) throws IOException {
    int frame = format.frameBytes();
    long wanted = (long) into.length * frame;
    byte[] read = bytes.readNBytes((int) (left < 0 ? wanted : Math.min(left, wanted)));
    left -= left < 0 ? 0 : read.length;
    ByteBuffer data = ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
    int step = format.bits() / Byte.SIZE;
    int count = read.length / frame;
    for (int i = 0; i < count; i++) {
      double sum = 0;
      for (int channel = 0; channel < format.channels(); channel++) {
        sum += Wave.sample(format, data, i * frame + channel * step);
      }
      into[i] = (float) (sum / format.channels());
    }
    return count;
  }
}
