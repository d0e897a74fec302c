package dev.skerry.fleet.release;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.net.UnreachableException;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.bundle.release.UntrustedRelease;
import dev.skerry.bundle.tuf.TargetFile;
import dev.skerry.bundle.tuf.TrustedTargets;
import dev.skerry.bundle.tuf.TufClient;
import dev.skerry.bundle.tuf.TufLimits;
import dev.skerry.fleet.problem.FleetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The releases in the repository, read as a device reads them: through The Update Framework,
 * trusting nothing that is not signed. Looks again when the repository's timestamp has changed, at
 * most once a second.
 *
 * <p>Releases of delegated roles are found where the role is trusted with a model that the
 * top-level role lists, too.
 */
public final class Catalogue {
  private static final int ROOT_LIMIT = 512 << 10;
  private static final int TIMESTAMP_LIMIT = 64 << 10;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Disk disk;
  private final Blobs repository;
  private final Path metadata;
  private final InstantSource time;
  private final Map<Receipt, CataloguedRelease> verified = new HashMap<>();
  private Instant next = Instant.MIN;
  private byte[] timestamp = new byte[0];
  private List<CataloguedRelease> releases = List.of();
  private Optional<String> problem = Optional.empty();

  /**
   * @param metadata folder for the metadata that is trusted
   */
  public Catalogue(Disk disk, Blobs repository, Path metadata, InstantSource time) {
    this.disk = disk;
    this.repository = repository;
    this.metadata = metadata;
    this.time = time;
  }

  /** Releases by model, newest first. */
  public synchronized List<CataloguedRelease> releases() {
    Instant now = time.instant();
    if (!now.isBefore(next)) {
      next = now.plus(PAUSE);
      look();
    }
    return releases;
  }

  /**
   * Why the repository could not be read the last time it was looked at; then what was read before
   * holds.
   */
  public synchronized Optional<String> problem() {
    releases();
    return problem;
  }

  public Optional<CataloguedRelease> find(String model, long counter) {
    return releases().stream()
        .filter(release -> release.model().equals(model) && release.counter() == counter)
        .findFirst();
  }

  /** Newest release of a model. */
  public Optional<CataloguedRelease> newest(String model) {
    return releases().stream().filter(release -> release.model().equals(model)).findFirst();
  }

  /**
   * The TUF root that new devices begin to trust: the repository's first one, from which they go
   * on.
   *
   * @throws FleetException UNAVAILABLE if there is none yet
   */
  public String root() {
    return new String(rootBytes(), StandardCharsets.UTF_8);
  }

  private byte[] rootBytes() {
    try {
      return read("metadata/1.root.json", ROOT_LIMIT)
          .orElseThrow(() ->
              unavailable(
                  "there is no repository at %s yet; make one with 'skerry repo init'"
                      .formatted(repository.name())));
    } catch (IOException e) {
      throw unavailable(String.valueOf(e.getMessage()));
    }
  }

  private static FleetException unavailable(String why) {
    return new FleetException(FleetException.Kind.UNAVAILABLE, why);
  }

  /** A file of the repository, of which more than {@code limit} bytes are not read. */
  private Optional<byte[]> read(String path, int limit) throws IOException {
    Optional<Blobs.Content> content = repository.find(path);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = content.get().open(0)) {
      return Optional.of(in.readNBytes(limit));
    }
  }

  private void look() {
    try {
      Optional<byte[]> newest = read("metadata/timestamp.json", TIMESTAMP_LIMIT);
      if (newest.isEmpty()) {
        rootBytes();
        problem =
            Optional.of("the repository at %s has nothing in it yet".formatted(repository.name()));
        return;
      }
      byte[] found = newest.get();
      if (!Arrays.equals(found, timestamp) || problem.isPresent()) {
        releases = read();
        timestamp = found;
        problem = Optional.empty();
      }
    } catch (TrustException
        | BundleException
        | UnreachableException
        | FleetException
        | IOException
        | UncheckedIOException e) {
      problem = Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private List<CataloguedRelease> read() {
    TufClient client =
        new TufClient(
            disk, metadata, new BlobsRemote(repository), "metadata/", time, TufLimits.usual());
    client.init(rootBytes());
    TrustedTargets targets = client.refresh();
    visitDelegations(targets);
    List<CataloguedRelease> found = new ArrayList<>();
    for (TargetFile target : targets.all()) {
      receipt(target)
          .filter(receipt -> isTrusted(targets, receipt))
          .ifPresent(receipt -> found.add(release(targets, target, receipt)));
    }
    verified.keySet().retainAll(found.stream().map(CataloguedRelease::receipt).toList());
    return found.stream()
        .sorted(
            Comparator.comparing(CataloguedRelease::model)
                .thenComparing(CataloguedRelease::counter, Comparator.reverseOrder()))
        .toList();
  }

  private static void visitDelegations(TrustedTargets targets) {
    targets.all().stream()
        .flatMap(target -> receipt(target).stream())
        .map(Receipt::model)
        .distinct()
        .toList()
        .forEach(model -> targets.find(path(model, 0)));
  }

  private static boolean isTrusted(TrustedTargets targets, Receipt receipt) {
    return targets
        .find(path(receipt.model(), receipt.counter()))
        .flatMap(Catalogue::receipt)
        .filter(receipt::equals)
        .isPresent();
  }

  private CataloguedRelease release(TrustedTargets targets, TargetFile target, Receipt receipt) {
    return verified.computeIfAbsent(
        receipt,
        _ ->
            new CataloguedRelease(
                receipt,
                new UntrustedRelease(targets.download(target, "targets/"))
                    .verify(receipt)
                    .release()));
  }

  private static String path(String model, long counter) {
    return "releases/%s/%d.json".formatted(model, counter);
  }

  /** Empty when the target is no release. */
  private static Optional<Receipt> receipt(TargetFile target) {
    String sha256 = target.hashes().get("sha256");
    if (sha256 == null || !(target.custom().members().get("skerry") instanceof Json.Obj custom)) {
      return Optional.empty();
    }
    JsonObject release = JsonObject.of("the target '%s'".formatted(target.path()), custom);
    Receipt receipt =
        new Receipt(
            release.text("model"),
            release.integer("counter", 1),
            release.integer("floor", 0),
            new Digest(sha256));
    return target.path().equals(path(receipt.model(), receipt.counter()))
        ? Optional.of(receipt)
        : Optional.empty();
  }
}
