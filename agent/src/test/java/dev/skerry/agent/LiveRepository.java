package dev.skerry.agent;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.blob.BlobStore;
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
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A signed repository in a folder, with releases of a model that adds a constant to its input. */
public final class LiveRepository {
  private static final Digest SOME = Digest.of(new byte[] {1});

  private final Path folder;
  private final TufRepository metadata;

  public LiveRepository(Path folder) {
    this.folder = folder;
    this.metadata =
        TufRepository.init(
            new SystemDisk(),
            folder,
            new Ring(),
            RepositorySettings.usual(List.of(KeyScheme.ED25519), KeyRing.Guard.NONE),
            InstantSource.system());
  }

  /** Keys in memory. */
  private static final class Ring implements KeyRing {
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

  public Path folder() {
    return folder;
  }

  public Path root() {
    return folder.resolve("metadata/1.root.json");
  }

  /**
   * Publishes a release.
   *
   * @param added what the model adds to its input
   * @param promised what its golden vectors say that it adds
   */
  public void publish(String model, long counter, long floor, float added, float promised) {
    byte[] manifest = ManifestCodec.write(release(model, counter, added, promised));
    Json.Obj custom =
        Json.object()
            .put(
                "skerry",
                Json.object()
                    .put("model", model)
                    .put("counter", counter)
                    .put("floor", floor)
                    .put("version", "1.0." + counter)
                    .build())
            .build();
    metadata.publish(
        Map.of(
            "releases/%s/%d.json".formatted(model, counter),
            new TufRepository.Target(manifest, custom)));
  }

  private Release release(String model, long counter, float added, float promised) {
    byte[] file = file(added);
    Recipe recipe =
        new Recipe(
            Digest.of(file), file.length, List.of(new Recipe.Piece(blob(file), 0, file.length)));
    Map<String, Long> opsets = Map.of(Variant.STANDARD_OPERATORS, 17L);
    Variant variant =
        new Variant(
            "any.1",
            "plain",
            recipe,
            new LinkedHashMap<>(opsets),
            new Variant.Quality("top1", Optional.empty(), Optional.empty()),
            new Variant.Measured(Optional.empty(), Optional.empty(), Optional.empty(), "test"),
            new Variant.Budget(Optional.empty(), Optional.empty()),
            List.of(
                new GoldenOutput(
                    block("y", blob(floats(1 + promised, 2 + promised, 3 + promised))), 1e-5)));
    Ladder.Needs needs =
        new Ladder.Needs(Ladder.ANY, List.of(), List.of(), List.of(), List.of(Ladder.CPU));
    return new Release(
        model,
        "1.0." + counter,
        List.of(spec("x")),
        List.of(spec("y")),
        List.of(new Ladder("any", needs, List.of(variant))),
        new GoldenInputs(1, List.of(block("x", blob(floats(1, 2, 3))))),
        new Provenance(SOME, Optional.empty(), Optional.empty(), "test", "test", List.of("test")));
  }

  private static TensorSpec spec(String name) {
    return new TensorSpec(name, "FP32", List.of(3L), "tensor", Json.object().build());
  }

  private static GoldenInputs.Block block(String name, Digest blob) {
    return new GoldenInputs.Block(name, "FP32", List.of(3L), blob, 12);
  }

  private static byte[] floats(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return buffer.array();
  }

  private Digest blob(byte[] content) {
    Digest digest = Digest.of(content);
    new BlobStore(new SystemDisk(), folder.resolve("blobs"))
        .copy(digest, content.length, new InMemory(content));
    return digest;
  }

  private record InMemory(byte[] content) implements dev.skerry.bundle.blob.BlobSource {
    @Override
    public boolean has(Digest blob) {
      return true;
    }

    @Override
    public InputStream open(Digest blob, long offset) {
      return new java.io.ByteArrayInputStream(content, (int) offset, content.length);
    }
  }

  private byte[] file(float added) {
    Graph graph =
        new Graph(
            "add",
            List.of(ValueInfo.of("x", DataType.FLOAT, 3)),
            List.of(ValueInfo.of("y", DataType.FLOAT, 3)),
            List.of(),
            new LinkedHashMap<>(Map.of("added", Tensor.scalar(added))),
            List.of(Node.of("Add", "add", List.of("x", "added"), List.of("y"))),
            Bytes.EMPTY);
    try {
      Path file = Files.createTempFile("model", ".onnx");
      ModelWriter.write(Model.of(8, 17, graph), file);
      byte[] content = Files.readAllBytes(file);
      Files.delete(file);
      return content;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
