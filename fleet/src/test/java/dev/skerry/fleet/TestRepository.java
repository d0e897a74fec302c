package dev.skerry.fleet;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.key.KeyRing;
import dev.skerry.bundle.key.KeyScheme;
import dev.skerry.bundle.key.SigningKey;
import dev.skerry.bundle.key.VerifyingKey;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.bundle.release.GoldenOutput;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.bundle.release.ManifestCodec;
import dev.skerry.bundle.release.Provenance;
import dev.skerry.bundle.release.Recipe;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.bundle.release.Variant;
import dev.skerry.bundle.tuf.RepositorySettings;
import dev.skerry.bundle.tuf.TufRepository;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A signed repository in a folder, without the blobs of its releases. */
public final class TestRepository {
  private final TufRepository repository;

  private static final class Keys implements KeyRing {
    private final Map<String, SigningKey> keys = new HashMap<>();

    @Override
    public Optional<SigningKey> find(VerifyingKey key) {
      return Optional.ofNullable(keys.get(key.id()));
    }

    @Override
    public SigningKey generate(String role, KeyScheme scheme, Guard guard) {
      SigningKey key = SigningKey.generate(scheme);
      keys.put(key.verifying().id(), key);
      return key;
    }
  }

  public TestRepository(Path folder, InstantSource time) {
    this.repository =
        TufRepository.init(
            new SystemDisk(),
            folder,
            new Keys(),
            RepositorySettings.usual(List.of(KeyScheme.ED25519), KeyRing.Guard.NONE),
            time);
  }

  /** Publishes a small release. */
  public void publish(String model, long counter, String version) {
    Json.Obj custom =
        Json.object()
            .put(
                "skerry",
                Json.object()
                    .put("model", model)
                    .put("counter", counter)
                    .put("floor", 0)
                    .put("version", version)
                    .build())
            .build();
    repository.publish(
        Map.of(
            "releases/%s/%d.json".formatted(model, counter),
            new TufRepository.Target(ManifestCodec.write(release(model, version)), custom)));
  }

  private static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Release release(String model, String version) {
    Digest blob = digest("file");
    Variant variant =
        new Variant(
            "any.1",
            "static int8",
            new Recipe(blob, 4, List.of(new Recipe.Piece(blob, 0, 4))),
            new LinkedHashMap<>(Map.of(Variant.STANDARD_OPERATORS, 17L)),
            new Variant.Quality("top1", Optional.of(0.9), Optional.of(0.99)),
            new Variant.Measured(
                Optional.of(100.0), Optional.of(200.0), Optional.empty(), "a test"),
            new Variant.Budget(Optional.empty(), Optional.empty()),
            List.of(new GoldenOutput(block("scores", 10), 0.01)));
    Ladder.Needs needs = new Ladder.Needs("any", List.of(), List.of(), List.of(), List.of("cpu"));
    return new Release(
        model,
        version,
        List.of(new TensorSpec("x", "FP32", List.of(-1L, 4L), "tensor", Json.object().build())),
        List.of(
            new TensorSpec("scores", "FP32", List.of(-1L, 10L), "tensor", Json.object().build())),
        List.of(new Ladder("any", needs, List.of(variant))),
        new GoldenInputs(3, List.of(block("x", 4))),
        new Provenance(
            digest("model"), Optional.empty(), Optional.empty(), "a", "b", List.of("c")));
  }

  private static GoldenInputs.Block block(String name, long size) {
    return new GoldenInputs.Block(
        name, "FP32", List.of(1L, size), digest(name + " values"), 3 * 4 * size);
  }
}
