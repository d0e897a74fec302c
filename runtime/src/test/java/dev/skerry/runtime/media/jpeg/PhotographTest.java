package dev.skerry.runtime.media.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Photographs as other programs wrote them, against what Pillow 12.3 (libjpeg-turbo) decodes. */
@Tag("real-data")
class PhotographTest {
  /**
   * What Pillow decodes of a file.
   *
   * @param sum of all values
   * @param every the first value of each twelfth part
   */
  @SuppressWarnings("ArrayRecordComponent") // a row of the table
  record Case(String archive, String name, long sum, int... every) {}

  // a = numpy.asarray(PIL.Image.open(file)).reshape(-1); a.sum(), a[::len(a) // 12][:12]
  // spotless:off
  static Stream<Case> cases() {
    return Stream.of(
        // progressive, colours of half the size
        new Case("faces/validation.zip", "17.jpg", 459096685, 88, 252, 135, 127, 138, 56, 33, 20, 177, 108, 215, 28),
        // colours of full size
        new Case("faces/validation.zip", "8.jpg", 77306464, 248, 60, 52, 172, 204, 231, 0, 34, 32, 75, 133, 190),
        // a width that is no multiple of a block's
        new Case("imagenet/validation.zip", "006_n01498041_stingray.jpg", 33302734, 14, 100, 157, 103, 142, 169, 128, 133, 153, 162, 204, 115),
        new Case("cifar10/test.zip", "airplane/0000.jpg", 475641, 141, 191, 171, 143, 171, 212, 179, 183, 148, 110, 69, 52));
  }
  // spotless:on

  private static byte[] read(Case photograph) throws IOException {
    Path archive =
        Path.of(System.getProperty("skerry.data", "../../shared/data"), photograph.archive);
    if (!Files.isRegularFile(archive)) {
      Assumptions.abort("skipped: no pictures " + archive);
    }
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      return zip.getInputStream(zip.getEntry(photograph.name)).readAllBytes();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void decode_photograph_equalsPillow(Case photograph) throws IOException {
    byte[] values = JpegPicture.open(read(photograph)).orElseThrow().decode(1, false);

    long sum = 0;
    for (byte value : values) {
      sum += value & 0xFF;
    }
    assertThat(sum).isEqualTo(photograph.sum);
    for (int i = 0; i < 12; i++) {
      assertThat(values[i * (values.length / 12)] & 0xFF).isEqualTo(photograph.every[i]);
    }
  }
}
