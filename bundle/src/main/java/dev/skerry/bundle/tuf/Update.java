package dev.skerry.bundle.tuf;

import dev.skerry.bundle.Attack;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.net.Names;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One run of the client workflow (The Update Framework 1.0.34, §5), whose steps the comments name.
 */
final class Update {
  private final LocalFiles local;
  private final MetadataSource source;
  private final Instant start;
  private final TufLimits limits;

  /**
   * @param start the fixed update start time: what expired by then is out of date
   */
  Update(LocalFiles local, MetadataSource source, Instant start, TufLimits limits) {
    this.local = local;
    this.source = source;
    this.start = start;
    this.limits = limits;
  }

  /**
   * What an update ends with; delegated roles are fetched through it when somebody looks for them.
   */
  record Outcome(
      Update update,
      RootRole root,
      TimestampRole timestamp,
      SnapshotRole snapshot,
      TargetsRole targets) {
    /** A delegated role, verified with the keys that its delegator lists. */
    TargetsRole delegated(TargetsRole delegator, Delegation delegation) {
      return update.targets(
          delegation.name(),
          root.consistentSnapshot(),
          snapshot,
          file -> requireSigned(delegator, delegation, file));
    }

    static void requireSigned(TargetsRole delegator, Delegation delegation, Envelope file) {
      delegation.keys().require(delegation.name(), delegator.file().name(), file, delegator.keys());
    }
  }

  Outcome run() {
    RootRole root = root();
    TimestampRole timestamp = timestamp(root);
    SnapshotRole snapshot = snapshot(root, timestamp);
    TargetsRole targets =
        targets(
            RootRole.TARGETS,
            root.consistentSnapshot(),
            snapshot,
            file -> root.requireSigned(RootRole.TARGETS, file));
    return new Outcome(this, root, timestamp, snapshot, targets);
  }

  /* 5.2 and 5.3 */

  private RootRole root() {
    // 5.2 Load the trusted root; whether it has expired does not matter yet.
    RootRole root = trustedRoot();
    // 5.3.1, 5.3.2 From the trusted version N to the newest, one by one.
    for (int taken = 0; taken < limits.rootRotations(); taken++) {
      Optional<RootRole> next = nextRoot(root);
      if (next.isEmpty()) {
        break;
      }
      // 5.3.7 Set the trusted root, 5.3.8 persist it, 5.3.9 repeat.
      root = next.get();
      local.write(RootRole.TYPE, root.file().bytes());
    }
    // 5.3.10 Check for a freeze attack.
    requireFresh(root.file());
    // 5.3.11 Delete timestamp and snapshot if their keys were rotated.
    deleteRotated(root);
    // 5.3.12 Consistent snapshots are as this root says.
    return root;
  }

  private RootRole trustedRoot() {
    String name = "the local root.json";
    byte[] bytes =
        local
            .read(RootRole.TYPE, limits.rootBytes())
            .orElseThrow(() ->
                new TrustException(
                    "there is no trusted root in %s; begin with the root.json that came with"
                            .formatted(local.path(RootRole.TYPE))
                        + " the repository's address, on a way that you trust"));
    RootRole root = RootRole.read(Envelope.read(name, RootRole.TYPE, bytes));
    root.requireSigned(RootRole.TYPE, root.file());
    return root;
  }

  private Optional<RootRole> nextRoot(RootRole trusted) {
    long version = trusted.version() + 1;
    String path = version + ".root.json";
    // 5.3.3 Try downloading version N+1; when there is none, N is the newest.
    Optional<byte[]> bytes = source.find(path, limits.rootBytes());
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    RootRole next = RootRole.read(Envelope.read(source.place(path), RootRole.TYPE, bytes.get()));
    // 5.3.4 Check for an arbitrary software attack: the old keys and the new ones must sign.
    trusted.requireSigned(RootRole.TYPE, next.file());
    next.requireSigned(RootRole.TYPE, next.file());
    // 5.3.5 Check for a rollback attack; the same version again is only discarded. 5.3.6 Its
    // expiry does not matter yet.
    if (next.version() == trusted.version()) {
      return Optional.empty();
    }
    if (next.version() != version) {
      throw new TrustException(
          next.version() < version ? Attack.ROLLBACK : Attack.FAST_FORWARD,
          "%s says that it is version %d of the role root, %d was expected"
              .formatted(next.file().name(), next.version(), version));
    }
    return Optional.of(next);
  }

