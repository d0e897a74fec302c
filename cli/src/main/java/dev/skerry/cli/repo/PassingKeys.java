package dev.skerry.cli.repo;

import dev.skerry.bundle.key.KeyRing;
import dev.skerry.bundle.key.KeyScheme;
import dev.skerry.bundle.key.SigningKey;
import dev.skerry.bundle.key.VerifyingKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keys that are forgotten with the process. */
public final class PassingKeys implements KeyRing {
  private final List<SigningKey> keys = new ArrayList<>();

  @Override
  public Optional<SigningKey> find(VerifyingKey key) {
    return keys.stream().filter(pair -> pair.verifying().id().equals(key.id())).findFirst();
  }

  @Override
  public SigningKey generate(String role, KeyScheme scheme, Guard guard) {
    SigningKey key = SigningKey.generate(scheme);
    keys.add(key);
    return key;
  }
}
