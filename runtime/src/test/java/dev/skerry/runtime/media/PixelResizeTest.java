package dev.skerry.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PixelResizeTest {
  /**
   * Every {@code step}-th value of a resized pattern.
   *
   * @param smooth which of the two patterns
   */
  @SuppressWarnings("ArrayRecordComponent") // a row of the table
  record Case(
      int height, int width, int toHeight, int toWidth, boolean smooth, int step, int... pillow) {}

  // Made with Pillow 12.3:
  //   y, x, c = np.ogrid[:h, :w, :3]
  //   a = (y * 37 + x * 91 + c * 53 + y * x * 7) % 256        # smooth: (y*3 + x*2 + c*40) // 8 %
  // 256
  //   Image.fromarray(a.astype('uint8')).resize((W, H), Image.BILINEAR)), flattened, [::step]
  // spotless:off
  static Stream<Case> cases() {
    return Stream.of(
        new Case(7, 5, 3, 2, false, 1, 104,132,142,124,135,130,125,129,144,139,140,134,134,134,127,152,132,125),
        new Case(32, 32, 8, 8, false, 7, 121,118,126,119,131,107,121,133,140,122,119,138,125,132,125,131,133,131,124,134,128,128,142,127,122,129,132,138),
        new Case(4, 3, 7, 5, false, 2, 0,106,89,91,197,199,182,32,66,50,156,160,163,115,162,34,140,126,132,238,101,229,79,109,96,151,210,141,119,56,77,183,165,182,32,137,32,138,151,142,145,96,119,123,114,111,217,106,223,73,87,79,185),
        new Case(5, 4, 5, 9, false, 3, 0,15,56,96,137,177,118,45,17,37,53,97,140,184,228,172,101,75,74,92,138,171,104,36,69,115,133,111,130,179,215,151,87,123,172,191,148,125,64,18,71,123,176,229,249),
        new Case(9, 17, 4, 23, false, 11, 31,83,151,132,165,148,139,115,118,136,123,158,157,142,137,141,133,150,97,115,127,133,126,129,99,122),
        new Case(480, 640, 240, 320, true, 9973, 0,75,149,50,124,199,100,174,89,149,224,139,199,114,189,249,164,239,43,214,32,189,8,82),
        new Case(375, 500, 224, 224, true, 6007, 0,127,130,118,121,124,112,115,118,106,109,112,100,103,106,95,98,225,213,216,219,207,210,213,201,204),
        new Case(256, 341, 96, 96, true, 997, 0,47,94,43,90,53,86,49,96,45,92,54,87,50,97,130,93,140,89,136,99,132,95,142,90,137,100,133));
  }
  // spotless:on

  private static Pixels pattern(Case c) {
    byte[] values = new byte[c.height * c.width * 3];
    int at = 0;
    for (int y = 0; y < c.height; y++) {
      for (int x = 0; x < c.width; x++) {
        for (int channel = 0; channel < 3; channel++) {
          int rough = y * 37 + x * 91 + channel * 53 + y * x * 7;
          values[at++] = (byte) (c.smooth ? (y * 3 + x * 2 + channel * 40) / 8 : rough);
        }
      }
    }
    return new Pixels(c.height, c.width, 3, values);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void to_anySize_equalsPillowToOneGreyLevel(Case c) {
    byte[] resized = PixelResize.to(c.toHeight, c.toWidth, pattern(c)).values();

    assertThat(resized).hasSize(c.toHeight * c.toWidth * 3);
    for (int i = 0; i < c.pillow.length; i++) {
      assertThat(Math.abs((resized[i * c.step] & 0xFF) - c.pillow[i]))
          .as("value %d", i)
          .isLessThanOrEqualTo(1);
    }
  }
}
