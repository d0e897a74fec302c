package dev.skerry.agent.serve;

import dev.skerry.agent.engine.MediaSpecs;
import dev.skerry.agent.traffic.Running;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.media.MediaInput;
import dev.skerry.runtime.media.MediaLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * A picture or a sound that shows nothing, as a caller would send it.
 *
 * @param type of content
 */
@SuppressWarnings("ArrayRecordComponent") // sent as it is, never compared
record WarmUpMedia(String type, byte[] body) {
  /**
   * A JPEG of 16 by 16 grey pixels, as javax.imageio writes it with Huffman tables for it alone.
   */
  private static final String GREY =
      "/9j/4AAQSkZJRgABAgAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwg"
          + "JC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIy"
          + "MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wAARCAAQABADASIAAhEBAxEB/8QA"
          + "FAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAUAQEAAAAAAAAAAAAAAAAA"
          + "AAAA/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AAA//2Q==";

  private static final int WAVE_HEAD_BYTES = 44;
  private static final int SAMPLES = 160;

  /** For the one input of {@code running}; empty when it takes neither, or keeps states. */
  static Optional<WarmUpMedia> of(Running running) {
    if (!running.own().states().isEmpty()) {
      return Optional.empty();
    }
    try {
      return MediaSpecs.input(running.release(), MediaLimits.REQUEST)
          .map(MediaInput::input)
          .map(input ->
              input.spec() instanceof InputSpec.Audio audio
                  ? new WarmUpMedia("audio/wav", silence(audio.sampleRate()))
                  : new WarmUpMedia("image/jpeg", Base64.getDecoder().decode(GREY)));
    } catch (SkerryException e) {
      return Optional.empty(); // a later version's description; callers are told
    }
  }

  /** A WAV file of one channel, 16 bits. */
  private static byte[] silence(int sampleRate) {
    int bytes = 2 * SAMPLES;
    ByteBuffer wave = ByteBuffer.allocate(WAVE_HEAD_BYTES + bytes).order(ByteOrder.LITTLE_ENDIAN);
    wave.put(ascii("RIFF")).putInt(WAVE_HEAD_BYTES - 8 + bytes).put(ascii("WAVEfmt "));
    wave.putInt(16).putShort((short) 1).putShort((short) 1);
    wave.putInt(sampleRate).putInt(2 * sampleRate).putShort((short) 2).putShort((short) 16);
    return wave.put(ascii("data")).putInt(bytes).array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
