package dev.skerry.cli.sample;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes mono 16-bit PCM in a RIFF WAVE file (Microsoft, "Multimedia Programming Interface"). */
final class WavFile {
  private static final int HEADER_BYTES = 44;
  private static final short PCM = 1;

  private WavFile() {}

  static void write(Path file, short[] samples, int sampleRate) throws IOException {
    int dataBytes = samples.length * Short.BYTES;
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(tag("RIFF")).putInt(HEADER_BYTES - 8 + dataBytes).put(tag("WAVE"));
    bytes.put(tag("fmt ")).putInt(16).putShort(PCM).putShort((short) 1); // one channel
    bytes.putInt(sampleRate).putInt(sampleRate * Short.BYTES); // bytes per second
    bytes.putShort((short) Short.BYTES).putShort((short) Short.SIZE);
    bytes.put(tag("data")).putInt(dataBytes);
    bytes.asShortBuffer().put(samples);
    Files.write(file, bytes.array());
  }

  private static byte[] tag(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }
}
