package dev.skerry.bundle.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.Attack;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.key.KeyRing.Guard;
import dev.skerry.bundle.key.SigningKey;
import dev.skerry.bundle.net.FolderRemote;
import dev.skerry.bundle.net.UnreachableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TufClientTest extends ClientFixture {
  TufClientTest(@TempDir Path folder) {
    super(folder);
  }

  @Test
  void refresh_asksInOrderAndOnlyOnce() throws IOException {
    TufClient client = client(disk);
    client.refresh();
    assertThat(requests)
        .containsExactly("2.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json");
    assertThat(trusted())
        .containsExactly("root.json", "snapshot.json", "targets.json", "timestamp.json");
    requests.clear();
    client.refresh();
    assertThat(requests).containsExactly("2.root.json", "timestamp.json");
  }

  /** A step of the workflow, what the repository does there, and what it is refused as. */
  @Test
  void refresh_sameVersionAgain_keepsTheOldOne() throws IOException {
    TufClient client = client(disk);
    client.refresh();
    String before = Files.readString(folder.resolve("device/timestamp.json"));
    alter("timestamp.json", "timestamp", s -> s.put("meta", meta(Map.of("snapshot.json", 100L))));

    client.refresh();

    assertThat(folder.resolve("device/timestamp.json")).hasContent(before);
  }

  @Test
  void refresh_expiredLocalFiles_areReplaced() {
    TufClient client = client(disk);
    client.refresh();
    time.pass(Duration.ofDays(30));
    repository.refresh(java.util.Set.of());
    client.refresh();
  }

  @Test
  void refresh_rootExpired_isKeptAndRefused() throws IOException {
    Forgery.alter(
        metadata.resolve("1.root.json"),
        metadata.resolve("2.root.json"),
        s -> s.put("version", 2).put("expires", "2029-01-01T00:00:00Z"),
        signers("root"));
    TufClient client = client(disk);
    assertThatThrownBy(client::refresh).hasMessageContaining("2.root.json (version 2) has expired");
    assertThat(contents().get("root.json")).contains("\"version\": 2");
  }

  @ParameterizedTest
  @CsvSource({"3,FAST_FORWARD", "0,ROLLBACK"})
  void refresh_rootOfAnotherVersion(long version, String attack) throws IOException {
    Json.Obj root = Forgery.signed(metadata.resolve("1.root.json"));
    // Version 0 is none at all, so a later file says that it is an earlier version.
    if (version == 0) {
      repository.refresh(java.util.Set.of("root"));
      repository.refresh(java.util.Set.of("root"));
      version = 1;
    }
    long claimed = version;
    String file = claimed == 1 ? "3.root.json" : "2.root.json";
    Forgery.write(
        metadata.resolve(file),
        Forgery.altered(root, s -> s.put("version", claimed)),
        signers("root"));
    assertThatThrownBy(client(disk)::refresh)
        .isInstanceOfSatisfying(
            TrustException.class, e -> assertThat(e.attack()).contains(Attack.valueOf(attack)));
  }

  @ParameterizedTest
  @CsvSource({"old", "new"})
  void refresh_rootSignedByOneSideAlone(String side) throws IOException {
    repository.rotate("root", Guard.NONE);
    Path root = metadata.resolve("2.root.json");
    Path by = metadata.resolve(side.equals("old") ? "1.root.json" : "2.root.json");
    Forgery.alter(root, root, _ -> {}, Forgery.signers(by, "root", keys));

    assertThatThrownBy(client(disk)::refresh)
        .isInstanceOf(TrustException.class)
        .hasMessageContaining("0 of the keys");
  }

  @Test
  void refresh_manyRoots() {
    for (int i = 0; i < 40; i++) {
      repository.rotate("root", Guard.NONE);
    }
    assertThat(client(disk).refresh().rootVersion()).isEqualTo(41);
  }

  @Test
  void refresh_oneKeyUnderTwoIds_countsOnce() throws IOException {
    SigningKey key = signers("targets").getFirst();
    Json.Obj root = Forgery.signed(metadata.resolve("1.root.json"));
    Json.Obj listed = (Json.Obj) Objects.requireNonNull(root.members().get("keys"));
    Json.Obj roles = (Json.Obj) Objects.requireNonNull(root.members().get("roles"));
    Json targets =
        Json.object()
            .put("keyids", Json.texts(List.of(key.verifying().id(), "other")))
            .put("threshold", 2)
            .build();
    Forgery.write(
        metadata.resolve("2.root.json"),
        Forgery.altered(
            root,
            s ->
                s.put("version", 2)
                    .put(
                        "keys",
                        Forgery.altered(listed, k -> k.put("other", key.verifying().json())))
                    .put("roles", Forgery.altered(roles, r -> r.put("targets", targets)))),
        signers("root"));
    Path file = metadata.resolve("2.targets.json");
    String signed = Files.readString(file);
    String signature = signed.substring(signed.indexOf("\"sig\": \"") + 8);
    Files.writeString(
        file,
        signed.replaceFirst(
            "\\[",
            "[{\"keyid\": \"other\", \"sig\": \""
                + signature.substring(0, signature.indexOf('"'))
                + "\"},"));

    assertThatThrownBy(client(disk)::refresh)
        .isInstanceOfSatisfying(
            TrustException.class, e -> assertThat(e.attack()).contains(Attack.KEY_COMPROMISE))
        .hasMessageContaining("signed by 1 of the keys");
  }

  @Test
  void refresh_keysRotatedAfterFastForward_recovers() throws IOException {
    TufClient client = client(disk);
    Path timestamp = metadata.resolve("timestamp.json");
    byte[] honest = Files.readAllBytes(timestamp);
    alter("timestamp.json", "timestamp", s -> s.put("version", 999_999));
    client.refresh();
    Files.write(timestamp, honest);
    assertThatThrownBy(client::refresh).hasMessageContaining("rollback");

    repository.rotate("timestamp", Guard.NONE);

    assertThat(client.refresh().rootVersion()).isEqualTo(2);
    assertThat(contents().get("timestamp.json")).contains("\"version\": 3,");
  }

  @Test
  void refresh_snapshotKeyRotatedAfterFastForward_recovers() throws IOException {
    TufClient client = client(disk);
    Path timestamp = metadata.resolve("timestamp.json");
    byte[] honest = Files.readAllBytes(timestamp);
    Forgery.alter(
        metadata.resolve("2.snapshot.json"),
        metadata.resolve("99999.snapshot.json"),
        s -> s.put("version", 99_999),
        signers("snapshot"));
    alter(
        "timestamp.json", "timestamp", s -> s.put("meta", meta(Map.of("snapshot.json", 99_999L))));
    client.refresh();
    Files.write(timestamp, honest);
    repository.rotate("snapshot", Guard.NONE);
    repository.rotate("snapshot", Guard.NONE);

    client.refresh();

    assertThat(contents().get("snapshot.json")).contains("\"version\": 4,");
  }

  @Test
  void refresh_withoutConsistentSnapshots() throws IOException {
    Forgery.alter(
        metadata.resolve("1.root.json"),
        metadata.resolve("2.root.json"),
        s -> s.put("version", 2).put("consistent_snapshot", false),
        signers("root"));
    Files.copy(metadata.resolve("2.snapshot.json"), metadata.resolve("snapshot.json"));
    Files.copy(metadata.resolve("2.targets.json"), metadata.resolve("targets.json"));
    Files.writeString(folder.resolve("repo/targets").resolve(PATH), "manifest");

    TrustedTargets targets = client(disk).refresh();

    assertThat(requests).endsWith("timestamp.json", "snapshot.json", "targets.json");
    assertThat(targets.download(targets.require(PATH), "targets/"))
        .asString()
        .isEqualTo("manifest");
  }

  @Test
  void refresh_duplicateSignature() throws IOException {
    Path file = metadata.resolve("timestamp.json");
    String text = Files.readString(file);
    String signature = text.substring(text.indexOf('[') + 1, text.indexOf(']'));
    Files.writeString(file, text.replaceFirst("\\[", "[" + signature + ","));
    assertThatThrownBy(client(disk)::refresh)
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("two signatures");
  }

  @Test
  void refresh_unreachable() throws IOException {
    TufClient client = client(disk);
    Forgery.copy(folder.resolve("repo"), folder.resolve("away"));
    try (Stream<Path> all = Files.walk(folder.resolve("repo"))) {
      for (Path file : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    assertThatThrownBy(client::refresh).isInstanceOf(UnreachableException.class);
  }

  @Test
  void init_unsignedRoot() {
    byte[] other =
        new String(firstRoot, StandardCharsets.UTF_8)
            .replace("2031", "2041")
            .getBytes(StandardCharsets.UTF_8);
    TufClient client =
        new TufClient(
            disk, folder.resolve("fresh"), new FolderRemote(folder), "", time, TufLimits.usual());
    assertThatThrownBy(() -> client.init(other)).isInstanceOf(TrustException.class);
    assertThatThrownBy(client::refresh).hasMessageContaining("no trusted root");
  }
}
