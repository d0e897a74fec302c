package dev.skerry.bundle.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.key.KeyRing.Guard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyFolderTest {
  private static final int FEW_ROUNDS = 1000;
  private static final byte[] MESSAGE = {1, 2, 3};

  private final Path folder;

  KeyFolderTest(@TempDir Path folder) {
    this.folder = folder.resolve("keys");
  }

  private KeyFolder open(String passphrase) {
    return new KeyFolder(folder, (_, _) -> passphrase.toCharArray(), FEW_ROUNDS);
  }

  private Path secret() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".pem")).findFirst().orElseThrow();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ED25519", "ECDSA_P256", "ML_DSA_65"})
  void find_afterGenerate(KeyScheme scheme) throws IOException {
    VerifyingKey key = open("correct horse").generate("root", scheme, Guard.PASSPHRASE).verifying();

    SigningKey found = open("correct horse").find(key).orElseThrow();

    assertThat(key.verifies(MESSAGE, found.sign(MESSAGE))).isTrue();
    assertThat(key.verifies(new byte[] {9}, found.sign(MESSAGE))).isFalse();
    assertThat(secret()).content().startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
  }

  @Test
  void generate_nobodyElseMayRead() throws IOException {
    open("correct horse").generate("root", KeyScheme.ED25519, Guard.NONE);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret())))
        .isEqualTo("rw-------");
  }

  @Test
  void find_wrongPassphrase() {
    VerifyingKey key =
        open("correct horse").generate("root", KeyScheme.ED25519, Guard.PASSPHRASE).verifying();
    assertThatThrownBy(() -> open("battery staple").find(key))
        .isInstanceOf(TrustException.class)
        .hasMessageContaining("passphrase");
  }

  @Test
  void find_fileOpenToOthers() throws IOException {
    VerifyingKey key = open("").generate("timestamp", KeyScheme.ED25519, Guard.NONE).verifying();
    Files.setPosixFilePermissions(secret(), PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> open("").find(key))
        .isInstanceOf(TrustException.class)
        .hasMessageContaining("rw-r-----")
        .hasMessageContaining("chmod 600 " + secret());
  }

  @Test
  void find_folderOpenToOthers() throws IOException {
    VerifyingKey key = open("").generate("timestamp", KeyScheme.ED25519, Guard.NONE).verifying();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThatThrownBy(() -> open("").find(key)).hasMessageContaining("chmod 700 " + folder);
  }

  @Test
  void find_secretOfAnotherKey() throws IOException {
    VerifyingKey key = open("").generate("timestamp", KeyScheme.ED25519, Guard.NONE).verifying();
    SigningKey other = SigningKey.generate(KeyScheme.ED25519);
    Files.writeString(secret(), SecretFile.plain(other.secret()));
    assertThatThrownBy(() -> open("").find(key))
        .isInstanceOf(TrustException.class)
        .hasMessageContaining("does not hold the secret");
  }

  @Test
  void find_nobodysKey() {
    assertThat(open("").find(TestKeys.named("somebody").verifying())).isEmpty();
  }

  @Test
  void find_passphraseOfOtherCharacters() {
    VerifyingKey key =
        open("pässwörd").generate("root", KeyScheme.ED25519, Guard.PASSPHRASE).verifying();
    assertThat(open("pässwörd").find(key)).isPresent();
    assertThatThrownBy(() -> open("passwort").find(key)).isInstanceOf(TrustException.class);
  }

  @Test
  void readPublic_givenAway() {
    KeyFolder keys = open("");
    for (KeyScheme scheme : List.of(KeyScheme.ED25519, KeyScheme.ECDSA_P256)) {
      VerifyingKey key = keys.generate("targets", scheme, Guard.NONE).verifying();
      VerifyingKey read = KeyFolder.readPublic(keys.publicFile("targets", key));
      assertThat(read.id()).isEqualTo(key.id());
    }
  }
}
