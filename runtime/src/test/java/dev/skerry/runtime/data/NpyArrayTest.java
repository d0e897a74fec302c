package dev.skerry.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpyArrayTest {
  @TempDir Path folder;

  private double[] read(byte... file) throws IOException {
    Path path = Files.write(folder.resolve("a.npy"), file);
    try (Arena arena = Arena.ofConfined()) {
      NpyArray array = NpyArray.map("a.npy", path, arena);
      double[] values = new double[(int) (array.count() * array.sampleSize())];
      for (int i = 0; i < values.length; i++) {
        values[i] = array.at(i / array.sampleSize(), i % array.sampleSize());
      }
      return values;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "|b1, 1, 1",
    "|i1, -1, -1",
    "|u1, -1, 255",
    "<i2, -2, 65534",
    "<u4, -1, 4294967295",
    "<i8, -5, -5"
  })
  void read_integers_keepTheirSign(String descr, long bits, double expected) throws IOException {
    int bytes = descr.charAt(2) - '0';
    byte[] data = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      data[i] = (byte) (bits >> (8 * i));
    }
    double value = descr.equals("<i2") ? expected - 65536 : expected;

    assertThat(read(NpyFiles.npy(descr, false, "1,", data))).containsExactly(value);
  }

  @Test
  void read_floats_ofBothOrders() throws IOException {
    byte[] little = NpyFiles.floats(ByteOrder.LITTLE_ENDIAN, 1.5f, -2);
    byte[] big = NpyFiles.floats(ByteOrder.BIG_ENDIAN, 1.5f, -2);

    assertThat(read(NpyFiles.npy("<f4", false, "2,", little))).containsExactly(1.5, -2);
    assertThat(read(NpyFiles.npy(">f4", false, "2,", big))).containsExactly(1.5, -2);
    assertThat(read(NpyFiles.npy("<f2", false, "1,", (byte) 0, (byte) 0x3C))).containsExactly(1);
  }

  @Test
  void read_fortranOrder_isTransposed() throws IOException {
    // Columns of [[1, 2, 3], [4, 5, 6]] one after the other.
    byte[] file =
        NpyFiles.npy(
            "|u1", true, "2, 3", (byte) 1, (byte) 4, (byte) 2, (byte) 5, (byte) 3, (byte) 6);

    assertThat(read(file)).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void read_truncated_saysHowMuchIsMissing() {
    assertThatThrownBy(() -> read(NpyFiles.npy("<f8", false, "3, 2", new byte[40])))
        .isInstanceOfSatisfying(
            SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_DATA))
        .hasMessageContaining("40 bytes of data, not 48");
  }

  @Test
  void read_otherContent_isRefused() {
    assertThatThrownBy(() -> read(new byte[100])).hasMessageContaining("does not begin");
    assertThatThrownBy(() -> read(NpyFiles.npy("|O8", false, "1,", new byte[8])))
        .hasMessageContaining("'O8'");
    assertThatThrownBy(() -> read(NpyFiles.npy("<f8", false, "9999999999, 9999999999, 9999999999")))
        .hasMessageContaining("beyond any memory");
  }
}
