package dev.skerry.agent.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.agent.FakeModel;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.bundle.release.GoldenOutput;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoldenCheckTest {
  private final Map<Digest, byte[]> store = new HashMap<>();
  private final Blobs blobs = digest -> new ByteArrayInputStream(store.get(digest));

  private GoldenInputs.Block block(String name, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    Digest digest = Digest.of(bytes.array());
    store.put(digest, bytes.array());
    return new GoldenInputs.Block(name, "FP32", List.of(1L, 3L), digest, bytes.capacity());
  }

  private final GoldenInputs inputs = new GoldenInputs(2, List.of(block("x", 1, 2, 3, 4, 5, 6)));

  /** Twice the inputs, to within 0.01. */
  private final List<GoldenOutput> outputs =
      List.of(new GoldenOutput(block("y", 2, 4, 6, 8, 10, 12), 0.01));

  private static FakeModel times(float factor, float offset) {
    return new FakeModel(x -> new float[] {x[0] * factor, x[1] * factor, x[2] * factor + offset});
  }

  @Test
  void check_ofRightAnswers_accepts() {
    Verdict verdict = GoldenCheck.check(times(2, 0.009f), inputs, outputs, blobs);

    assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
    assertThat(verdict.evidence().members())
        .containsEntry("samples", Json.of(2))
        .containsEntry("elements", Json.of(6))
        .containsEntry("wrong-elements", Json.of(0));
  }

  @Test
  void check_ofWrongAnswers_saysWhereAndByHowMuch() {
    Verdict verdict = GoldenCheck.check(times(2, 0.5f), inputs, outputs, blobs);

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Rejected.class,
            rejected ->
                assertThat(rejected.reason())
                    .isEqualTo(
                        "golden vectors: 2 of 2 samples differ by more than rounding can explain;"
                            + " worst is output 'y' of sample 0, element 2: 6.50000, recorded"
                            + " 6.00000, tolerance 0.0100"));
    assertThat(verdict.evidence().members()).containsEntry("wrong-elements", Json.of(2));
  }

  @Test
  void check_ofSomethingThatIsNoNumber_rejects() {
    Verdict verdict = GoldenCheck.check(times(Float.NaN, 0), inputs, outputs, blobs);

    assertThat(verdict).isInstanceOf(Verdict.Rejected.class);
  }

  @Test
  void check_ofAModelThatCannotRun_rejectsWithItsReason() {
    FakeModel broken =
        new FakeModel(_ -> {
          throw new SkerryException(ErrorCode.ENGINE, "out of memory");
        });

    assertThat(GoldenCheck.check(broken, inputs, outputs, blobs))
        .isInstanceOfSatisfying(
            Verdict.Rejected.class,
            rejected -> assertThat(rejected.reason()).contains("sample 0", "out of memory"));
  }

  @Test
  void check_ofAnotherShapeOrName_rejects() {
    assertThat(GoldenCheck.check(FakeModel.constant(1, 2), inputs, outputs, blobs))
        .isInstanceOfSatisfying(
            Verdict.Rejected.class,
            rejected ->
                assertThat(rejected.reason()).contains("FLOAT[1, 2], FLOAT[1, 3] was recorded"));
    List<GoldenOutput> other = List.of(new GoldenOutput(block("z", 2, 4, 6, 8, 10, 12), 0.01));
    assertThat(GoldenCheck.check(times(2, 0), inputs, other, blobs))
        .isInstanceOfSatisfying(
            Verdict.Rejected.class,
            rejected -> assertThat(rejected.reason()).contains("no output 'z'"));
  }

  @Test
  void check_ofDamagedBlobs_isNoVerdict() {
    Digest inputBlob = inputs.inputs().getFirst().blob();
    store.computeIfPresent(inputBlob, (_, bytes) -> flipped(bytes));

    assertThatThrownBy(() -> GoldenCheck.check(times(2, 0), inputs, outputs, blobs, 2))
        .isInstanceOf(TrustException.class)
        .hasMessageContaining("'x'")
        .hasMessageContaining("not what was signed");

    store.put(inputBlob, new byte[5]);
    assertThatThrownBy(() -> GoldenCheck.check(times(2, 0), inputs, outputs, blobs))
        .isInstanceOf(TrustException.class)
        .hasMessageContaining("ends too early");
  }

  private static byte[] flipped(byte[] bytes) {
    byte[] damaged = bytes.clone();
    damaged[0] ^= 1;
    return damaged;
  }

  @Test
  void check_ofTheFirstSamples_readsNoMore() {
    Verdict verdict = GoldenCheck.check(times(2, 0), inputs, outputs, blobs, 1);

    assertThat(verdict.evidence().members()).containsEntry("samples", Json.of(1));
  }

  @Test
  void check_ofAReleaseWithoutUsableVectors_saysSo() {
    assertThatThrownBy(() -> GoldenCheck.check(times(2, 0), inputs, List.of(), blobs))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("no golden outputs");
    GoldenInputs lying = new GoldenInputs(3, inputs.inputs());
    assertThatThrownBy(() -> GoldenCheck.check(times(2, 0), lying, outputs, blobs))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("24 bytes, 3 samples of 12");
  }

  @Test
  void samples_areReadInOrder() {
    List<Map<String, dev.skerry.graph.Tensor>> first = GoldenSamples.first(9, inputs, blobs);

    assertThat(first).hasSize(2);
    assertThat(first.get(1).get("x"))
        .satisfies(x -> assertThat(x.toFloats()).containsExactly(4, 5, 6));
  }
}
