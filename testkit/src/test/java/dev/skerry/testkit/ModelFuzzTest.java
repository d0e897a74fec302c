package dev.skerry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Function;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphDiff;
import dev.skerry.graph.GraphText;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Node;
import dev.skerry.graph.OperatorSet;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Verifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged models never do more than be refused: no other exception, no more heap or time than a
 * file of their size deserves; and whatever is read is written and read again as the same.
 *
 * <p>{@code -Dskerry.fuzz=N} sets the number of mutations.
 */
class ModelFuzzTest {
  private static final int MUTATIONS = Integer.getInteger("skerry.fuzz", 100_000);

  /** Most heap that one file may take through all steps, in bytes for each of its own. */
  private static final long HEAP_PER_BYTE = 4000;

  /** Heap that any file may take, in bytes. */
  private static final long HEAP_BASE = 4L << 20;

  private static final Duration MOST_TIME_EACH = Duration.ofSeconds(2);

  /** Real models above this size are cut down to it: damage in weights tells nothing. */
  private static final int MAX_SEED_BYTES = 30_000;

  @TempDir Path folder;

  private int readable;

  @Test
  @Timeout(600)
  void generatedModels_damaged_areReadAsTheyAreOrRefused() {
    List<byte[]> seeds = new ArrayList<>();
    for (int seed = 0; seed < 40; seed++) {
      Model model = RandomGraphs.model(new SplittableRandom(seed), 4);
      seeds.add(ModelWriter.toBytes(seed % 2 == 0 ? model : rich(model)));
    }
    fuzz(seeds, MUTATIONS, 1);
    assertThat(readable).isBetween(MUTATIONS / 50, MUTATIONS);
  }

  @Test
  @Tag("real-data")
  @Timeout(600)
  void publishedModels_damaged_areReadAsTheyAreOrRefused() throws IOException {
    Path models = Path.of(System.getProperty("skerry.data", ""), "models");
    if (!Files.isDirectory(models)) {
      Assumptions.abort("skipped: no folder " + models + " (set -Dskerry.data)");
    }
    List<byte[]> seeds;
    try (Stream<Path> files = Files.walk(models)) {
      seeds =
          files
              .filter(file -> file.toString().endsWith(".onnx"))
              .sorted()
              .map(ModelFuzzTest::withoutLargeWeights)
              .filter(bytes -> bytes.length < MAX_SEED_BYTES * 10)
              .toList();
    }
    fuzz(seeds, MUTATIONS / 20, 2);
  }

  /** The model with its large tensors replaced by empty ones, so that damage hits the structure. */
  private static byte[] withoutLargeWeights(Path file) {
    try {
      Model model = ModelReader.read(Files.readAllBytes(file), Path.of("."));
      SequencedMap<String, Tensor> small = new LinkedHashMap<>();
      model
          .graph()
          .initializers()
          .forEach((name, tensor) -> small.put(name, tensor.byteSize() < 64 ? tensor : EMPTY));
      List<Node> nodes =
          model.graph().nodes().stream().filter(node -> node.subgraphs().isEmpty()).toList();
      boolean isNested = nodes.size() < model.graph().nodes().size();
      Model light = model.withGraph(model.graph().withInitializers(small));
      return ModelWriter.toBytes(
          isNested ? light.withGraph(light.graph().withNodes(nodes)) : light);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final Tensor EMPTY = Tensor.ofFloats(new long[] {0});

  /** The model with what generated ones lack: functions, metadata, all kinds of attributes. */
  private static Model rich(Model model) {
    SequencedMap<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("tensors", new Attribute.Tensors(List.of(Tensor.vector(1), STRINGS)));
    attributes.put("texts", new Attribute.Texts(List.of(Bytes.ofUtf8("a"), Bytes.EMPTY)));
    attributes.put("floats", new Attribute.Floats(List.of(1f, Float.NaN)));
    attributes.put("graphs", new Attribute.Graphs(List.of(model.graph())));
    Node node =
        new Node("n", "own", "F", List.of("a"), List.of("b"), attributes, Bytes.ofUtf8("2\0"));
    Function function =
        new Function(
            "own",
            "F",
            List.of("a"),
            List.of("b"),
            List.of(node),
            List.of(new OperatorSet("own", 1)),
            Bytes.EMPTY);
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    metadata.put("author", "somebody");
    SequencedMap<String, Tensor> initializers = new LinkedHashMap<>(model.graph().initializers());
    initializers.put("nibbles", Tensor.ofBytes(DataType.INT4, new long[] {3}, (byte) 1, (byte) 2));
    return new Model(
        model.irVersion(),
        model.opsets(),
        "somebody",
        "1",
        metadata,
        withSparse(model.graph().withInitializers(initializers)),
        List.of(function),
        Bytes.ofUtf8("2\5world"));
  }

  /** The graph with a sparse initializer named s: field 15 { values 1 { name 8 } }. */
  private static Graph withSparse(Graph graph) {
    Bytes sparse = Bytes.of(new byte[] {0x7A, 5, 0x0A, 3, 0x42, 1, 's'});
    return new Graph(
        graph.name(),
        graph.inputs(),
        graph.outputs(),
        graph.values(),
        graph.initializers(),
        graph.nodes(),
        sparse);
  }

  private static final Tensor STRINGS =
      Tensor.ofStrings(new long[] {2}, List.of(Bytes.ofUtf8("x"), Bytes.EMPTY));

  private void fuzz(List<byte[]> seeds, int mutations, long randomSeed) {
    for (byte[] seed : seeds) {
      assertThat(survives(seed)).as("undamaged seed").isTrue();
    }
    for (int i = 0; i < mutations; i++) {
      SplittableRandom random = new SplittableRandom(randomSeed << 32 | i);
      byte[] damaged = new Mutator(random, seeds).mutate(seeds.get(i % seeds.size()));
      try {
        readable += survives(damaged) ? 1 : 0;
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            "mutation %d with seed %d (%d bytes)".formatted(i, randomSeed, damaged.length), e);
      }
    }
  }

  /** Whether {@code bytes} can be read; if so, everything that is done with a model works on it. */
  private boolean survives(byte[] bytes) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long heapBefore = threads.getCurrentThreadAllocatedBytes();
    long timeBefore = threads.getCurrentThreadCpuTime();
    boolean read = use(bytes);
    long heap = threads.getCurrentThreadAllocatedBytes() - heapBefore;
    long nanos = threads.getCurrentThreadCpuTime() - timeBefore;
    if (heap > HEAP_BASE + HEAP_PER_BYTE * bytes.length) {
      throw new AssertionError("took %,d bytes of heap".formatted(heap));
    }
    if (nanos > MOST_TIME_EACH.toNanos()) {
      throw new AssertionError("took %,d ns".formatted(nanos));
    }
    return read;
  }

  private boolean use(byte[] bytes) {
    Model model;
    try {
      model = ModelReader.read(bytes, folder);
    } catch (SkerryException e) {
      return false;
    }
    byte[] written = ModelWriter.toBytes(model);
    Model again = ModelReader.read(written, folder);
    assertEmpty(GraphDiff.between(model, again));
    if (!Arrays.equals(ModelWriter.toBytes(again), written)) {
      throw new AssertionError("written twice, it is not the same");
    }
    Verifier.verify(model);
    if (GraphText.print(model).isEmpty()) {
      throw new AssertionError("printed as nothing");
    }
    return true;
  }

  private static void assertEmpty(List<?> differences) {
    if (!differences.isEmpty()) {
      throw new AssertionError("read again, it differs: " + differences);
    }
  }
}