  /**
   * Both go when one is not signed by the keys of today: what an attacker with the old keys raised,
   * the timestamp tells as well as the snapshot does. Looking at the signatures instead of at the
   * change of root finds them also when power was cut between the two.
   */
  private void deleteRotated(RootRole root) {
    if (isRotated(root, RootRole.TIMESTAMP, limits.timestampBytes())
        || isRotated(root, RootRole.SNAPSHOT, limits.snapshotBytes())) {
      local.delete(RootRole.TIMESTAMP);
      local.delete(RootRole.SNAPSHOT);
    }
  }

  private boolean isRotated(RootRole root, String role, int limit) {
    return local
        .find(role, role, limit, file -> file)
        .filter(file -> !root.signs(role, file))
        .isPresent();
  }

  /* 5.4 */

  private TimestampRole timestamp(RootRole root) {
    Optional<TimestampRole> trusted =
        local
            .find(
                RootRole.TIMESTAMP,
                RootRole.TIMESTAMP,
                limits.timestampBytes(),
                TimestampRole::read)
            .filter(found -> root.signs(RootRole.TIMESTAMP, found.file()));
    // 5.4.1 Download the timestamp.
    String path = "timestamp.json";
    byte[] bytes =
        source.require(path, limits.timestampBytes(), "every repository has a timestamp");
    Envelope file = Envelope.read(source.place(path), RootRole.TIMESTAMP, bytes);
    // 5.4.2 Check for an arbitrary software attack.
    root.requireSigned(RootRole.TIMESTAMP, file);
    TimestampRole next = TimestampRole.read(file);
    // 5.4.3 Check for a rollback attack.
    if (trusted.isPresent()) {
      // 5.4.3.1 An older one is an attack; the same one is normal, and nothing else has changed.
      requireLater(file, "the role timestamp", trusted.get().version(), next.version());
      if (next.version() == trusted.get().version()) {
        requireFresh(trusted.get().file());
        return trusted.get();
      }
      // 5.4.3.2 Nor may the snapshot go back.
      requireLater(
          file, "the role snapshot", trusted.get().snapshot().version(), next.snapshot().version());
    }
    // 5.4.4 Check for a freeze attack.
    requireFresh(file);
    // 5.4.5 Persist the timestamp.
    local.write(RootRole.TIMESTAMP, bytes);
    return next;
  }

  /* 5.5 */

  private SnapshotRole snapshot(RootRole root, TimestampRole timestamp) {
    MetaFile expected = timestamp.snapshot();
    Optional<SnapshotRole> trusted =
        local
            .find(RootRole.SNAPSHOT, RootRole.SNAPSHOT, limits.snapshotBytes(), SnapshotRole::read)
            .filter(found -> root.signs(RootRole.SNAPSHOT, found.file()));
    if (trusted.isPresent() && isExpected(trusted.get().file(), expected)) {
      requireFresh(trusted.get().file());
      return trusted.get();
    }
    // 5.5.1 Download the snapshot, of the length that the timestamp tells if it does.
    // 5.5.2 Check against the timestamp's hash.
    Envelope file =
        download(
            RootRole.SNAPSHOT,
            RootRole.SNAPSHOT,
            root.consistentSnapshot(),
            expected,
            limits.snapshotBytes(),
            timestamp.file().name());
    // 5.5.3 Check for an arbitrary software attack.
    root.requireSigned(RootRole.SNAPSHOT, file);
    SnapshotRole next = SnapshotRole.read(file);
    // 5.5.4 Check against the timestamp's version.
    requireVersion(file, expected, timestamp.file().name());
    // 5.5.5 Check for a rollback attack.
    trusted.ifPresent(before -> requireNothingBack(before, next));
    // 5.5.6 Check for a freeze attack.
    requireFresh(file);
    // 5.5.7 Persist the snapshot.
    local.write(RootRole.SNAPSHOT, file.bytes());
    return next;
  }

  private void requireNothingBack(SnapshotRole before, SnapshotRole next) {
    for (Map.Entry<String, MetaFile> known : before.meta().entrySet()) {
      MetaFile now = next.meta().get(known.getKey());
      if (now == null) {
        throw new TrustException(
            Attack.ROLLBACK,
            "%s does not list %s any more, which the snapshot before it lists"
                .formatted(next.file().name(), known.getKey()));
      }
      requireLater(next.file(), known.getKey(), known.getValue().version(), now.version());
    }
  }

