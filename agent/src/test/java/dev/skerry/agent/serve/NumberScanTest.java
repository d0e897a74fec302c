package dev.skerry.agent.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumberScanTest {
  private static NumberScan scan(String text) {
    NumberScan number = new NumberScan();
    byte[] bytes = (" " + text + ",").getBytes(StandardCharsets.US_ASCII);
    assertThat(number.scan(bytes, 1, bytes.length)).as(text).isEqualTo(bytes.length - 1);
    assertThat(number.literal()).isEqualTo(text);
    return number;
  }

  private static void requireNearest(String text) {
    NumberScan number = scan(text);
    assertThat(Float.floatToIntBits(number.toFloat()))
        .as("%s as float", text)
        .isEqualTo(Float.floatToIntBits(Float.parseFloat(text)));
    assertThat(Double.doubleToLongBits(number.toDouble()))
        .as("%s as double", text)
        .isEqualTo(Double.doubleToLongBits(Double.parseDouble(text)));
  }

  @Test
  void values_areTheNearest_asTheJdkFindsThem() {
    List.of(
            "0",
            "-0",
            "0.0",
            "-0.0",
            "1",
            "-1",
            "0.1",
            "1e0",
            "1E+2",
            "1e-2",
            "16777217",
            "9007199254740993",
            "1.00000005960464477540",
            "1.00000005960464477539",
            "3.4028235677973366e38",
            "3.4028235677973365e38",
            "1e39",
            "1e400",
            "-1e400",
            "1e-46",
            "7.0064923216240854e-46",
            "7.0064923216240853e-46",
            "1.17549435e-38",
            "1e-400",
            "0.00000000000000000000000000000000000000000001",
            "123456789012345678901234567890",
            "4.9e-324",
            "2.2250738585072014e-308",
            "1e99999999999")
        .forEach(NumberScanTest::requireNearest);
  }

  @Test
  void values_ofRandomNumbers_areTheNearest() {
    Random random = new Random(11);
    for (int i = 0; i < 100_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(value)) {
        requireNearest(Float.toString(value));
        requireNearest(Double.toString(value)); // as Python writes what NumPy holds
      }
      requireNearest(Double.toString(random.nextGaussian()));
    }
  }

  @Test
  void values_nextToTheMiddleBetweenFloats_areTheNearest() {
    Random random = new Random(13);
    for (int i = 0; i < 20_000; i++) {
      float low = Math.abs((float) random.nextGaussian());
      double middle = ((double) low + Math.nextUp(low)) / 2;
      requireNearest(Double.toString(middle));
      requireNearest(Double.toString(Math.nextUp(middle)));
      requireNearest(Double.toString(Math.nextDown(middle)));
    }
  }

  @Test
  void integers_keepToTheirRange() {
    assertThat(scan("127").isWithin(-128, 127)).isTrue();
    assertThat(scan("128").isWithin(-128, 127)).isFalse();
    assertThat(scan("-128").toLong()).isEqualTo(-128);
    assertThat(scan("1.0").isWithin(0, 9)).as("a fraction").isFalse();
    assertThat(scan("1e2").isWithin(0, 999)).as("an exponent").isFalse();
    assertThat(scan("9223372036854775807").isWithin(Long.MIN_VALUE, Long.MAX_VALUE)).isTrue();
    assertThat(scan("9223372036854775808").isWithin(Long.MIN_VALUE, Long.MAX_VALUE)).isFalse();
    assertThat(scan("-9223372036854775808").toLong()).isEqualTo(Long.MIN_VALUE);
    assertThat(scan("18446744073709551615").isUnsigned()).isTrue();
    assertThat(scan("18446744073709551615").toUnsigned()).isEqualTo(-1);
    assertThat(scan("18446744073709551616").isUnsigned()).isFalse();
    assertThat(scan("123456789012345678901").isUnsigned()).isFalse();
    assertThat(scan("-1").isUnsigned()).isFalse();
  }

  @Test
  void text_thatIsNoNumber_isRefusedWhereItGoesWrong() {
    for (String text : List.of("-", "01", "1.", ".5", "1e", "1e+", "-x", "+1", "--1")) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      assertThat(new NumberScan().scan(bytes, 0, bytes.length)).as(text).isNegative();
    }
  }
}
