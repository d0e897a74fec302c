package dev.skerry.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {
  @Test
  void of_dataOfWrongSize_isRefused() {
    assertThatThrownBy(() -> Tensor.ofBytes(DataType.FLOAT, new long[] {2}, new byte[7]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("FLOAT[2] takes 8 bytes, not 7");
  }

  @Test
  void data_isReadOnly() {
    assertThat(Tensor.scalar(1f).data().isReadOnly()).isTrue();
  }

  @Test
  void toLongs_subByteElements_areUnpackedLowBitsFirst() {
    byte packed = (byte) 0b1110_0001;
    assertThat(Tensor.ofBytes(DataType.INT4, new long[] {2}, packed).toLongs())
        .containsExactly(1, -2);
    assertThat(Tensor.ofBytes(DataType.UINT4, new long[] {2}, packed).toLongs())
        .containsExactly(1, 14);
    assertThat(Tensor.ofBytes(DataType.INT2, new long[] {4}, packed).toLongs())
        .containsExactly(1, 0, -2, -1);
    assertThat(Tensor.ofBytes(DataType.UINT2, new long[] {3}, packed).toLongs())
        .containsExactly(1, 0, 2);
  }

  @Test
  void asDouble_shortFloats_areWidened() {
    assertThat(Tensor.ofBytes(DataType.BFLOAT16, new long[0], (byte) 0x80, (byte) 0xBF).asDouble(0))
        .isEqualTo(-1);
    assertThat(Tensor.ofBytes(DataType.FLOAT16, new long[0], (byte) 0, (byte) 0xBC).asDouble(0))
        .isEqualTo(-1);
  }

  @Test
  void asLong_unsignedBytes_arePositive() {
    assertThat(Tensor.ofBytes(DataType.UINT8, new long[] {1}, (byte) 0xFF).asLong(0))
        .isEqualTo(255);
    assertThat(Tensor.ofBytes(DataType.INT8, new long[] {1}, (byte) 0xFF).asLong(0)).isEqualTo(-1);
  }

  @Test
  void asDouble_ofStrings_isABug() {
    Tensor strings = Tensor.ofStrings(new long[] {1}, List.of(Bytes.ofUtf8("a")));
    assertThatThrownBy(() -> strings.asDouble(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void contentEquals_looksAtBits() {
    assertThat(Tensor.scalar(Float.NaN).contentEquals(Tensor.scalar(Float.NaN))).isTrue();
    assertThat(Tensor.scalar(0f).contentEquals(Tensor.scalar(-0f))).isFalse();
    assertThat(Tensor.vector(1).contentEquals(Tensor.scalar(1))).isFalse();
    assertThat(Tensor.vector(1).contentEquals(Tensor.vector(1).withExtra(Bytes.ofUtf8("doc"))))
        .isTrue();
  }

  @Test
  void reshaped_keepsElements() {
    Tensor matrix = Tensor.vector(1, 2, 3, 4).reshaped(2, 2);
    assertThat(matrix).hasToString("INT64[2, 2]");
    assertThat(matrix.dim(-1)).isEqualTo(2);
    assertThat(matrix.toLongs()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void elementCount_ofAScalar_isOne() {
    assertThat(Tensor.scalar(3L).elementCount()).isOne();
    assertThat(Tensor.elementCount(4, 0, 2)).isZero();
  }
}
