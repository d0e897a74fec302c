package dev.skerry.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.SkerryException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class ImageDecoderTest {
  /**
   * 8 x 8 pixels of CMYK (55, 155, 205, 0) with Adobe's marker at byte 2, made with Pillow 12.3:
   * Image.new('RGB', (8, 8), (200, 100, 50)).convert('CMYK').save(file, 'JPEG', quality=50).
   */
  private static final String CMYK =
      "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAQCwwODAoQDg0OEhEQExgoGhgWFhgxIyUdKDozPTw5Mzg3QEhcTkBE"
          + "V0U3OFBtUVdfYmdoZz5NcXlwZHhcZWdj/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAA"
          + "AAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNC"
          + "scEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6"
          + "g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq"
          + "8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwDpKo1zFegV/9k=";

  private static Pixels decode(String name, byte... file) {
    return ImageDecoder.decode(name, file, MediaLimits.DATA.pixels(), false, (_, _) -> 1);
  }

  @Test
  void decode_png_keepsStoredValues() throws IOException {
    BufferedImage image = MadeMedia.plain(BufferedImage.TYPE_INT_RGB, 3, 2, 0x0A141E);
    image.setRGB(2, 1, 0xFF8001);

    Pixels pixels = decode("a.png", MadeMedia.encoded(image, "png"));

    assertThat(pixels.height()).isEqualTo(2);
    assertThat(pixels.width()).isEqualTo(3);
    assertThat(Arrays.copyOf(pixels.values(), 3)).containsExactly(10, 20, 30);
    assertThat(Arrays.copyOfRange(pixels.values(), 15, 18)).containsExactly(255, 128, 1);
  }

  @Test
  void decode_gray_isNotGammaCorrected() throws IOException {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(0, 0, 0, 100);
    BufferedImage deep = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setSample(0, 0, 0, 100 * 256 + 7);

    assertThat(decode("a", MadeMedia.encoded(image, "png")).values()).containsExactly(100);
    assertThat(decode("a", MadeMedia.encoded(deep, "png")).rgb().values())
        .containsExactly(100, 100, 100);
  }

  @Test
  void decode_alpha_isDropped() throws IOException {
    BufferedImage image = MadeMedia.plain(BufferedImage.TYPE_INT_ARGB, 1, 1, 0x40112233);

    assertThat(decode("a", MadeMedia.encoded(image, "png")).values())
        .containsExactly(0x11, 0x22, 0x33);
  }

  @Test
  void decode_paletteAndBits_becomeColours() throws IOException {
    BufferedImage palette = MadeMedia.plain(BufferedImage.TYPE_BYTE_INDEXED, 1, 1, 0xFF0000);
    BufferedImage bits = MadeMedia.plain(BufferedImage.TYPE_BYTE_BINARY, 1, 1, 0xFFFFFF);

    assertThat(decode("a", MadeMedia.encoded(palette, "gif")).values()).containsExactly(255, 0, 0);
    assertThat(decode("a", MadeMedia.encoded(bits, "png")).gray().values()).containsExactly(255);
  }

  @Test
  void decode_jpeg_isClose() throws IOException {
    byte[] file =
        MadeMedia.encoded(MadeMedia.plain(BufferedImage.TYPE_INT_RGB, 16, 16, 0x808080), "jpg");

    for (byte value : decode("a.jpg", file).values()) {
      assertThat(value & 0xFF).isBetween(126, 130);
    }
  }

  private static byte[] firstPixel(byte... jpeg) {
    return Arrays.copyOf(decode("a.jpg", jpeg).values(), 3);
  }

  @Test
  void decode_fourInks_becomeWhatPillowMakesOfThem() {
    byte[] inks = Base64.getDecoder().decode(CMYK);
    byte[] ycck = inks.clone();
    ycck[17] = 2;
    byte[] unmarked = new byte[inks.length - 16];
    System.arraycopy(inks, 0, unmarked, 0, 2);
    System.arraycopy(inks, 18, unmarked, 2, unmarked.length - 2);

    assertThat(firstPixel(inks)).containsExactly(200, 100, 50);
    assertThat(firstPixel(ycck)).containsExactly(164, 0, 105);
    assertThat(firstPixel(unmarked)).containsExactly(200, 100, 50);
  }

  @Test
  void decode_damaged_namesTheFile() throws IOException {
    byte[] png =
        MadeMedia.encoded(MadeMedia.plain(BufferedImage.TYPE_INT_RGB, 64, 64, 0x123456), "png");

    assertThatThrownBy(() -> decode("b.png", Arrays.copyOf(png, png.length / 2)))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("b.png");
    assertThatThrownBy(() -> decode("c.jpg", new byte[200]))
        .hasMessageContaining("c.jpg: the content is none of JPEG");
  }

  @Test
  void gray_usesLuma() {
    Pixels pixels = new Pixels(1, 1, 3, new byte[] {(byte) 200, 100, 50});

    assertThat(pixels.gray().values()[0] & 0xFF).isEqualTo(124);
  }
}
