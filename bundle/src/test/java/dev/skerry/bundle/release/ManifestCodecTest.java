package dev.skerry.bundle.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.BundleException;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestCodecTest {
  private static String manifest() {
    return new String(ManifestCodec.write(Releases.small()), UTF_8);
  }

  @Test
  void write_readsBackEqual() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    for (int i = 0; i < 200; i++) {
      Release release = Releases.random(random);

      byte[] manifest = ManifestCodec.write(release);

      assertThat(ManifestCodec.read(manifest)).isEqualTo(release);
      assertThat(ManifestCodec.write(ManifestCodec.read(manifest))).isEqualTo(manifest);
    }
  }

  @Test
  void read_ofChangedBytes_refusesOrReadsAndNothingElse() {
    byte[] manifest = ManifestCodec.write(Releases.small());
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] changed = manifest.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      try {
        ManifestCodec.read(changed);
      } catch (BundleException e) {
        assertThat(e.getMessage()).contains("manifest");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  /** One place of a manifest, what stands there instead, and what is said. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"format\": 1 | \"format\": 3 | reads formats 1 and 2; update it",
        "\"format\": 1 | \"form\": 1 | lacks the key 'format'",
        "\"format\": 1 | \"format\": 1, \"runs\": 1 | has the key 'runs', which format 2 does not",
        "\"tolerance\": 0.01 | \"tolerance\": 0.01, \"x\": {} | goldenOutputs[0] has the key 'x'",
        "\"resnet8\" | \"../resnet8\" | manifest.model is '../resnet8'",
        "\"resnet8\" | \".\" | begins with a letter or digit",
        "\"resnet8\" | \"a/b\" | manifest.model is 'a/b'",
        "\"resnet8\" | \"a\\\\b\" | manifest.model is 'a\\b'",
        "\"resnet8\" | \"\" | manifest.model is ''",
        "\"any.1\" | \"../any.1\" | variants[0].name is '../any.1'",
        "\"any.1\" | \"any.2\" | two variants 'any.2'",
        "\"target\": \"any\" | \"target\": \"a b\" | ladders[0].target is 'a b'",
        "\"bytes\": 90 | \"bytes\": -1 | file.bytes is -1; from 1 to",
        "\"bytes\": 90 | \"bytes\": 1e2 | an integer of 64 bits was expected",
        "\"bytes\": 90 | \"bytes\": 91 | the pieces of any.1 have 90 bytes and the file has 91",
        "\"bytes\": 90 | \"bytes\": 9223372036854775807 | file.bytes is 9223372036854775807",
        "\"bytes\": 80 | \"bytes\": 9223372036854775808 | an integer of 64 bits was expected",
        "\"FP32\" | \"FP33\" | datatype is 'FP33'; a type of the Open Inference Protocol",
        "\"tolerance\": 0.01 | \"tolerance\": 1e999 | tolerance is Infinity",
        "\"tolerance\": 0.01 | \"tolerance\": -0.5 | tolerance is -0.5",
        "\"agreement\": 0.99 | \"agreement\": 1.01 | agreement is 1.01; from 0.0 to 1.0",
        "\"samples\": 3 | \"samples\": 0 | samples is 0; from 1 to 4096",
        "\"samples\": 3 | \"samples\": 4 | golden input 'x' has 48 bytes, which is not 4 samples",
        "\"ai.onnx\": 17 | \"ai.onnx\": 0 | opsets.ai.onnx is 0",
        "\"bytes\": 120 | \"bytes\": 40 | golden output of any.1 'scores' has 40 bytes",
        "\"scores\" | \"sores\" | golden outputs for 'scores', which is no output",
        "\"kind\": \"tensor\" | \"kind\": \"a\\u0007b\" | no control characters",
        "\"top1\" | \"top1\", \"value\": 1 | has the key 'value' twice",
        "\"value\": 0.9 | \"value\": 0.8 | above any.2 in its ladder, and less accurate",
        "\"providers\": | \"provider\": | has the key 'provider'",
      })
  void read_refuses(String found, String instead, String message) {
    String changed = manifest().replaceFirst(Pattern.quote(found), quoted(instead));
    assertThat(changed).isNotEqualTo(manifest());

    assertThatThrownBy(() -> ManifestCodec.read(changed.getBytes(UTF_8)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(message);
  }

  private static String quoted(String replacement) {
    return Matcher.quoteReplacement(replacement);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{}", "{\"format\": 1}", "{\"format\": \"1\"}"})
  void read_refusesWhatIsNoManifest(String text) {
    assertThatThrownBy(() -> ManifestCodec.read(text.getBytes(UTF_8)))
        .isInstanceOf(BundleException.class);
  }

  @Test
  void read_refusesTooManyBytesBeforeLookingAtThem() {
    assertThatThrownBy(() -> ManifestCodec.read(new byte[ManifestCodec.MAX_BYTES + 1]))
        .hasMessageContaining("more than the limit of 4,194,304");
  }

  @Test
  void write_refusesARungThatIsNotCheaper() {
    Ladder ladder =
        new Ladder(
            "any",
            Releases.needs("any"),
            List.of(Releases.variant("a", 80), Releases.variant("b", 80)));

    assertThatThrownBy(() -> ManifestCodec.write(Releases.of(ladder)))
        .hasMessageContaining("b is below a in its ladder, and not cheaper");
  }

  @Test
  void write_refusesABlobOfTwoSizes() {
    Variant one = Releases.variant("a", 80);
    Variant other = Releases.variant("b", 70);
    Recipe.Piece part = new Recipe.Piece(one.file().digest(), 0, 70);
    Variant sharing =
        new Variant(
            "b",
            "",
            new Recipe(other.file().digest(), 70, List.of(part)),
            other.opsets(),
            other.quality(),
            other.measured(),
            other.budget(),
            other.goldenOutputs());
    Ladder ladder = new Ladder("any", Releases.needs("any"), List.of(one, sharing));

    assertThatThrownBy(() -> ManifestCodec.write(Releases.of(ladder)))
        .hasMessageContaining("has 80 bytes here and 70 there");
  }
}
