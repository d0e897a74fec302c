package dev.skerry.bundle.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.BundleException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackerTest {
  private final Random random = new Random(1);

  @Test
  void pack_anyBytes_comeBackAndAreHardlyLarger() throws IOException {
    for (int length : new int[] {0, 1, 2, 47, 48, 1000, 70_000}) {
      byte[] noise = new byte[length];
      random.nextBytes(noise);
      byte[] packed = Packer.pack(noise);
      assertThat(unpack(packed, length)).isEqualTo(noise);
      assertThat(packed.length).isLessThanOrEqualTo(length + Packer.MAX_OVERHEAD);
      assertThat(Packer.pack(noise)).isEqualTo(packed);
    }
  }

  @ParameterizedTest
  @EnumSource(Element.class)
  void pack_tensorOfEveryType_comesBack(Element element) throws IOException {
    byte[] noise = new byte[72 * 64];
    random.nextBytes(noise);
    for (int distinct : new int[] {1, 2, 7, 4096}) {
      byte[] content = new byte[noise.length];
      int bytes = element.bytes();
      for (int i = 0; i < noise.length / bytes; i++) {
        int from = random.nextInt(Math.min(distinct, noise.length / bytes)) * bytes;
        System.arraycopy(noise, from, content, i * bytes, bytes);
      }
      byte[] file = model(element.code(), content, 8, element.count(content.length) / 72, 3, 3);
      assertThat(unpack(Packer.pack(file), file.length)).isEqualTo(file);
    }
  }

  @Test
  void pack_fewLevels_takesLittleMoreThanTheirEntropy() {
    int elements = 64 * 64 * 9;
    byte[] weights = new byte[elements];
    for (int i = 0; i < elements; i++) {
      weights[i] = (byte) (random.nextInt(4) * 30 - 45); // 2 bits each
    }
    int packed = Packer.pack(model(3, weights, 64, 64, 3, 3)).length;
    assertThat(packed).isBetween(elements / 4, elements / 4 + 300);
  }

  @Test
  void pack_channelsOfDifferentSize_takesLessThanWithoutContext() {
    int elements = 64 * 64 * 9;
    byte[] weights = new byte[elements];
    for (int i = 0; i < elements; i++) {
      double deviation = i / 576 % 2 == 0 ? 1 : 30; // alternates by row
      weights[i] = (byte) Math.clamp(Math.round(random.nextGaussian() * deviation), -127, 127);
    }
    // The two Gaussians have 2.05 and 6.95 bits: 4.5 on average when it is known which one it is,
    // and 5.2 when it is not.
    int packed = Packer.pack(model(3, weights, 64, 64, 3, 3)).length;
    assertThat(packed).isLessThan((int) (elements * 4.9 / 8));
  }

  @Test
  void pack_floats_savesTheirExponents() {
    int elements = 40_000;
    ByteBuffer floats = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      floats.putFloat((float) random.nextGaussian());
    }
    int packed = Packer.pack(model(1, floats.array(), 200, 200)).length;
    assertThat(packed).isLessThan(elements * 27 / 8);
  }

  @Test
  void unpack_cutOff_isRefused() {
    byte[] weights = new byte[20_000];
    random.nextBytes(weights);
    for (int i = 0; i < weights.length; i++) {
      weights[i] &= 15;
    }
    byte[] file = model(3, weights, 100, 200);
    byte[] packed = Packer.pack(file);
    for (int length : new int[] {0, 5, 12, 13, 50, packed.length / 2, packed.length - 5}) {
      byte[] cut = Arrays.copyOf(packed, length);
      assertThatThrownBy(() -> unpack(cut, file.length)).isInstanceOf(BundleException.class);
    }
  }

  @Test
  void unpack_anotherLength_isRefusedBeforeAnythingIsMade() {
    byte[] packed = Packer.pack(new byte[1000]);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThatThrownBy(() -> Packer.unpack(new ByteArrayInputStream(packed), 999, out))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("1,000")
        .hasMessageContaining("999");
    assertThat(out.size()).isZero();
  }

  @Test
  void unpack_damagedAnywhere_endsWithAnErrorOrJustSoManyBytes() throws IOException {
    byte[] weights = new byte[600];
    random.nextBytes(weights);
    for (int i = 0; i < weights.length; i++) {
      weights[i] &= 15;
    }
    byte[] file = model(3, weights, 20, 30);
    byte[] packed = Packer.pack(file);
    int refused = 0;
    for (int i = 0; i < 100; i++) {
      byte[] damaged = packed.clone();
      int changes = 1 + random.nextInt(4);
      for (int c = 0; c < changes; c++) {
        damaged[13 + random.nextInt(damaged.length - 13)] ^= (byte) (1 + random.nextInt(255));
      }
      try {
        assertThat(unpack(damaged, file.length)).hasSize(file.length);
      } catch (BundleException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private static byte[] unpack(byte[] packed, long bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Packer.unpack(new ByteArrayInputStream(packed), bytes, out);
    return out.toByteArray();
  }

  /** An ONNX file with one initializer. */
  private static byte[] model(int type, byte[] content, int... dims) {
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    for (int dim : dims) {
      tensor.write(1 << 3);
      SegmentTable.varint(tensor, dim);
    }
    tensor.write(2 << 3);
    tensor.write(type);
    field(tensor, 8, "conv.weight".getBytes(StandardCharsets.UTF_8));
    field(tensor, 9, content);
    ByteArrayOutputStream graph = new ByteArrayOutputStream();
    field(graph, 5, tensor.toByteArray());
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    model.write(1 << 3);
    model.write(8);
    field(model, 7, graph.toByteArray());
    return model.toByteArray();
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] content) {
    out.write(number << 3 | 2);
    SegmentTable.varint(out, content.length);
    out.writeBytes(content);
  }
}
