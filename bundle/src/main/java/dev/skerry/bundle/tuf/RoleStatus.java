package dev.skerry.bundle.tuf;

import dev.skerry.bundle.key.KeyScheme;
import dev.skerry.bundle.key.VerifyingKey;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A role of a repository, for people.
 *
 * @param threshold how many of the keys must sign
 * @param expires when the published version does
 */
public record RoleStatus(
    String role, long version, Instant expires, int threshold, List<Signer> signers) {
  public RoleStatus {
    signers = List.copyOf(signers);
  }

  /**
   * A key of a role.
   *
   * @param keyId in full
   * @param scheme as metadata names it
   */
  public record Signer(String keyId, String scheme) {}

  static RoleStatus of(String role, RootRole root, Envelope file) {
    List<Signer> signers =
        root.role(role).keyIds().stream()
            .map(root.keys()::get)
            .filter(Objects::nonNull)
            .map(RoleStatus::signer)
            .toList();
    return new RoleStatus(
        role, file.version(), file.expires(), root.role(role).threshold(), signers);
  }

  private static Signer signer(VerifyingKey key) {
    return new Signer(key.id(), key.scheme().map(KeyScheme::scheme).orElse("unknown"));
  }
}
