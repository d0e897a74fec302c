package dev.skerry.bundle.tuf;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.key.KeyRing;
import dev.skerry.bundle.key.KeyScheme;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * How a new repository is set up.
 *
 * @param roles by name: root, timestamp, snapshot and targets
 */
public record RepositorySettings(SequencedMap<String, Role> roles) {
  /**
   * One role.
   *
   * @param schemes a new key of each, all of which must sign
   * @param days until a signed version expires
   * @param guard how the secrets are kept
   */
  public record Role(List<KeyScheme> schemes, int days, KeyRing.Guard guard) {
    public Role {
      schemes = List.copyOf(schemes);
    }
  }

  /** A hundred years. */
  static final int DAYS_LIMIT = 36_500;

  /** Days until a version expires: a year for root, then ever shorter. */
  static int usualDays(String role) {
    return switch (role) {
      case RootRole.TYPE -> 365;
      case RootRole.TARGETS -> 90;
      default -> 7;
    };
  }

  /**
   * The usual expiries.
   *
   * @param online how the secrets of snapshot and timestamp are kept, with which a machine may sign
   *     on its own; those of root and targets always have a passphrase
   */
  public static RepositorySettings usual(List<KeyScheme> schemes, KeyRing.Guard online) {
    SequencedMap<String, Role> roles = new LinkedHashMap<>();
    for (String role : RootRole.TOP_LEVEL) {
      boolean offline = role.equals(RootRole.TYPE) || role.equals(RootRole.TARGETS);
      roles.put(
          role, new Role(schemes, usualDays(role), offline ? KeyRing.Guard.PASSPHRASE : online));
    }
    return new RepositorySettings(roles);
  }

  /**
   * The same with another time to live for one role.
   *
   * @throws BundleException if there is no such role, or the days are too few or too many
   */
  public RepositorySettings withDays(String role, int days) {
    Role setting = roles.get(role);
    if (setting == null || days < 1 || days > DAYS_LIMIT) {
      throw new BundleException(
          "the role '%s' cannot expire after %d days: one of %s and 1 to %d days were expected"
              .formatted(role, days, roles.keySet(), DAYS_LIMIT));
    }
    SequencedMap<String, Role> changed = new LinkedHashMap<>(roles);
    changed.put(role, new Role(setting.schemes(), days, setting.guard()));
    return new RepositorySettings(changed);
  }
}
