package dev.skerry.cli.release;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.blob.Assembler;
import dev.skerry.bundle.blob.BlobSource;
import dev.skerry.bundle.blob.BlobStore;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.release.ManifestCodec;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.tuf.TargetFile;
import dev.skerry.bundle.tuf.TufRepository;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Puts releases into a repository: blobs first, then the manifest as a target of signed metadata,
 * with a release counter that only grows.
 */
public final class Publisher {
  private final Disk disk;
  private final Path folder;
  private final TufRepository repository;

  /**
   * @param folder of {@code repository}
   */
  public Publisher(Disk disk, Path folder, TufRepository repository) {
    this.disk = disk;
    this.folder = folder;
    this.repository = repository;
  }

  /**
   * What became of a release.
   *
   * @param newBytes of blobs that the repository did not have
   * @param unsigned who has to sign before devices see it; empty when they do
   */
  public record Published(
      String model,
      String version,
      long counter,
      long floor,
      int newBlobs,
      long newBytes,
      List<String> unsigned) {}

  /**
   * A release in the repository.
   *
   * @param floor security floor that was signed with it
   */
  private record Entry(TargetFile target, long floor) {}

  /**
   * Publishes a release.
   *
   * @param blobs where its blobs are
   * @param floor security floor; the one before when not given
   * @throws TrustException if a blob or a variant is damaged; nothing is signed
   * @throws BundleException if the floor would go down, or above the release itself
   */
  public Published publish(byte[] manifest, BlobSource blobs, OptionalLong floor) {
    Release release = ManifestCodec.read(manifest);
    NavigableMap<Long, Entry> earlier = releases(release.model());
    long counter = earlier.isEmpty() ? 1 : earlier.lastKey() + 1;
    long signedFloor = floor(earlier, counter, floor);
    BlobStore store = new BlobStore(disk, folder.resolve("blobs"));
    int newBlobs = 0;
    long newBytes = 0;
    for (Map.Entry<Digest, Long> blob : release.blobs().entrySet()) {
      if (store.copy(blob.getKey(), blob.getValue(), blobs)) {
        newBlobs++;
        newBytes += blob.getValue();
      }
    }
    release.variants().forEach(variant -> Assembler.verify(variant.file(), store, _ -> {}));
    TufRepository.Result result =
        repository.publish(
            Map.of(
                path(release.model(), counter),
                new TufRepository.Target(manifest, custom(release, counter, signedFloor))));
    return new Published(
        release.model(),
        release.version(),
        counter,
        signedFloor,
        newBlobs,
        newBytes,
        result.unsigned());
  }

  private static long floor(NavigableMap<Long, Entry> earlier, long counter, OptionalLong asked) {
    long before = earlier.values().stream().mapToLong(Entry::floor).max().orElse(0);
    long floor = asked.orElse(before);
    if (floor < before) {
      throw new BundleException(
          "the security floor is %d and cannot go down to %d".formatted(before, floor));
    }
    if (floor > counter) {
      throw new BundleException(
          "a security floor of %d would forbid this release, which gets the counter %d"
              .formatted(floor, counter));
    }
    return floor;
  }

  private static String path(String model, long counter) {
    return "releases/%s/%d.json".formatted(model, counter);
  }

  private static Json.Obj custom(Release release, long counter, long floor) {
    return Json.object()
        .put(
            "skerry",
            Json.object()
                .put("model", release.model())
                .put("counter", counter)
                .put("floor", floor)
                .put("version", release.version())
                .build())
        .build();
  }

  /**
   * Publishes an earlier release again: the same manifest and blobs under a new counter, so that
   * devices go to it as they go to any newer release.
   *
   * @throws BundleException if there is no such release, or it is below the security floor
   */
  public Published rollback(String model, long counter) {
    NavigableMap<Long, Entry> releases = releases(model);
    Entry entry = releases.get(counter);
    if (entry == null) {
      throw new BundleException(
          "the repository has no release %d of '%s'; it has %s"
              .formatted(counter, model, releases.isEmpty() ? "none" : releases.keySet()));
    }
    long floor = releases.values().stream().mapToLong(Entry::floor).max().orElse(0);
    if (counter < floor) {
      throw new BundleException(
          "release %d of %s is below the security floor of %d and must not run any more"
              .formatted(counter, model, floor));
    }
    BlobStore store = new BlobStore(disk, folder.resolve("blobs"));
    return publish(manifest(entry.target()), store, OptionalLong.empty());
  }

  private byte[] manifest(TargetFile target) {
    int slash = target.path().lastIndexOf('/');
    String hash = String.valueOf(target.hashes().get("sha256"));
    Path file =
        folder
            .resolve("targets")
            .resolve(target.path().substring(0, slash))
            .resolve(hash + "." + target.path().substring(slash + 1));
    byte[] manifest = disk.read(file, ManifestCodec.MAX_BYTES);
    if (!Digest.of(manifest).hex().equals(hash)) {
      throw new TrustException(
          "%s is not what was signed; take the repository back to a state that you know"
              .formatted(file));
    }
    return manifest;
  }

  /** Releases of a model by counter. */
  private NavigableMap<Long, Entry> releases(String model) {
    NavigableMap<Long, Entry> found = new TreeMap<>();
    for (TargetFile target : repository.targets().values()) {
      if (target.custom().members().get("skerry") instanceof Json.Obj object) {
        JsonObject custom = JsonObject.of(target.path(), object);
        long counter = custom.integer("counter", 1);
        if (custom.text("model").equals(model) && target.path().equals(path(model, counter))) {
          found.put(counter, new Entry(target, custom.integer("floor", 0)));
        }
      }
    }
    return found;
  }
}
