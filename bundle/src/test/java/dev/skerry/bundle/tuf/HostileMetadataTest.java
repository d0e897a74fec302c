package dev.skerry.bundle.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes that nobody would write in good faith. */
class HostileMetadataTest extends ClientFixture {
  HostileMetadataTest(@TempDir Path folder) {
    super(folder);
  }

  @ParameterizedTest
  @CsvSource({"timestamp.json,timestamp", "2.snapshot.json,snapshot", "2.targets.json,targets"})
  void refresh_mutatedMetadata_isRefusedOrIgnored(String name, String role) throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    Path file = metadata.resolve(name);
    byte[] honest = Files.readAllBytes(file);
    for (int i = 0; i < 400; i++) {
      Files.write(file, mutated(honest, random));
      Files.deleteIfExists(folder.resolve("device").resolve(role + ".json"));
      try {
        client(disk).refresh();
      } catch (TrustException | BundleException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
    Files.write(file, honest);
    client(disk).refresh();
  }

  private static byte[] mutated(byte[] honest, SplittableRandom random) {
    byte[] mutated = honest.clone();
    for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
      mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0
        ? java.util.Arrays.copyOf(mutated, random.nextInt(mutated.length))
        : mutated;
  }

  @Test
  void read_wellSignedNonsense_isMalformed() throws IOException {
    Path file = metadata.resolve("2.targets.json");
    Json.Obj honest = Forgery.signed(file);
    List<Json> values =
        List.of(
            Json.of(-1),
            Json.of("x"),
            new Json.Null(),
            Json.of(true),
            new Json.Num("1e3"),
            Json.object().build(),
            Json.array(List.of(Json.of(1))),
            Json.of("\ud800"));
    for (String key : honest.members().keySet()) {
      for (Json value : values) {
        Json.Obj altered = Forgery.altered(honest, s -> s.put(key, value));
        try {
          byte[] written = Envelope.write("targets", altered, List.of()).bytes();
          TargetsRole.read(Envelope.read("targets", "targets", written)).file().message();
        } catch (TrustException | BundleException e) {
          assertThat(e.getMessage()).isNotEmpty();
        }
      }
    }
  }

  /**
   * If half a character counted as a question mark, the second would vanish from what is signed.
   */
  @Test
  void refresh_twoKeysThatLookAlikeInUtf8() throws IOException {
    publish("?", "honest");
    Path file = metadata.resolve("3.targets.json");
    String signed = Files.readString(file);
    Files.writeString(
        file,
        signed.replace(
            "\"targets\": {",
            "\"targets\": {\"\\ud800\": {\"length\": 1, \"hashes\": {\"sha256\": \"00\"}},"));

    assertThatThrownBy(client(disk)::refresh)
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("canonical form");
  }
}
