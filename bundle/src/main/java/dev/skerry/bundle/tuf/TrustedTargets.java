package dev.skerry.bundle.tuf;

import dev.skerry.bundle.Attack;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.net.Names;
import dev.skerry.bundle.net.Remote;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a repository holds, after its metadata was verified. Not for several threads at once. */
public final class TrustedTargets {
  private final Update.Outcome outcome;
  private final Remote remote;
  private final TufLimits limits;
  private final Map<String, TargetsRole> delegated = new HashMap<>();

  TrustedTargets(Update.Outcome outcome, Remote remote, TufLimits limits) {
    this.outcome = outcome;
    this.remote = remote;
    this.limits = limits;
  }

  /** A role to look into, and whom that role has its trust from. */
  private record Visit(TargetsRole delegator, Delegation delegation) {}

  /**
   * The target of that path, from the first role that lists it and is trusted with it; fetches the
   * metadata of delegated roles as needed. Empty when no signed metadata lists it.
   *
   * @throws TrustException if a role on the way must not be trusted; the search ends there
   */
  public Optional<TargetFile> find(String path) {
    // 5.6.7 Pre-order depth-first search, beginning with the top-level targets role.
    TargetFile found = outcome.targets().targets().get(path);
    Deque<Visit> next = new ArrayDeque<>();
    push(next, outcome.targets(), path);
    Set<String> visited = new HashSet<>();
    while (found == null && !next.isEmpty() && visited.size() < limits.delegatedRoles()) {
      Visit visit = next.pop();
      // 5.6.7.1 A role that was visited is skipped, so that cycles end.
      if (visited.add(visit.delegation.name())) {
        TargetsRole role = load(visit);
        found = role.targets().get(path);
        push(next, role, path);
      }
    }
    return Optional.ofNullable(found);
  }

  /** 5.6.7.2 Delegations in their order; after a terminating one nobody else is asked. */
  private static void push(Deque<Visit> next, TargetsRole role, String path) {
    List<Visit> children = new ArrayList<>();
    for (Delegation delegation : role.delegations()) {
      if (delegation.covers(path)) {
        children.add(new Visit(role, delegation));
        if (delegation.terminating()) {
          next.clear();
          break;
        }
      }
    }
    children.reversed().forEach(next::push);
  }

  /** Each delegator has keys of its own for the role, so a role in memory is verified again. */
  private TargetsRole load(Visit visit) {
    TargetsRole known = delegated.get(visit.delegation.name());
    if (known != null) {
      Update.Outcome.requireSigned(visit.delegator, visit.delegation, known.file());
      return known;
    }
    TargetsRole role = outcome.delegated(visit.delegator, visit.delegation);
    delegated.put(visit.delegation.name(), role);
    return role;
  }

  /**
   * As {@link #find}, for a target that must be there.
   *
   * @throws TrustException if no signed metadata lists it
   */
  public TargetFile require(String path) {
    // 5.7.2 Report that there is no such target.
    return find(path)
        .orElseThrow(() ->
            new TrustException(
                Attack.EXTRANEOUS_DEPENDENCIES,
                "no role that is trusted with '%s' lists it in %s".formatted(path, remote.name())));
  }

  /** Targets of the top-level role, and of the delegated roles that {@link #find} went through. */
  public List<TargetFile> all() {
    return roles().flatMap(role -> role.targets().values().stream()).toList();
  }

  private Stream<TargetsRole> roles() {
    return Stream.concat(Stream.of(outcome.targets()), delegated.values().stream());
  }

  /** When the timestamp expires: from then on this must not be believed any more. */
  public Instant expires() {
    return outcome.timestamp().expires();
  }

  /** Version of the root that this rests on. */
  public long rootVersion() {
    return outcome.root().version();
  }

  /**
   * The bytes of a target from the repository of the metadata.
   *
   * @param prefix of target files, {@code targets/} for instance; empty, or with a slash at its end
   * @throws TrustException if they are not what metadata lists
   * @throws dev.skerry.bundle.net.UnreachableException if the repository cannot be reached
   */
  public byte[] download(TargetFile target, String prefix) {
    return download(target, remote, prefix);
  }

  /** As {@link #download(TargetFile, String)}, from another place than the metadata. */
  public byte[] download(TargetFile target, Remote from, String prefix) {
    if (target.length() > limits.targetBytes()) {
      throw new BundleException(
          "the target '%s' has %d bytes, the limit is %d"
              .formatted(target.path(), target.length(), limits.targetBytes()));
    }
    String hash =
        Hashes.preferred(target.hashes())
            .orElseThrow(() ->
                new TrustException(
                    Attack.ARBITRARY_INSTALLATION,
                    "the target '%s' has hashes by %s alone, sha256 or sha512 was expected"
                        .formatted(target.path(), target.hashes().keySet())));
    // 5.7.3 Download up to the number of bytes that metadata tells, and verify the hashes.
    MetadataSource source = new MetadataSource(from, prefix);
    String path = remotePath(target, outcome.root().consistentSnapshot(), hash);
    byte[] content = source.require(path, target.length(), "metadata lists it");
    if (!isIntact(target, content)) {
      throw notIntact(target, source.place(path), content);
    }
    return content;
  }

  /** Whether {@code content} is this target: of its length and its hashes. */
  public static boolean isIntact(TargetFile target, byte[] content) {
    return content.length == target.length() && Hashes.match(target.hashes(), content);
  }

  /** With consistent snapshots, {@code a/b} is found at {@code a/HASH.b}. */
  static String remotePath(TargetFile target, boolean consistent, String hash) {
    int name = target.path().lastIndexOf('/') + 1;
    return Names.encodePath(target.path().substring(0, name))
        + (consistent ? hash + "." : "")
        + Names.encode(target.path().substring(name));
  }

  private TrustException notIntact(TargetFile target, String place, byte[] content) {
    Optional<TargetFile> other =
        all().stream()
            .filter(known -> !Objects.equals(known.path(), target.path()))
            .filter(known -> isIntact(known, content))
            .findFirst();
    return other
        .map(known ->
            new TrustException(
                Attack.WRONG_SOFTWARE,
                "%s is not the target '%s' but the target '%s'"
                    .formatted(place, target.path(), known.path())))
        .orElseGet(() ->
            new TrustException(
                Attack.ARBITRARY_INSTALLATION,
                "%s has not the length and hashes that metadata lists for '%s'"
                    .formatted(place, target.path())));
  }
}
