package dev.skerry.bundle.tuf;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.net.Remote;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What a device does to learn what there is in a repository, without trusting the repository, the
 * network or a mirror: the client workflow of The Update Framework 1.0.34, §5.
 */
public final class TufClient {
  private final LocalFiles local;
  private final MetadataSource source;
  private final Remote remote;
  private final InstantSource time;
  private final TufLimits limits;

  /**
   * @param metadataFolder where the metadata that is trusted is kept
   * @param metadataPrefix of metadata files in the repository, {@code metadata/} for instance;
   *     empty, or with a slash at its end
   * @param time for telling whether metadata has expired
   */
  public TufClient(
      Disk disk,
      Path metadataFolder,
      Remote remote,
      String metadataPrefix,
      InstantSource time,
      TufLimits limits) {
    this.local = new LocalFiles(disk, metadataFolder);
    this.source = new MetadataSource(remote, metadataPrefix);
    this.remote = remote;
    this.time = time;
    this.limits = limits;
  }

  /**
   * Begins to trust, with a root that came on a way of its own, such as with the device. A device
   * that trusts a root already keeps that one.
   *
   * @throws BundleException if it is malformed
   * @throws TrustException if it is not signed as it says itself
   */
  public void init(byte[] trustedRoot) {
    if (local.find(RootRole.TYPE, RootRole.TYPE, limits.rootBytes(), RootRole::read).isPresent()) {
      return;
    }
    if (trustedRoot.length > limits.rootBytes()) {
      throw new BundleException(
          "the root has %d bytes, the limit is %d"
              .formatted(trustedRoot.length, limits.rootBytes()));
    }
    RootRole root =
        RootRole.read(Envelope.read("the root to begin with", RootRole.TYPE, trustedRoot));
    root.requireSigned(RootRole.TYPE, root.file());
    local.write(RootRole.TYPE, trustedRoot);
  }

  /**
   * Brings the local metadata up to date. What was verified is kept, also when a later step fails;
   * nothing else is.
   *
   * @throws TrustException if something must not be trusted, naming the attack
   * @throws BundleException if something is malformed
   * @throws dev.skerry.bundle.net.UnreachableException if the repository cannot be reached
   */
  public TrustedTargets refresh() {
    // 5.1 Record the fixed update start time.
    Update update = new Update(local, source, time.instant(), limits);
    return new TrustedTargets(update.run(), remote, limits);
  }
}
