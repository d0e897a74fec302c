package dev.skerry.bundle.tuf;

import dev.skerry.bundle.Attack;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.key.VerifyingKey;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;

/**
 * Who may sign for a role.
 *
 * @param keyIds of the keys, each counted once
 * @param threshold how many of them must sign
 */
record RoleKeys(SequencedSet<String> keyIds, int threshold) {
  /** No role needs more signatures. */
  static final int THRESHOLD_LIMIT = 1000;

  RoleKeys {
    keyIds = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(keyIds));
  }

  static RoleKeys read(JsonObject written) {
    long threshold = written.integer("threshold", 1);
    if (threshold > THRESHOLD_LIMIT) {
      throw new BundleException(
          "%s.threshold is %d, at most %d was expected"
              .formatted(written.place(), threshold, THRESHOLD_LIMIT));
    }
    return new RoleKeys(new LinkedHashSet<>(written.texts("keyids")), (int) threshold);
  }

  /**
   * How many of the role's keys signed. A key counts once, however many ids it is listed under.
   *
   * @param keys by id, those of other roles among them
   */
  int signers(Envelope file, Map<String, VerifyingKey> keys) {
    byte[] message = file.message();
    Set<Object> signers = new HashSet<>();
    for (Envelope.Signature signature : file.signatures()) {
      VerifyingKey key = keys.get(signature.keyId());
      if (key != null
          && keyIds.contains(signature.keyId())
          && key.verifies(message, signature.bytes())) {
        signers.add(key.identity());
      }
    }
    return signers.size();
  }

  /**
   * @param role for messages
   * @param source of the keys, for messages
   * @throws TrustException if fewer than the threshold signed
   */
  void require(String role, String source, Envelope file, Map<String, VerifyingKey> keys) {
    int signers = signers(file, keys);
    if (signers >= threshold) {
      return;
    }
    throw new TrustException(
        signers == 0 ? Attack.ARBITRARY_INSTALLATION : Attack.KEY_COMPROMISE,
        "%s is signed by %d of the keys that %s lists for the role %s, %d must sign"
            .formatted(file.name(), signers, source, role, threshold));
  }
}
