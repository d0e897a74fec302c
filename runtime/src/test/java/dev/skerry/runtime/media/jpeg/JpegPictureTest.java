package dev.skerry.runtime.media.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JpegPictureTest {
  private static final MadeJpeg FULL = new MadeJpeg(1, 1, 0, false, 0.9f);
  private static final MadeJpeg PROGRESSIVE = new MadeJpeg(2, 2, 0, true, 0.8f);

  private static byte[] decode(int reduction, byte... file) throws IOException {
    return JpegPicture.open(file).orElseThrow().decode(reduction, false);
  }

  private static int greatestDifference(byte[] left, byte... right) {
    assertThat(left).hasSameSizeAs(right);
    int greatest = 0;
    for (int i = 0; i < left.length; i++) {
      greatest = Math.max(greatest, Math.abs((left[i] & 0xFF) - (right[i] & 0xFF)));
    }
    return greatest;
  }

  static Stream<MadeJpeg> kinds() {
    return Stream.of(
        FULL,
        new MadeJpeg(2, 1, 0, false, 0.5f),
        new MadeJpeg(2, 2, 0, false, 0.75f),
        new MadeJpeg(2, 2, 3, false, 1),
        new MadeJpeg(4, 1, 0, false, 0.75f),
        new MadeJpeg(1, 1, 0, true, 1),
        PROGRESSIVE);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void decode_everyKind_equalsTheJdksDecoder(MadeJpeg kind) throws IOException {
    for (int[] size : new int[][] {{64, 48}, {37, 29}, {7, 50}, {3, 1}, {1, 1}}) {
      byte[] file = kind.write(MadeJpeg.picture(BufferedImage.TYPE_INT_RGB, size[0], size[1]));

      JpegPicture picture = JpegPicture.open(file).orElseThrow();

      assertThat(picture.width()).isEqualTo(size[0]);
      assertThat(picture.height()).isEqualTo(size[1]);
      assertThat(greatestDifference(picture.decode(1, false), MadeJpeg.readByJdk(file)))
          .as("%s of %d x %d", kind, size[0], size[1])
          .isLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void decode_grey_hasOneChannel(boolean progressive) throws IOException {
    byte[] file =
        new MadeJpeg(1, 1, 0, progressive, 0.9f)
            .write(MadeJpeg.picture(BufferedImage.TYPE_BYTE_GRAY, 33, 21));

    byte[] grey = decode(1, file);

    assertThat(grey).hasSize(33 * 21);
    assertThat(greatestDifference(grey, MadeJpeg.readByJdk(file))).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void decode_luma_isTheColoursLuma(MadeJpeg kind) throws IOException {
    byte[] file = kind.write(MadeJpeg.picture(BufferedImage.TYPE_INT_RGB, 40, 24));
    byte[] colours = decode(1, file);

    byte[] grey = JpegPicture.open(file).orElseThrow().decode(1, true);

    assertThat(grey).hasSize(40 * 24);
    double sum = 0;
    for (int i = 0; i < grey.length; i++) {
      double luma =
          0.299 * (colours[3 * i] & 0xFF)
              + 0.587 * (colours[3 * i + 1] & 0xFF)
              + 0.114 * (colours[3 * i + 2] & 0xFF);
      sum += Math.abs(luma - (grey[i] & 0xFF));
    }
    assertThat(sum / grey.length).isLessThan(4); // colours outside the cube are cut
  }

  /** The mean of {@code reduction} x {@code reduction} samples, of whole blocks. */
  private static byte[] means(byte[] full, int width, int height, int channels, int reduction) {
    byte[] means = new byte[width / reduction * (height / reduction) * channels];
    for (int i = 0; i < means.length; i++) {
      int column = i / channels % (width / reduction);
      int row = i / channels / (width / reduction);
      int sum = reduction * reduction / 2;
      for (int y = row * reduction; y < (row + 1) * reduction; y++) {
        for (int x = column * reduction; x < (column + 1) * reduction; x++) {
          sum += full[(y * width + x) * channels + i % channels] & 0xFF;
        }
      }
      means[i] = (byte) (sum / (reduction * reduction));
    }
    return means;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void decode_reduced_givesMeans(int reduction) throws IOException {
    BufferedImage smooth = new BufferedImage(64, 48, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < 48; y++) {
      for (int x = 0; x < 64; x++) {
        // Away from 0 and 255, where samples would be cut before their mean is taken.
        smooth.getRaster().setSample(x, y, 0, 70 + x + (x * 5 + y * 11) % 29);
      }
    }
    for (MadeJpeg kind : List.of(FULL, new MadeJpeg(1, 1, 0, true, 0.9f))) {
      byte[] file = kind.write(smooth);

      byte[] expected = means(decode(1, file), 64, 48, 1, reduction);
      assertThat(greatestDifference(decode(reduction, file), expected)).isLessThanOrEqualTo(1);
    }
  }

  /** Colours that change slowly, 37 x 29. */
  private static BufferedImage slope() {
    BufferedImage image = new BufferedImage(37, 29, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 29; y++) {
      for (int x = 0; x < 37; x++) {
        image.setRGB(x, y, 40 + 4 * x << 16 | 50 + 5 * y << 8 | 200 - 2 * x - 2 * y);
      }
    }
    return image;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void decode_reduced_roundsSizesAndStaysClose(MadeJpeg kind) throws IOException {
    byte[] file = kind.write(slope());
    byte[] full = decode(1, file);

    for (int reduction : new int[] {2, 4, 8}) {
      byte[] reduced = decode(reduction, file);

      int width = Math.round(37f / reduction);
      assertThat(reduced).hasSize(width * Math.round(29f / reduction) * 3);
      byte[] means = means(full, 37, 29, 3, reduction);
      int whole = 3 * (37 / reduction);
      for (int y = 0; y < 29 / reduction; y++) {
        byte[] row = Arrays.copyOfRange(reduced, y * width * 3, y * width * 3 + whole);
        byte[] expected = Arrays.copyOfRange(means, y * whole, (y + 1) * whole);
        assertThat(greatestDifference(row, expected))
            .as("%s by %d", kind, reduction)
            .isLessThan(12 * kind.across()); // colours may be repeated as often
      }
    }
  }

  @Test
  void decode_coloursOfHalfTheHeight_areSmoothed() throws IOException {
    BufferedImage image = slope();
    byte[] file = new MadeJpeg(1, 2, 0, false, 1).write(image);
    byte[] pixels = decode(1, file);
    byte[] repeated = MadeJpeg.readByJdk(file); // each sample twice
    double smoothError = 0;
    double repeatedError = 0;
    for (int i = 0; i < 37 * 29; i++) {
      int red = image.getRGB(i % 37, i / 37) >> 16 & 0xFF;
      smoothError += Math.abs(red - (pixels[3 * i] & 0xFF));
      repeatedError += Math.abs(red - (repeated[3 * i] & 0xFF));
    }

    assertThat(smoothError).isLessThan(0.75 * repeatedError);
  }

  @Test
  void decode_coloursStoredAsTheyAre_areNotConverted() throws IOException {
    byte[] file = FULL.write(MadeJpeg.picture(BufferedImage.TYPE_INT_RGB, 16, 16));
    byte[] converted = decode(1, file);
    byte[] named = file.clone();
    int jfif = indexOf(named, (byte) 0xFF, (byte) 0xE0);
    named[jfif + 4] = 'X';
    byte[] same = named.clone();
    int frame = indexOf(named, (byte) 0xFF, (byte) 0xC0);
    int scan = indexOf(named, (byte) 0xFF, (byte) 0xDA);
    for (int i = 0; i < 3; i++) {
      named[frame + 10 + 3 * i] = (byte) "RGB".charAt(i);
      named[scan + 5 + 2 * i] = (byte) "RGB".charAt(i);
    }

    assertThat(decode(1, same)).isEqualTo(converted);
    byte[] stored = decode(1, named);
    assertThat(stored).isNotEqualTo(converted);
    assertThat(JpegPicture.open(named).orElseThrow().hasLuma()).isFalse();
    byte[] luma = JpegPicture.open(file).orElseThrow().decode(1, true);
    assertThat(stored[0]).isEqualTo(luma[0]);
  }

  private static int indexOf(byte[] file, byte... wanted) {
    for (int i = 0; i + wanted.length <= file.length; i++) {
      if (Arrays.equals(file, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new AssertionError("not there");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void decode_cut_saysSo(MadeJpeg kind) throws IOException {
    byte[] file = kind.write(MadeJpeg.picture(BufferedImage.TYPE_INT_RGB, 64, 48));
    for (int length = 4; length < file.length - 8; length += 97) {
      byte[] cut = Arrays.copyOf(file, length);

      assertThatThrownBy(() -> decode(1, cut)).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> decode(1, Arrays.copyOf(file, file.length - 40)))
        .hasMessage("it ends early");
  }

  @Test
  void decode_anyDamage_endsWithSamplesOrAnIoException() throws IOException {
    Random random = new Random(5);
    int[] outcomes = new int[2];
    for (MadeJpeg kind : kinds().toList()) {
      byte[] file = kind.write(MadeJpeg.picture(BufferedImage.TYPE_INT_RGB, 45, 38));
      int headers = indexOf(file, (byte) 0xFF, (byte) 0xDA);
      for (int i = 0; i < 1500; i++) {
        byte[] damaged = file.clone();
        for (int change = random.nextInt(4); change >= 0; change--) {
          int at = 2 + random.nextInt((random.nextBoolean() ? headers : file.length) - 2);
          damaged[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0xFF);
        }
        outcomes[outcome(damaged, 1 << random.nextInt(4))]++;
      }
    }
    assertThat(outcomes).doesNotContain(0);
  }

  private static int outcome(byte[] file, int reduction) {
    try {
      JpegPicture picture = JpegPicture.open(file).orElse(null);
      if (picture != null && (long) picture.height() * picture.width() < 1_000_000) {
        picture.decode(reduction, false);
      }
      return 0;
    } catch (IOException damaged) {
      return 1;
    }
  }

  @Test
  void decode_moreScansThanAnyFileHas_isRefused() throws IOException {
    byte[] file = PROGRESSIVE.write(MadeJpeg.picture(BufferedImage.TYPE_INT_RGB, 16, 16));
    int scan = indexOf(file, (byte) 0xFF, (byte) 0xDA);
    int next = scan + 2;
    while (file[next] != -1 || file[next + 1] == 0) {
      next++;
    }
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(file, 0, scan);
    for (int i = 0; i < 101; i++) {
      many.write(file, scan, next - scan);
    }
    many.write(file, next, file.length - next);

    assertThatThrownBy(() -> decode(1, many.toByteArray()))
        .hasMessage("it has more than 100 scans");
  }

  @Test
  void open_whatOthersDecode_isEmpty() throws IOException {
    byte[] file = FULL.write(MadeJpeg.picture(BufferedImage.TYPE_INT_RGB, 8, 8));
    int frame = indexOf(file, (byte) 0xFF, (byte) 0xC0);
    byte[] arithmetic = file.clone();
    arithmetic[frame + 1] = (byte) 0xC9;
    byte[] deep = file.clone();
    deep[frame + 4] = 12;

    assertThat(JpegPicture.open(arithmetic)).isEmpty();
    assertThat(JpegPicture.open(deep)).isEmpty();
    assertThat(JpegPicture.open(new byte[100])).isEmpty();
  }
}
