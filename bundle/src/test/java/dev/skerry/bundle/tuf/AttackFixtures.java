package dev.skerry.bundle.tuf;

import dev.skerry.bundle.Attack;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Makes {@code src/test/resources/tuf/ATTACK}: {@code device}, the metadata that a device trusts
 * when the attack begins, and {@code repo}, what an attacker makes of the repository.
 */
final class AttackFixtures {
  static final String MODEL = "releases/resnet8/1.json";
  static final String OTHER = "releases/vgg/1.json";
  static final String EXTRA = "releases/miner/1.json";

  private final Disk disk = new SystemDisk();
  private final Path folder;
  private final Path repo;
  private final Path metadata;
  private final MemoryKeys keys = new MemoryKeys("fixture");
  private final TestTime time = new TestTime();
  private final TufRepository repository;

  private AttackFixtures(Path folder) {
    this.folder = folder;
    this.repo = folder.resolve("repo");
    this.metadata = repo.resolve("metadata");
    this.repository =
        TufRepository.init(
            disk,
            repo,
            keys,
            RepositorySettings.usual(List.of(KeyScheme.ED25519), Guard.NONE),
            time);
  }

  static String name(Attack attack) {
    return attack.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Writes the fixture of one attack into {@code folder}. */
  static void make(Attack attack, Path folder) throws IOException {
    AttackFixtures fixtures = new AttackFixtures(folder);
    fixtures.publish(MODEL, "manifest 1 of resnet8");
    fixtures.publish(OTHER, "manifest 1 of vgg-net");
    String shows = fixtures.attack(attack);
    Files.writeString(folder.resolve("README.md"), shows + "\n");
  }

  private String attack(Attack attack) throws IOException {
    return switch (attack) {
      case ARBITRARY_INSTALLATION -> arbitraryInstallation();
      case ENDLESS_DATA -> endlessData();
      case EXTRANEOUS_DEPENDENCIES -> extraneousDependencies();
      case FAST_FORWARD -> fastForward();
      case INDEFINITE_FREEZE -> indefiniteFreeze();
      case MALICIOUS_MIRROR -> maliciousMirror();
      case MIX_AND_MATCH -> mixAndMatch();
      case ROLLBACK -> rollback();
      case KEY_COMPROMISE -> keyCompromise();
      case WRONG_SOFTWARE -> wrongSoftware();
    };
  }

  private void publish(String path, String content) {
    repository.publish(
        Map.of(
            path,
            new TufRepository.Target(
                content.getBytes(StandardCharsets.UTF_8), Json.object().build())));
  }

  /** A device that has seen the repository as it is now. */
  private void deviceFollows() {
    TufClient client =
        new TufClient(
            disk,
            folder.resolve("device"),
            new FolderRemote(repo),
            "metadata/",
            time,
            TufLimits.usual());
    client.init(repository.trustedRoot());
    client.refresh();
  }

  private List<SigningKey> signers(String role) throws IOException {
    return Forgery.signers(metadata.resolve("1.root.json"), role, keys);
  }

  private Path file(String path) throws IOException {
    TargetFile target = repository.targets().get(path);
    if (target == null) {
      throw new IOException("no target " + path);
    }
    String hash = Hashes.preferred(target.hashes()).orElseThrow();
    return repo.resolve("targets").resolve(TrustedTargets.remotePath(target, true, hash));
  }

  private String arbitraryInstallation() throws IOException {
    deviceFollows();
    Files.writeString(file(MODEL), "a manifest of attack!");
    return "A mirror serves a file of its own, of the right length, in place of a target.";
  }

  private String endlessData() throws IOException {
    deviceFollows();
    Path timestamp = metadata.resolve("timestamp.json");
    byte[] longer =
        Forgery.repeated(Files.readAllBytes(timestamp), TufLimits.usual().timestampBytes() + 1);
    Files.write(timestamp, longer);
    return "The timestamp is well signed and goes on and on after that.";
  }

  private String extraneousDependencies() throws IOException {
    deviceFollows();
    Path extra = repo.resolve("targets").resolve(EXTRA);
    Files.createDirectories(Objects.requireNonNull(extra.getParent()));
    Files.writeString(extra, "manifest of something else");
    return "A mirror offers a target that no metadata lists, to be installed beside the others.";
  }

  private String fastForward() throws IOException {
    deviceFollows();
    Path timestamp = metadata.resolve("timestamp.json");
    Forgery.alter(
        timestamp,
        timestamp,
        signed -> signed.put("version", Long.MAX_VALUE),
        signers(RootRole.TIMESTAMP));
    return "With a stolen timestamp key, the version is raised to the end of all numbers.";
  }

  private String indefiniteFreeze() {
    deviceFollows();
    return "A mirror still serves the same files months later.";
  }

  private String maliciousMirror() throws IOException {
    deviceFollows();
    publish(MODEL, "manifest 2 of resnet8");
    Files.delete(metadata.resolve("4.snapshot.json"));
    return "A mirror serves the newest timestamp and withholds the snapshot that it names.";
  }

  private String mixAndMatch() throws IOException {
    deviceFollows();
    publish(MODEL, "manifest 2 of resnet8");
    Files.write(
        metadata.resolve("4.targets.json"), Files.readAllBytes(metadata.resolve("3.targets.json")));
    return "The newest snapshot is served together with the targets of the one before.";
  }

  private String rollback() throws IOException {
    byte[] before = Files.readAllBytes(metadata.resolve("timestamp.json"));
    publish(MODEL, "manifest 2 of resnet8");
    deviceFollows();
    Files.write(metadata.resolve("timestamp.json"), before);
    return "A mirror serves the repository as it was before what the device knows already.";
  }

  private String keyCompromise() throws IOException {
    SigningKey second = keys.generate(RootRole.TARGETS, KeyScheme.ED25519, Guard.NONE);
    repository.addSigner(RootRole.TARGETS, second.verifying(), 2);
    deviceFollows();
    publish(MODEL, "manifest of an attack");
    Forgery.alter(
        metadata.resolve("5.targets.json"),
        metadata.resolve("5.targets.json"),
        _ -> {},
        List.of(second));
    return "One of the two targets keys that must sign was stolen, and all online keys.";
  }

  private String wrongSoftware() throws IOException {
    deviceFollows();
    Files.write(file(MODEL), Files.readAllBytes(file(OTHER)));
    return "A mirror serves the release of one model in answer to a request for another's.";
  }
}
