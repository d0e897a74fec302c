package dev.skerry.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class WaveTest {
  private static Wave decode(String name, byte... file) {
    return Wave.decode(name, file, MediaLimits.DATA.samples());
  }

  @Test
  void decode_everyWidth_givesUnitsOf16Bits() {
    byte[] half = {0, 0, 0, 0x3F}; // 0.5f

    assertThat(decode("a", MadeMedia.wav(1, 1, 8000, 8, (byte) 192)).samples())
        .containsExactly(16384);
    assertThat(decode("a", MadeMedia.wav(1, 1, 8000, 16, (byte) 0, (byte) 0xC0)).samples())
        .containsExactly(-16384);
    assertThat(
            decode("a", MadeMedia.wav(1, 1, 8000, 24, (byte) 0, (byte) 0, (byte) 0xC0)).samples())
        .containsExactly(-16384);
    assertThat(decode("a", MadeMedia.wav(1, 1, 8000, 32, new byte[] {0, 0, 0, 64})).samples())
        .containsExactly(16384);
    assertThat(decode("a", MadeMedia.wav(3, 1, 8000, 32, half)).samples()).containsExactly(16384);
  }

  @Test
  void decode_stereo_isAveraged() {
    Wave wave = decode("a", MadeMedia.wav(1, 2, 8000, 16, new byte[] {0, 2, 0, 4}));

    assertThat(wave.samples()).containsExactly(768);
    assertThat(wave.sampleRate()).isEqualTo(8000);
  }

  @Test
  void decode_damaged_namesTheFile() {
    byte[] whole = MadeMedia.wav(1, 1, 8000, 16, new byte[100]);

    assertThatThrownBy(() -> decode("x.wav", Arrays.copyOf(whole, 30)))
        .hasMessageContaining("x.wav")
        .hasMessageContaining("ends early");
    assertThatThrownBy(() -> decode("x.wav", Arrays.copyOf(whole, 100)))
        .hasMessageContaining("100 bytes, but 56 follow");
    assertThatThrownBy(() -> decode("x.wav", MadeMedia.wav(85, 1, 8000, 16, new byte[4])))
        .hasMessageContaining("format 85");
    assertThatThrownBy(() -> decode("x.wav", new byte[50])).hasMessageContaining("RIFF");
  }

  private static Wave sine(int rate, double hertz, int count) {
    float[] samples = new float[count];
    for (int i = 0; i < count; i++) {
      samples[i] = (float) (10000 * Math.sin(2 * Math.PI * hertz * i / rate));
    }
    return new Wave(rate, samples);
  }

  @Test
  void atRate_toneInBand_keepsItsShape() {
    Wave expected = sine(8000, 1000, 8000);
    Wave halved = sine(16000, 1000, 16000).atRate(8000, 8000);
    Wave raised = sine(11025, 1000, 11025).atRate(8000, 8000);

    assertThat(halved.samples()).hasSize(8000);
    for (int i = 200; i < 7800; i++) {
      assertThat(halved.samples()[i]).isCloseTo(expected.samples()[i], Offset.offset(20f));
      assertThat(raised.samples()[i]).isCloseTo(expected.samples()[i], Offset.offset(20f));
    }
  }

  @Test
  void atRate_toneAboveNewNyquist_isGone() {
    Wave halved = sine(16000, 5000, 16000).atRate(8000, 8000);

    for (int i = 200; i < 7800; i++) {
      assertThat(Math.abs(halved.samples()[i])).isLessThan(30);
    }
  }
}
