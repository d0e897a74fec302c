package dev.skerry.bundle.tuf;

import dev.skerry.bundle.key.KeyRing;
import dev.skerry.bundle.key.KeyScheme;
import dev.skerry.bundle.key.SigningKey;
import dev.skerry.bundle.key.TestKeys;
import dev.skerry.bundle.key.VerifyingKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Keys in memory; those for Ed25519 are the same in every run. */
final class MemoryKeys implements KeyRing {
  final Map<String, SigningKey> keys = new LinkedHashMap<>();
  private final String owner;

  MemoryKeys(String owner) {
    this.owner = owner;
  }

  @Override
  public Optional<SigningKey> find(VerifyingKey key) {
    return Optional.ofNullable(keys.get(key.id()));
  }

  @Override
  public SigningKey generate(String role, KeyScheme scheme, Guard guard) {
    SigningKey key =
        scheme == KeyScheme.ED25519
            ? TestKeys.named(owner + "/" + role + "/" + keys.size())
            : SigningKey.generate(scheme);
    keys.put(key.verifying().id(), key);
    return key;
  }
}
