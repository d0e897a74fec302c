package dev.skerry.agent.sim;

import dev.skerry.agent.update.ReleaseSource;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.pack.Packer;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.bundle.release.GoldenOutput;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.bundle.release.ManifestCodec;
import dev.skerry.bundle.release.PackedFile;
import dev.skerry.bundle.release.Provenance;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.bundle.release.Recipe;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.bundle.release.Variant;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A repository of simulated models behind a network that can misbehave. A variant's file is made of
 * three blobs: what the model does, a body that all releases share, and a head.
 */
public final class SimulatedRepository implements ReleaseSource {
  /** What goes wrong with the network, or with what is behind it. */
  public enum Fault {
    UNREACHABLE,
    CUT,
    ENDS_EARLY,
    STALL,
    CORRUPT,
    REPEAT,
    ENDLESS,
    METADATA_REFUSED,
    METADATA_MALFORMED,
    MANIFEST_REPLACED
  }

  private static final String MODEL = "m";
  private static final Digest SOME = Digest.of(new byte[] {1});
  private static final byte[] BODY = pattern(600, 7);

  private final SimulatedTime time;
  private final Map<Digest, byte[]> blobs = new HashMap<>();
  private final Map<Digest, byte[]> manifests = new HashMap<>();
  private final Set<Digest> files = new HashSet<>();
  private Optional<Receipt> newest = Optional.empty();
  private final Map<Long, Receipt> published = new HashMap<>();
  private Optional<Fault> fault = Optional.empty();
  private int faultsLeft;
  private long servedBytes;
  private Runnable beforeBlob = () -> {};

  public SimulatedRepository(SimulatedTime time) {
    this.time = time;
  }

  /** Digests of all files that any release made. */
  public Set<Digest> files() {
    return files;
  }

  /** Bytes of blobs that devices were given. */
  public long servedBytes() {
    return servedBytes;
  }

  /** Lets something happen while a device waits for a blob. */
  public void beforeBlob(Runnable happens) {
    beforeBlob = happens;
  }

  /** Lets the next {@code times} requests meet with {@code kind}. */
  public void fail(Fault kind, int times) {
    fault = Optional.of(kind);
    faultsLeft = times;
  }

  private boolean meets(Fault kind) {
    if (fault.filter(kind::equals).isEmpty() || faultsLeft == 0) {
      return false;
    }
    faultsLeft--;
    return true;
  }