  /* 5.6 */

  /**
   * A targets role, of the top level or delegated, as {@code snapshot} wants it.
   *
   * @param requireSigned refuses it if its delegator's keys did not sign
   */
  TargetsRole targets(
      String role, boolean consistent, SnapshotRole snapshot, Consumer<Envelope> requireSigned) {
    MetaFile expected =
        snapshot
            .find(role)
            .orElseThrow(() ->
                new TrustException(
                    Attack.MIX_AND_MATCH,
                    "%s does not list %s.json, although that role is delegated to"
                        .formatted(snapshot.file().name(), role)));
    Optional<TargetsRole> trusted =
        local
            .find(role, RootRole.TARGETS, limits.targetsBytes(), TargetsRole::read)
            .filter(found -> isExpected(found.file(), expected))
            .filter(found -> isSigned(found.file(), requireSigned));
    if (trusted.isPresent()) {
      requireFresh(trusted.get().file());
      return trusted.get();
    }
    // 5.6.1 Download the targets, of the length that the snapshot tells if it does.
    // 5.6.2 Check against the snapshot's hash.
    Envelope file =
        download(
            role,
            RootRole.TARGETS,
            consistent,
            expected,
            limits.targetsBytes(),
            snapshot.file().name());
    // 5.6.3 Check for an arbitrary software attack.
    requireSigned.accept(file);
    TargetsRole next = TargetsRole.read(file);
    // 5.6.4 Check against the snapshot's version.
    requireVersion(file, expected, snapshot.file().name());
    // 5.6.5 Check for a freeze attack.
    requireFresh(file);
    // 5.6.6 Persist the targets.
    local.write(role, file.bytes());
    return next;
  }

  private static boolean isSigned(Envelope file, Consumer<Envelope> requireSigned) {
    try {
      requireSigned.accept(file);
      return true;
    } catch (TrustException | BundleException e) {
      return false; // its keys were rotated since
    }
  }

  /* What several steps do */

  private static boolean isExpected(Envelope file, MetaFile expected) {
    return file.version() == expected.version() && expected.matches(file.bytes());
  }

  private Envelope download(
      String role,
      String type,
      boolean consistent,
      MetaFile expected,
      int limit,
      String promisedBy) {
    String path = (consistent ? expected.version() + "." : "") + Names.encode(role) + ".json";
    long most = expected.length().orElse((long) limit);
    if (most > limit) {
      throw new TrustException(
          Attack.ENDLESS_DATA,
          "%s says that %s has %d bytes, the limit for the role is %d"
              .formatted(promisedBy, path, most, limit));
    }
    byte[] bytes =
        source.require(
            path, most, "%s promises version %d".formatted(promisedBy, expected.version()));
    if (!expected.matches(bytes)) {
      throw new TrustException(
          Attack.MIX_AND_MATCH,
          "%s has not the length and hashes that %s lists for %s.json"
              .formatted(source.place(path), promisedBy, role));
    }
    return Envelope.read(source.place(path), type, bytes);
  }

  private static void requireVersion(Envelope file, MetaFile expected, String promisedBy) {
    if (file.version() != expected.version()) {
      throw new TrustException(
          Attack.MIX_AND_MATCH,
          "%s is version %d, and %s lists version %d"
              .formatted(file.name(), file.version(), promisedBy, expected.version()));
    }
  }

  /** Versions may stay or rise, but not by more than an honest repository can catch up with. */
  private void requireLater(Envelope file, String what, long known, long found) {
    if (found < known) {
      throw new TrustException(
          Attack.ROLLBACK,
          "%s has version %d of %s, and version %d is known already"
              .formatted(file.name(), found, what, known));
    }
    if (found - known > limits.versionStep()) {
      throw new TrustException(
          Attack.FAST_FORWARD,
          "%s raises the version of %s from %d to %d, by more than the limit of %d at once"
              .formatted(file.name(), what, known, found, limits.versionStep()));
    }
  }

  private void requireFresh(Envelope file) {
    if (!file.expires().isAfter(start)) {
      throw new TrustException(
          Attack.INDEFINITE_FREEZE,
          "%s (version %d) has expired on %s and it is %s; its publisher has to sign a newer one,"
                  .formatted(file.name(), file.version(), file.expires(), start)
              + " or the clock is wrong");
    }
  }
}
