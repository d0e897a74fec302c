package dev.skerry.bundle.tuf;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.key.KeyRing;
import dev.skerry.bundle.key.KeyScheme;
import dev.skerry.bundle.key.VerifyingKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A repository as its publisher has it: a folder that any static server can offer, and keys that
 * are kept elsewhere.
 *
 * <p>Every change is a set of new versions that belong together. When keys of several people must
 * sign, the change waits until {@link #sign} has collected their signatures.
 */
public final class TufRepository {
  private final Disk disk;
  private final Path path;
  private final RepositoryFolder folder;
  private final KeyRing keys;
  private final InstantSource time;

  private TufRepository(Disk disk, Path path, KeyRing keys, InstantSource time) {
    this.disk = disk;
    this.path = path;
    this.folder = new RepositoryFolder(disk, path);
    this.keys = keys;
    this.time = time;
  }

  /** What to publish under a path. */
  public record Target(byte[] content, Json.Obj custom) {}

  /**
   * What became of a change.
   *
   * @param unsigned who has to sign before it is published, in words; empty when it is published
   */
  public record Result(List<String> unsigned) {
    public Result {
      unsigned = List.copyOf(unsigned);
    }

    /** Whether devices see the change. */
    public boolean published() {
      return unsigned.isEmpty();
    }
  }

  /** Newest verified version of each role. */
  private record Current(
      RootRole root, TimestampRole timestamp, SnapshotRole snapshot, TargetsRole targets) {
    /** Whether the keys of today signed the version that is published. */
    boolean signed(String role) {
      return root.signs(role, role.equals(RootRole.TARGETS) ? targets.file() : snapshot.file());
    }

    /** Of targets files, by name. */
    Map<String, Long> versions() {
      Map<String, Long> versions = new LinkedHashMap<>();
      snapshot.meta().forEach((file, meta) -> versions.put(file, meta.version()));
      return versions;
    }
  }

  /**
   * Makes a repository without targets, and keys for its roles.
   *
   * @param path folder of the repository, made when it is missing
   * @throws BundleException if there is a repository already
   */
  public static TufRepository init(
      Disk disk, Path path, KeyRing keys, RepositorySettings settings, InstantSource time) {
    TufRepository repository = new TufRepository(disk, path, keys, time);
    if (repository.folder.newestRoot() > 0) {
      throw new BundleException(path + " is a repository already");
    }
    RootDraft root = new RootDraft();
    settings
        .roles()
        .forEach((role, setting) -> {
          List<VerifyingKey> signers =
              setting.schemes().stream()
                  .map(scheme -> keys.generate(role, scheme, setting.guard()).verifying())
                  .toList();
          root.set(role, signers, signers.size());
          root.expire(role, setting.days());
        });
    repository.begin(root);
    return repository;
  }

  private void begin(RootDraft draft) {
    Json.Obj signed = draft.write(1, "2000-01-01T00:00:00Z");
    RootRole unsigned = RootRole.read(Envelope.write("root", signed, List.of()));
    Drafts drafts = new Drafts(unsigned);
    drafts.add(RootRole.TYPE, root(draft, 1, expires(unsigned, RootRole.TYPE)));
    RootRole root = drafts.after();
    drafts.add(RootRole.TARGETS, targets(root, Json.object().build(), 1, new LinkedHashMap<>()));
    drafts.add(RootRole.SNAPSHOT, snapshot(root, 1, Map.of("targets.json", 1L)));
    drafts.add(RootRole.TIMESTAMP, timestamp(root, 1, 1));
    drafts.sign(keys);
    drafts.install(folder);
  }

  /**
   * @throws BundleException if there is no repository, or a file of it is malformed
   */
  public static TufRepository open(Disk disk, Path path, KeyRing keys, InstantSource time) {
    TufRepository repository = new TufRepository(disk, path, keys, time);
    repository.root();
    return repository;
  }

  /* Reading */

  private RootRole root() {
    RootRole root = RootRole.read(folder.require(RootRole.TYPE, Math.max(1, folder.newestRoot())));
    root.requireSigned(RootRole.TYPE, root.file());
    return root;
  }

  /** Keys may have been rotated by a change that was cut; then old versions are taken as well. */
  private Current current() {
    RootRole root = root();
    TimestampRole timestamp =
        TimestampRole.read(verified(root, RootRole.TIMESTAMP, folder.require("timestamp", 0)));
    SnapshotRole snapshot =
        SnapshotRole.read(
            verified(
                root,
                RootRole.SNAPSHOT,
                folder.require(RootRole.SNAPSHOT, timestamp.snapshot().version())));
    long version =
        snapshot
            .find(RootRole.TARGETS)
            .orElseThrow(() -> new BundleException(path + " has a snapshot without targets"))
            .version();
    TargetsRole targets =
        TargetsRole.read(
            verified(root, RootRole.TARGETS, folder.require(RootRole.TARGETS, version)));
    return new Current(root, timestamp, snapshot, targets);
  }

  /** So that nothing is signed again that somebody slipped in. */
  private Envelope verified(RootRole root, String role, Envelope file) {
    if (root.signs(role, file)) {
      return file;
    }
    if (root.version() > 1) {
      RootRole before = RootRole.read(folder.require(RootRole.TYPE, root.version() - 1));
      before.requireSigned(RootRole.TYPE, root.file());
      if (before.signs(role, file)) {
        return file;
      }
    }
    throw new TrustException(
        "%s is not signed by the keys of the role %s; somebody else changed the repository,"
                .formatted(file.name(), role)
            + " take it back to a state that you know");
  }

  /** The targets that devices see, by path. */
  public SequencedMap<String, TargetFile> targets() {
    return current().targets().targets();
  }

  /** The newest root, which devices begin to trust the repository with. */
  public byte[] trustedRoot() {
    return root().file().bytes();
  }

  /** Roles, keys, versions and expiries, for people. */
  public List<RoleStatus> status() {
    Current current = current();
    Map<String, Envelope> files =
        Map.of(
            RootRole.TYPE, current.root.file(),
            RootRole.TIMESTAMP, current.timestamp.file(),
            RootRole.SNAPSHOT, current.snapshot.file(),
            RootRole.TARGETS, current.targets.file());
    return RootRole.TOP_LEVEL.stream()
        .map(role -> RoleStatus.of(role, current.root, Objects.requireNonNull(files.get(role))))
        .toList();
  }

  /** How many keys must sign for {@code role}. */
  public int threshold(String role) {
    requireRole(role);
    return root().role(role).threshold();
  }

  /** Who has to sign before a change that waits is published, in words; empty when none waits. */
  public List<String> waiting() {
    Drafts drafts = Drafts.load(disk, Drafts.folder(path), root());
    return drafts.missing().stream().map(Drafts.Missing::toString).toList();
  }

  /* Changing */

  /**
   * Adds targets, or replaces those of the same path, and publishes.
   *
   * @param added by path
   */
  public Result publish(Map<String, Target> added) {
    SequencedMap<String, TargetFile> files = new LinkedHashMap<>();
    added.forEach((name, target) -> {
      RepositoryFolder.requirePath(name);
      files.put(
          name,
          new TargetFile(
              name, target.content().length, Hashes.sha256(target.content()), target.custom()));
    });
    requireNothingWaits();
    // Data first: nothing refers to it before it is there.
    files.forEach((name, file) ->
        folder.writeTarget(file, Objects.requireNonNull(added.get(name)).content()));
    Current current = current();
    SequencedMap<String, TargetFile> all = new LinkedHashMap<>(current.targets.targets());
    all.putAll(files);
    return replaceTargets(current, all);
  }

  /** Takes targets out of the metadata; their files stay for devices that are downloading. */
  public Result withdraw(Collection<String> paths) {
    requireNothingWaits();
    Current current = current();
    SequencedMap<String, TargetFile> all = new LinkedHashMap<>(current.targets.targets());
    all.keySet().removeAll(new HashSet<>(paths));
    return replaceTargets(current, all);
  }

  private Result replaceTargets(Current current, SequencedMap<String, TargetFile> all) {
    Drafts drafts = new Drafts(current.root);
    addTargets(drafts, current, all);
    return finish(drafts);
  }

  /**
   * Signs the timestamp anew, and the snapshot when half of its life is over, so that devices see
   * that the repository is alive.
   *
   * @param others roles to sign anew as well: root, targets, snapshot
   */
  public Result refresh(Set<String> others) {
    others.forEach(TufRepository::requireRole);
    requireNothingWaits();
    Current current = current();
    Drafts drafts = new Drafts(current.root);
    if (others.contains(RootRole.TYPE)) {
      drafts.add(RootRole.TYPE, nextRoot(current.root, RootDraft.of(current.root)));
    }
    if (others.contains(RootRole.TARGETS) || !current.signed(RootRole.TARGETS)) {
      addTargets(drafts, current, current.targets.targets());
    } else if (others.contains(RootRole.SNAPSHOT)
        || !current.signed(RootRole.SNAPSHOT)
        || isHalfOver(current.root, current.snapshot.file())) {
      addSnapshot(drafts, current, current.versions());
    } else {
      addTimestamp(drafts, current, current.snapshot.version());
    }
    return finish(drafts);
  }

  private boolean isHalfOver(RootRole root, Envelope file) {
    Duration left = Duration.between(time.instant(), file.expires());
    return left.compareTo(
            Duration.ofDays(RootDraft.days(root, file.signed().text("_type"))).dividedBy(2))
        < 0;
  }

  /**
   * Replaces all keys of a role by new ones of the same schemes. The new root is signed by the old
   * and the new keys, so that devices follow.
   */
  public Result rotate(String role, KeyRing.Guard guard) {
    RootRole root = root();
    List<VerifyingKey> signers = new ArrayList<>();
    for (VerifyingKey old : signers(root, role)) {
      KeyScheme scheme = old.scheme().orElse(KeyScheme.ED25519);
      signers.add(keys.generate(role, scheme, guard).verifying());
    }
    return setSigners(role, signers, root.role(role).threshold());
  }

  /** Lets one more key sign for a role. */
  public Result addSigner(String role, VerifyingKey added, int threshold) {
    List<VerifyingKey> signers = new ArrayList<>(signers(root(), role));
    signers.removeIf(key -> key.id().equals(added.id()));
    signers.add(added);
    return setSigners(role, signers, threshold);
  }

  /**
   * Takes the right to sign for a role from a key.
   *
   * @param keyId or its beginning
   */
  public Result removeSigner(String role, String keyId, int threshold) {
    List<VerifyingKey> signers = new ArrayList<>(signers(root(), role));
    if (!signers.removeIf(key -> key.id().startsWith(keyId))) {
      throw new BundleException(
          "the role %s has no key %s; it has %s".formatted(role, keyId, signers));
    }
    return setSigners(role, signers, threshold);
  }

  private static List<VerifyingKey> signers(RootRole root, String role) {
    requireRole(role);
    return root.role(role).keyIds().stream()
        .map(root.keys()::get)
        .filter(Objects::nonNull)
        .toList();
  }

  private static void requireRole(String role) {
    if (!RootRole.TOP_LEVEL.contains(role)) {
      throw new BundleException(
          "there is no role '%s'; the roles are %s".formatted(role, RootRole.TOP_LEVEL));
    }
  }

  private Result setSigners(String role, List<VerifyingKey> signers, int threshold) {
    requireNothingWaits();
    Current current = current();
    RootDraft draft = RootDraft.of(current.root);
    draft.set(role, signers, threshold);
    Drafts drafts = new Drafts(current.root);
    drafts.add(RootRole.TYPE, nextRoot(current.root, draft));
    // What the role signed is signed anew, by the old and the new keys.
    switch (role) {
      case RootRole.TARGETS -> addTargets(drafts, current, current.targets.targets());
      case RootRole.SNAPSHOT -> addSnapshot(drafts, current, current.versions());
      case RootRole.TIMESTAMP -> addTimestamp(drafts, current, current.snapshot.version());
      default -> {}
    }
    return finish(drafts);
  }

  /**
   * Adds signatures to a change that waits for them, and publishes it when there are enough.
   *
   * @return empty when nothing waits
   */
  public Optional<Result> sign() {
    Drafts drafts = Drafts.load(disk, Drafts.folder(path), root());
    return drafts.isEmpty() ? Optional.empty() : Optional.of(finish(drafts));
  }

  /** Throws a change that waits for signatures away. */
  public void discard() {
    Drafts.discard(disk, Drafts.folder(path));
  }

  private Result finish(Drafts drafts) {
    drafts.sign(keys);
    List<String> missing = drafts.missing().stream().map(Drafts.Missing::toString).toList();
    if (missing.isEmpty()) {
      drafts.install(folder);
      discard();
    } else {
      drafts.store(disk, Drafts.folder(path));
    }
    return new Result(missing);
  }

  private void requireNothingWaits() {
    List<String> waiting = waiting();
    if (!waiting.isEmpty()) {
      throw new BundleException(
          "a change of %s waits for signatures: %s; sign it with 'skerry repo sign', or throw it"
                  .formatted(path, String.join("; ", waiting))
              + " away with 'skerry repo sign --discard'");
    }
  }

  /* New versions */

  private void addTargets(
      Drafts drafts, Current current, SequencedMap<String, TargetFile> targets) {
    long version = current.targets.version() + 1;
    drafts.add(
        RootRole.TARGETS,
        targets(drafts.after(), current.targets.file().signed().json(), version, targets));
    Map<String, Long> versions = current.versions();
    versions.put("targets.json", version);
    addSnapshot(drafts, current, versions);
  }

  private void addSnapshot(Drafts drafts, Current current, Map<String, Long> versions) {
    long version = current.snapshot.version() + 1;
    drafts.add(RootRole.SNAPSHOT, snapshot(drafts.after(), version, versions));
    addTimestamp(drafts, current, version);
  }

  private void addTimestamp(Drafts drafts, Current current, long snapshot) {
    drafts.add(
        RootRole.TIMESTAMP, timestamp(drafts.after(), current.timestamp.version() + 1, snapshot));
  }

  private Envelope nextRoot(RootRole root, RootDraft draft) {
    return root(draft, root.version() + 1, expires(root, RootRole.TYPE));
  }

  private static Envelope root(RootDraft draft, long version, String expires) {
    return Envelope.write("the new root", draft.write(version, expires), List.of());
  }

  private Envelope targets(
      RootRole root, Json.Obj before, long version, SequencedMap<String, TargetFile> targets) {
    return Envelope.write(
        "the new targets",
        RoleJson.targets(before, version, expires(root, RootRole.TARGETS), targets),
        List.of());
  }

  private Envelope snapshot(RootRole root, long version, Map<String, Long> targets) {
    return Envelope.write(
        "the new snapshot",
        RoleJson.snapshot(version, expires(root, RootRole.SNAPSHOT), targets),
        List.of());
  }

  private Envelope timestamp(RootRole root, long version, long snapshot) {
    return Envelope.write(
        "the new timestamp",
        RoleJson.timestamp(version, expires(root, RootRole.TIMESTAMP), snapshot),
        List.of());
  }

  private String expires(RootRole root, String role) {
    Instant now = time.instant().truncatedTo(ChronoUnit.SECONDS);
    return now.plus(Duration.ofDays(RootDraft.days(root, role))).toString();
  }
}