  private static byte[] pattern(int bytes, int seed) {
    byte[] content = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      content[i] = (byte) (i * 31 + seed * 17 + (i >> 3));
    }
    return content;
  }

  private Digest blob(byte[] content) {
    Digest digest = Digest.of(content);
    blobs.put(digest, content);
    return digest;
  }

  /** Publishes a release whose ladder has a variant of each behaviour, the best first. */
  public Receipt publish(long counter, long floor, Behaviour... ladder) {
    return publish(counter, floor, Ladder.ANY, ladder);
  }

  /** As the other, for one architecture. */
  public Receipt publish(long counter, long floor, String architecture, Behaviour... ladder) {
    List<Variant> variants = new ArrayList<>();
    for (Behaviour behaviour : ladder) {
      variants.add(variant(counter, variants.size(), ladder.length, behaviour));
    }
    Ladder.Needs needs =
        new Ladder.Needs(architecture, List.of(), List.of(), List.of(), List.of(Ladder.CPU));
    return publish(counter, floor, ManifestCodec.write(release(MODEL, counter, needs, variants)));
  }

  /** Publishes a release of another model under this one's name. */
  public Receipt publishOther(long counter) {
    Ladder.Needs needs =
        new Ladder.Needs(Ladder.ANY, List.of(), List.of(), List.of(), List.of(Ladder.CPU));
    List<Variant> variants = List.of(variant(counter, 0, 1, Behaviour.GOOD));
    return publish(counter, 0, ManifestCodec.write(release("other", counter, needs, variants)));
  }

  public boolean hasReleases() {
    return newest.isPresent();
  }

  private Release release(String model, long counter, Ladder.Needs needs, List<Variant> variants) {
    return release(model, counter, List.of(new Ladder("test", needs, variants)));
  }

  /** Publishes a release with one variant for each backend. */
  public Receipt publish(long counter, SequencedMap<String, Behaviour> backends) {
    List<Ladder> ladders = new ArrayList<>();
    backends.forEach((backend, behaviour) -> {
      List<String> providers =
          backend.equals(Ladder.CPU) ? List.of(backend) : List.of(backend, Ladder.CPU);
      Ladder.Needs needs = new Ladder.Needs(Ladder.ANY, List.of(), List.of(), List.of(), providers);
      Variant variant = variant(counter, ladders.size(), backends.size(), behaviour);
      ladders.add(new Ladder("for-" + backend, needs, List.of(variant)));
    });
    return publish(counter, 0, ManifestCodec.write(release(MODEL, counter, ladders)));
  }

  private Release release(String model, long counter, List<Ladder> ladders) {
    byte[] inputs = floats(0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f);
    return new Release(
        model,
        "1.0." + counter,
        List.of(spec("x")),
        List.of(spec("y")),
        ladders,
        new GoldenInputs(2, List.of(block("x", blob(inputs)))),
        new Provenance(SOME, Optional.empty(), Optional.empty(), "test", "test", List.of("test")));
  }

  /** Publishes an older release again under a new counter. */
  public Receipt again(long counter, Receipt old) {
    return publish(counter, old.floor(), manifests.get(old.manifest()));
  }

  /** Publishes any bytes as a manifest, properly signed. */
  public Receipt publish(long counter, long floor, byte[] manifest) {
    Digest digest = Digest.of(manifest);
    manifests.put(digest, manifest);
    Receipt receipt = new Receipt(MODEL, counter, floor, digest);
    newest = Optional.of(receipt);
    published.put(counter, receipt);
    return receipt;
  }

  /** Raises the floor that metadata names, without a new release. */
  public void raiseFloor(long floor) {
    Receipt old = newest.orElseThrow();
    newest = Optional.of(new Receipt(old.model(), old.counter(), floor, old.manifest()));
  }

  private static TensorSpec spec(String name) {
    return new TensorSpec(name, "FP32", List.of(1L, 4L), "tensor", Json.object().build());
  }

  private static GoldenInputs.Block block(String name, Digest blob) {
    return new GoldenInputs.Block(name, "FP32", List.of(1L, 4L), blob, 32);
  }

  private static byte[] floats(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return buffer.array();
  }

  /** What every good model answers to the golden inputs. */
  private static byte[] goldenOutput() {
    return floats(1, 1.5f, 2, 2.5f, 3, 3.5f, 4, 4.5f);
  }

  private Variant variant(long counter, int rung, int rungs, Behaviour behaviour) {
    byte[] head = pattern(40 + (rungs - rung), (int) counter);
    List<byte[]> parts = List.of(behaviour.toBytes(), BODY, head);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    List<Recipe.Piece> pieces = new ArrayList<>();
    for (byte[] part : parts) {
      file.writeBytes(part);
      pieces.add(new Recipe.Piece(blob(part), 0, part.length));
    }
    Digest digest = Digest.of(file.toByteArray());
    files.add(digest);
    Map<String, Long> opsets = new LinkedHashMap<>(Map.of(Variant.STANDARD_OPERATORS, 17L));
    Variant variant =
        new Variant(
            "test." + (rung + 1),
            "made up",
            new Recipe(digest, file.size(), pieces),
            new LinkedHashMap<>(opsets),
            new Variant.Quality("top1", Optional.of(0.9 - rung * 0.01), Optional.empty()),
            new Variant.Measured(Optional.empty(), Optional.empty(), Optional.empty(), "test"),
            new Variant.Budget(Optional.of(1000.0), Optional.of(10_000L)),
            List.of(new GoldenOutput(block("y", blob(goldenOutput())), 1e-3)));
    byte[] packed = Packer.pack(file.toByteArray());
    return counter % 2 == 0 // both ways to a file
        ? variant.withPacked(new PackedFile(blob(packed), packed.length))
        : variant;
  }

  @Override
  public Optional<Receipt> newest(String model) throws IOException {
    if (meets(Fault.UNREACHABLE)) {
      throw new IOException("connection refused");
    }
    if (meets(Fault.METADATA_REFUSED)) {
      throw new TrustException("timestamp.json is signed by 0 of 1 keys");
    }
    if (meets(Fault.METADATA_MALFORMED)) {
      throw new BundleException("timestamp.json is not JSON");
    }
    return newest;
  }

  @Override
  public Optional<Receipt> find(String model, long counter) throws IOException {
    long floor = newest(model).map(Receipt::floor).orElse(0L);
    return Optional.ofNullable(published.get(counter))
        .map(found -> new Receipt(found.model(), counter, floor, found.manifest()));
  }

  @Override
  public byte[] manifest(Receipt receipt) {
    return meets(Fault.MANIFEST_REPLACED)
        ? "{}".getBytes(StandardCharsets.UTF_8)
        : manifests.get(receipt.manifest());
  }

  @Override
  public InputStream blob(Digest blob, long offset) throws IOException {
    beforeBlob.run();
    byte[] content = blobs.get(blob);
    if (content == null) {
      throw new IOException("there is no blob " + blob);
    }
    byte[] rest = Arrays.copyOfRange(content, (int) offset, content.length);
    servedBytes += rest.length;
    if (meets(Fault.UNREACHABLE)) {
      throw new IOException("connection refused");
    }
    if (meets(Fault.CUT)) {
      return new SequenceInputStream(half(rest), broken("connection reset"));
    }
    if (meets(Fault.ENDS_EARLY)) {
      return half(rest);
    }
    if (meets(Fault.STALL)) {
      time.pause(Duration.ofSeconds(30));
      return new SequenceInputStream(half(rest), broken("nothing came for 30 s"));
    }
    if (meets(Fault.CORRUPT)) {
      rest[rest.length / 2] ^= 4;
    }
    if (meets(Fault.REPEAT)) {
      return new SequenceInputStream(half(rest), new ByteArrayInputStream(content));
    }
    return meets(Fault.ENDLESS)
        ? new SequenceInputStream(new ByteArrayInputStream(rest), endless())
        : new ByteArrayInputStream(rest);
  }

  private static InputStream half(byte[] content) {
    return new ByteArrayInputStream(content, 0, content.length / 2);
  }

  private static InputStream broken(String how) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException(how);
      }
    };
  }

  private static InputStream endless() {
    return new InputStream() {
      @Override
      public int read() {
        return 0;
      }
    };
  }
}
