package dev.skerry.bundle.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.Attack;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.key.KeyRing.Guard;
import dev.skerry.bundle.key.KeyScheme;
import dev.skerry.bundle.key.SigningKey;
import dev.skerry.bundle.net.FolderRemote;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TufRepositoryTest {
  private static final String PATH = "releases/resnet8/1.json";

  private final Disk disk = new SystemDisk();
  private final MemoryKeys keys = new MemoryKeys("me");
  private final TestTime time = new TestTime();

  @TempDir private Path folder;
  private Path path = Path.of("");

  @BeforeEach
  void setUp() {
    path = folder.resolve("repo");
  }

  private TufRepository init(KeyScheme... schemes) {
    return TufRepository.init(
        disk, path, keys, RepositorySettings.usual(List.of(schemes), Guard.NONE), time);
  }

  private TufClient device(TufRepository repository) {
    TufClient client =
        new TufClient(
            disk,
            folder.resolve("device"),
            new FolderRemote(path),
            "metadata/",
            time,
            TufLimits.usual());
    client.init(repository.trustedRoot());
    return client;
  }

  private static Map<String, TufRepository.Target> target(String path, String content) {
    return Map.of(
        path,
        new TufRepository.Target(
            content.getBytes(StandardCharsets.UTF_8), Json.object().put("counter", 1).build()));
  }

  @ParameterizedTest
  @EnumSource(names = {"ED25519", "ECDSA_P256", "ML_DSA_65"})
  void publish_reachesDevice(KeyScheme scheme) {
    TufRepository repository = init(scheme);
    TufClient device = device(repository);
    assertThat(device.refresh().all()).isEmpty();

    assertThat(repository.publish(target(PATH, "manifest")).published()).isTrue();

    TrustedTargets targets = device.refresh();
    TargetFile file = targets.require(PATH);
    assertThat(targets.download(file, "targets/")).asString().isEqualTo("manifest");
    assertThat(file.custom()).isEqualTo(Json.object().put("counter", 1).build());
  }

  @Test
  void publish_bothSchemesMustSign() {
    TufRepository repository = init(KeyScheme.ED25519, KeyScheme.ML_DSA_65);
    repository.publish(target(PATH, "manifest"));

    assertThat(repository.status())
        .allSatisfy(role -> {
          assertThat(role.threshold()).isEqualTo(2);
          assertThat(role.signers())
              .extracting(RoleStatus.Signer::scheme)
              .containsExactly("ed25519", "ml-dsa-65");
        });
    assertThat(device(repository).refresh().find(PATH)).isPresent();
  }

  @Test
  void publish_keepsEarlierTargetsAndReplacesThoseOfTheSamePath() {
    TufRepository repository = init(KeyScheme.ED25519);
    repository.publish(target("a", "1"));
    repository.publish(target("b", "1"));
    repository.publish(target("a", "22"));

    assertThat(repository.targets().keySet()).containsExactlyInAnyOrder("a", "b");
    assertThat(repository.targets().get("a")).extracting(TargetFile::length).isEqualTo(2L);
  }

  @Test
  void withdraw_hidesTarget() {
    TufRepository repository = init(KeyScheme.ED25519);
    repository.publish(target("a", "1"));
    repository.withdraw(List.of("a"));

    assertThat(device(repository).refresh().find("a")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "a/", "a//b", "../a", "a/../b", ".", "a\\b", "a b\n"})
  void publish_badPath(String bad) {
    TufRepository repository = init(KeyScheme.ED25519);
    assertThatThrownBy(() -> repository.publish(target(bad, "1")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("cannot be the path of a target");
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "timestamp", "snapshot", "targets"})
  void rotate_devicesFollow(String role) {
    TufRepository repository = init(KeyScheme.ED25519);
    repository.publish(target(PATH, "manifest"));
    TufClient device = device(repository);
    device.refresh();

    assertThat(repository.rotate(role, Guard.NONE).published()).isTrue();
    repository.publish(target("b", "1"));

    TrustedTargets targets = device.refresh();
    assertThat(targets.rootVersion()).isEqualTo(2);
    assertThat(targets.find(PATH)).isPresent();
    assertThat(targets.find("b")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"timestamp", "snapshot", "targets"})
  void rotate_oldKeyLost(String role) {
    TufRepository repository = init(KeyScheme.ED25519);
    TufClient device = device(repository);
    device.refresh();
    RoleStatus status =
        repository.status().stream().filter(s -> s.role().equals(role)).findFirst().orElseThrow();
    keys.keys.remove(status.signers().getFirst().keyId());

    assertThat(repository.rotate(role, Guard.NONE).published()).isTrue();

    assertThat(device.refresh().rootVersion()).isEqualTo(2);
  }

  @Test
  void refresh_renewsTimestampAndSnapshotInTime() {
    TufRepository repository = init(KeyScheme.ED25519);
    TufClient device = device(repository);
    for (int day = 0; day < 30; day++) {
      time.pass(Duration.ofDays(1));
      repository.refresh(Set.of());
      device.refresh();
    }
    time.pass(Duration.ofDays(8));
    assertThatThrownBy(device::refresh)
        .isInstanceOfSatisfying(
            TrustException.class, e -> assertThat(e.attack()).contains(Attack.INDEFINITE_FREEZE));
  }

  @Test
  void sign_thresholdOfTwoPeople() {
    TufRepository mine = init(KeyScheme.ED25519);
    MemoryKeys theirs = new MemoryKeys("they");
    SigningKey second = theirs.generate("targets", KeyScheme.ECDSA_P256, Guard.NONE);
    TufClient device = device(mine);
    // The new key has to agree before the threshold rises.
    assertThat(mine.addSigner("targets", second.verifying(), 2).unsigned())
        .singleElement()
        .asString()
        .contains("targets version 2 needs 1 more");
    assertThat(device.refresh().rootVersion()).isEqualTo(1);

    TufRepository other = TufRepository.open(disk, path, theirs, time);
    assertThat(other.sign().orElseThrow().published()).isTrue();
    assertThat(device.refresh().rootVersion()).isEqualTo(2);

    assertThat(mine.publish(target(PATH, "manifest")).published()).isFalse();
    assertThat(device.refresh().find(PATH)).isEmpty();
    assertThatThrownBy(() -> mine.publish(target("b", "1")))
        .hasMessageContaining("waits for signatures");
    assertThat(other.sign().orElseThrow().published()).isTrue();
    assertThat(device.refresh().find(PATH)).isPresent();
    assertThat(other.sign()).isEmpty();
  }

  @Test
  void discard_nothingWaitsAfterwards() {
    TufRepository repository = init(KeyScheme.ED25519);
    SigningKey second = SigningKey.generate(KeyScheme.ED25519);
    repository.addSigner("targets", second.verifying(), 2);
    assertThat(repository.waiting()).isNotEmpty();

    repository.discard();

    assertThat(repository.waiting()).isEmpty();
    assertThat(repository.publish(target("a", "1")).published()).isTrue();
  }

  @Test
  void removeSigner_signaturesOfItDoNotCountAnyMore() {
    TufRepository repository = init(KeyScheme.ED25519);
    SigningKey second = keys.generate("targets", KeyScheme.ED25519, Guard.NONE);
    repository.addSigner("targets", second.verifying(), 1);
    String first =
        repository.status().stream()
            .filter(s -> s.role().equals("targets"))
            .findFirst()
            .orElseThrow()
            .signers()
            .getFirst()
            .keyId();
    repository.removeSigner("targets", first.substring(0, 8), 1);
    keys.keys.remove(first);

    assertThat(repository.publish(target("a", "1")).published()).isTrue();
    assertThat(device(repository).refresh().find("a")).isPresent();
  }

  @Test
  void init_twice() {
    init(KeyScheme.ED25519);
    assertThatThrownBy(() -> init(KeyScheme.ED25519)).hasMessageContaining("repository already");
  }

  @Test
  void open_noRepository() {
    assertThatThrownBy(() -> TufRepository.open(disk, path, keys, time))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("skerry repo init");
  }

  @Test
  void publish_somebodyChangedTargets() throws IOException {
    TufRepository repository = init(KeyScheme.ED25519);
    repository.publish(target("a", "1"));
    Path targets = path.resolve("metadata/2.targets.json");
    Files.writeString(targets, Files.readString(targets).replace("\"a\"", "\"b\""));

    assertThatThrownBy(() -> repository.publish(target("c", "1")))
        .isInstanceOf(TrustException.class)
        .hasMessageContaining("somebody else changed the repository");
  }
}
