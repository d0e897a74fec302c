package dev.skerry.runtime.media;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A recording with one channel.
 *
 * @param sampleRate samples per second
 * @param samples in the units of 16-bit samples, -32768 to 32768, whatever the file's width
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy per recording would cost
public record Wave(int sampleRate, float[] samples) {
  static final int RIFF = 0x46464952;
  static final int WAVE = 0x45564157;
  static final int FORMAT = 0x20746d66;
  static final int DATA = 0x61746164;
  private static final int PCM = 1;

  /** Samples per second; more would be no sound, and slow to resample. */
  private static final int MAX_RATE = 768_000;

  static final int FLOAT = 3;
  private static final int EXTENSIBLE = 0xFFFE;

  /** How the samples of a file are stored ({@code fmt} chunk). */
  record Format(int code, int channels, int rate, int bits) {
    int frameBytes() {
      return channels * bits / 8;
    }
  }

  /**
   * Decodes a RIFF WAVE file: PCM of 8, 16, 24 or 32 bits, or float of 32 or 64; channels are
   * averaged.
   *
   * @param name the file, for messages
   * @param maxSamples a longer recording is refused; all channels are counted
   */
  public static Wave decode(String name, byte[] file, long maxSamples) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    try {
      int riff = bytes.getInt();
      bytes.getInt();
      if (riff != RIFF || bytes.getInt() != WAVE) {
        throw unreadable(name, "it does not begin as RIFF WAVE does");
      }
      return chunks(name, bytes, maxSamples);
    } catch (BufferUnderflowException _) {
      throw unreadable(name, "it ends early, after " + file.length + " bytes");
    }
  }

  static SkerryException unreadable(String name, String why) {
    return new SkerryException(
        ErrorCode.BAD_DATA,
        "cannot decode the recording %s: %s; store it as PCM or float WAV".formatted(name, why));
  }

  private static Wave chunks(String name, ByteBuffer bytes, long maxSamples) {
    Format format = null;
    while (true) {
      int id = bytes.getInt();
      long size = bytes.getInt() & 0xFFFF_FFFFL;
      if (id == DATA && format != null) {
        // Writers that stream leave the size open (0 or 0xFFFFFFFF): then the rest of the file.
        boolean open = size == 0xFFFF_FFFFL || (size == 0 && bytes.hasRemaining());
        if (!open && size > bytes.remaining()) {
          throw unreadable(
              name, "its data should be " + size + " bytes, but " + bytes.remaining() + " follow");
        }
        requireBelow(name, format, open ? bytes.remaining() : size, maxSamples);
        return samples(
            format, bytes.slice().order(ByteOrder.LITTLE_ENDIAN), open ? -1 : (int) size);
      }
      if (size > bytes.remaining()) {
        throw new BufferUnderflowException();
      }
      if (id == FORMAT) {
        format = format(name, bytes.slice(bytes.position(), (int) size));
      }
      bytes.position((int) Math.min(bytes.limit(), bytes.position() + size + (size & 1)));
    }
  }

  private static void requireBelow(String name, Format format, long bytes, long maxSamples) {
    long samples = bytes * 8 / format.bits();
    if (samples > maxSamples) {
      throw unreadable(
          name, "it has " + samples + " samples, the limit is " + maxSamples + "; cut it");
    }
  }

  static Format format(String name, ByteBuffer chunk) {
    ByteBuffer fields = chunk.order(ByteOrder.LITTLE_ENDIAN);
    int code = fields.getShort() & 0xFFFF;
    int channels = fields.getShort() & 0xFFFF;
    int rate = fields.getInt();
    fields.position(14);
    int bits = fields.getShort() & 0xFFFF;
    if (code == EXTENSIBLE) {
      fields.position(24);
      code = fields.getShort() & 0xFFFF;
    }
    boolean known =
        (code == PCM && (bits == 8 || bits == 16 || bits == 24 || bits == 32))
            || (code == FLOAT && (bits == 32 || bits == 64));
    if (!known || channels == 0 || rate <= 0 || rate > MAX_RATE) {
      throw unreadable(
          name,
          "format %d with %d bits, %d channels, %d Hz is not supported"
              .formatted(code, bits, channels, rate));
    }
    return new Format(code, channels, rate, bits);
  }

  private static Wave samples(Format format, ByteBuffer data, int size) {
    int bytes = size < 0 ? data.remaining() : size;
    float[] samples = new float[bytes / format.frameBytes()];
    int step = format.bits() / 8;
    for (int i = 0; i < samples.length; i++) {
      double sum = 0;
      for (int channel = 0; channel < format.channels(); channel++) {
        sum += sample(format, data, i * format.frameBytes() + channel * step);
      }
      samples[i] = (float) (sum / format.channels());
    }
    return new Wave(format.rate(), samples);
  }

  static double sample(Format format, ByteBuffer data, int at) {
    if (format.code() == FLOAT) {
      return 32768 * (format.bits() == 32 ? data.getFloat(at) : data.getDouble(at));
    }
    return switch (format.bits()) {
      case 8 -> ((data.get(at) & 0xFF) - 128) * 256;
      case 16 -> data.getShort(at);
      case 24 -> ((data.get(at + 2) << 16) | (data.getShort(at) & 0xFFFF)) / 256.0;
      default -> data.getInt(at) / 65536.0;
    };
  }

  /**
   * This recording at another rate: each new sample is a mean of the old ones under a sinc, cut off
   * below the lower of both Nyquist frequencies, under a Hann window of {@value #LOBES} lobes to
   * each side.
   *
   * @param length samples of the new recording: cut there, or zeros behind it
   */
  Wave atRate(int rate, int length) {
    if (rate == sampleRate) {
      return new Wave(rate, Arrays.copyOf(samples, length));
    }
    double ratio = (double) sampleRate / rate;
    double cutoff = PASS / Math.max(1, ratio);
    double reach = LOBES / cutoff;
    float[] changed = new float[length];
    long known = Math.max(1, Math.round(samples.length / ratio));
    for (int i = 0; i < Math.min(known, length); i++) {
      changed[i] = (float) around(i * ratio, cutoff, reach);
    }
    return new Wave(rate, changed);
  }

  /** As {@link #atRate(int, int)}, as long as this one. */
  public Wave atRate(int rate) {
    return atRate(rate, (int) Math.round((double) samples.length * rate / sampleRate));
  }

  private static final int LOBES = 32;

  /** Share of the lower Nyquist frequency that passes; the rest is the filter's slope. */
  private static final double PASS = 0.94;

  private double around(double center, double cutoff, double reach) {
    int begin = Math.max(0, (int) Math.ceil(center - reach));
    int end = Math.min(samples.length - 1, (int) Math.floor(center + reach));
    double sum = 0;
    double weights = 0;
    for (int i = begin; i <= end; i++) {
      double distance = i - center;
      double x = Math.PI * distance * cutoff;
      double sinc = Math.abs(x) < 1e-9 ? 1 : Math.sin(x) / x;
      double weight = sinc * (0.5 + 0.5 * Math.cos(Math.PI * distance / reach));
      sum += weight * samples[i];
      weights += weight;
    }
    return weights == 0 ? 0 : sum / weights;
  }
}
