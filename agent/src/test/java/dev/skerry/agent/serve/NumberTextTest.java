package dev.skerry.agent.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumberTextTest {
  private static String text(float value) {
    ByteSink sink = new ByteSink(0);
    NumberText.write(value, sink);
    return new String(sink.toByteArray(), StandardCharsets.UTF_8);
  }

  @Test
  void floats_readBackAsTheSame() {
    Random random = new Random(17);
    for (int i = 0; i < 300_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      float usual = (float) random.nextGaussian();
      assertThat(Float.parseFloat(text(usual))).isEqualTo(usual);
      if (Float.isFinite(value)) {
        assertThat(Float.parseFloat(text(value))).isEqualTo(value);
      }
    }
  }

  @Test
  void floats_areWrittenShort() {
    assertThat(text(0.1f)).isEqualTo("0.1");
    assertThat(text(-0.25f)).isEqualTo("-0.25");
    assertThat(text(1f)).isEqualTo("1.0");
    assertThat(text(0f)).isEqualTo("0.0");
    assertThat(text(-0f)).isEqualTo("-0.0");
    assertThat(text(255f)).isEqualTo("255.0");
    assertThat(text(100000f)).isEqualTo("100000.0");
    assertThat(text(12345678f)).isEqualTo("12345678.0");
    assertThat(text(2e-5f)).isEqualTo("0.00002");
    assertThat(text(0.9999999f)).isEqualTo("0.9999999");
    assertThat(text(3.4028235e38f)).isEqualTo("3.4028235E38");
    assertThat(text(Float.NaN)).isEqualTo("NaN");
    assertThat(text(Float.NEGATIVE_INFINITY)).isEqualTo("-Infinity");
  }
}
