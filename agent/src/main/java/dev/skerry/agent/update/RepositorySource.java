package dev.skerry.agent.update;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.blob.BlobStore;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.net.Remote;
import dev.skerry.bundle.net.UnreachableException;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.bundle.tuf.TargetFile;
import dev.skerry.bundle.tuf.TrustedTargets;
import dev.skerry.bundle.tuf.TufClient;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Skerry repository: what is new comes from The Update Framework's metadata, a release being the
 * target {@code releases/MODEL/COUNTER.json}; blobs lie beside it and are trusted by their digests.
 */
public final class RepositorySource implements ReleaseSource {
  private static final String TARGETS = "targets/";
  private static final String BLOBS = "blobs/";

  private final TufClient client;
  private final Remote remote;
  private @Nullable TrustedTargets trusted;

  public RepositorySource(TufClient client, Remote remote) {
    this.client = client;
    this.remote = remote;
  }

  private static String path(String model, long counter) {
    return "releases/%s/%d.json".formatted(model, counter);
  }

  @Override
  public synchronized Optional<Receipt> newest(String model) throws IOException {
    return releases(model).stream().max(Comparator.comparingLong(Receipt::counter));
  }

  @Override
  public synchronized Optional<Receipt> find(String model, long counter) throws IOException {
    return releases(model).stream().filter(receipt -> receipt.counter() == counter).findFirst();
  }

  /** All of them, each with the highest floor that any names. */
  private List<Receipt> releases(String model) throws IOException {
    try {
      TrustedTargets targets = client.refresh();
      trusted = targets;
      targets.find(path(model, 0)); // visits every role that is trusted with this model's releases
      List<Receipt> releases =
          targets.all().stream()
              .filter(target -> target.path().startsWith("releases/" + model + "/"))
              .map(target -> receipt(model, target))
              .filter(receipt -> isTrusted(targets, receipt))
              .toList();
      long floor = releases.stream().mapToLong(Receipt::floor).max().orElse(0);
      return releases.stream()
          .map(found -> new Receipt(model, found.counter(), floor, found.manifest()))
          .toList();
    } catch (UnreachableException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Whether the role that is trusted with the release's path lists just this one. */
  private static boolean isTrusted(TrustedTargets targets, Receipt receipt) {
    return targets
        .find(path(receipt.model(), receipt.counter()))
        .filter(found -> receipt(receipt.model(), found).equals(receipt))
        .isPresent();
  }

  private static Receipt receipt(String model, TargetFile target) {
    JsonObject release =
        JsonObject.of("the target '%s'".formatted(target.path()), target.custom()).object("skerry");
    String sha256 = target.hashes().get("sha256");
    if (sha256 == null) {
      throw new BundleException(
          "the target '%s' has no sha256, and releases need one".formatted(target.path()));
    }
    Receipt receipt =
        new Receipt(
            release.text("model"),
            release.integer("counter", 1),
            release.integer("floor", 0),
            new Digest(sha256));
    if (!receipt.model().equals(model) || !target.path().equals(path(model, receipt.counter()))) {
      throw new TrustException(
          "the target '%s' says that it is %s".formatted(target.path(), receipt.label()));
    }
    return receipt;
  }

  @Override
  public synchronized byte[] manifest(Receipt receipt) throws IOException {
    TrustedTargets targets = trusted;
    if (targets == null) {
      throw new IllegalStateException("asked for a manifest before the newest release");
    }
    try {
      return targets.download(targets.require(path(receipt.model(), receipt.counter())), TARGETS);
    } catch (UnreachableException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public InputStream blob(Digest blob, long offset) throws IOException {
    return remote.open(BLOBS + BlobStore.path(blob), offset);
  }
}
