package dev.skerry.bundle.tuf;

import dev.skerry.bundle.Attack;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.net.Remote;
import dev.skerry.bundle.net.UnreachableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads files of a repository that may be hostile, and never more than a limit. */
final class MetadataSource {
  private final Remote remote;
  private final String prefix;

  /**
   * @param prefix of all paths; empty, or with a slash at its end
   */
  MetadataSource(Remote remote, String prefix) {
    this.remote = remote;
    this.prefix = prefix;
  }

  /** Such as {@code http://host/repo/metadata/2.root.json}. */
  String place(String path) {
    String name = remote.name();
    return name + (name.endsWith("/") ? "" : "/") + prefix + path;
  }

  /**
   * @param path percent-encoded
   * @param limit in bytes
   * @return empty if the repository does not have it
   * @throws TrustException if it is longer than the limit
   * @throws UnreachableException if the repository cannot be reached
   */
  Optional<byte[]> find(String path, long limit) {
    try (InputStream in = remote.open(prefix + path, 0)) {
      byte[] content = in.readNBytes(Math.toIntExact(limit + 1));
      if (content.length > limit) {
        throw new TrustException(
            Attack.ENDLESS_DATA,
            "%s is longer than the %d bytes that it may have".formatted(place(path), limit));
      }
      return Optional.of(content);
    } catch (Remote.MissingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UnreachableException(
          "%s cannot be read: %s; check the address and the network, and try again"
              .formatted(place(path), e.getMessage() == null ? e.toString() : e.getMessage()),
          e);
    }
  }

  /** As {@link #find}, for a file that a repository owes. */
  byte[] require(String path, long limit, String whoPromisesIt) {
    return find(path, limit)
        .orElseThrow(() ->
            new TrustException(
                Attack.MALICIOUS_MIRROR,
                "%s is missing, although %s; the repository is incomplete or withholds it"
                    .formatted(place(path), whoPromisesIt)));
  }
}
