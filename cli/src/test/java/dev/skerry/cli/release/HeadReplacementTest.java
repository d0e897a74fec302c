package dev.skerry.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.archive.ArchiveWriter;
import dev.skerry.bundle.release.ManifestCodec;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.Variant;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.ModelDescription;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a device downloads when the last layer of a model changes. With {@code
 * -Dskerry.variant=FILE} the same is measured of that variant of vgg-cifar10.
 */
@Tag("real-data")
class HeadReplacementTest {
  @TempDir Path scratch = Path.of("");

  private final ModelDescription description =
      ModelDescription.read(RealModels.file("vgg-cifar10", "model.toml"));

  /** A release of {@code file} alone, whose near-ties are the file's own. */
  private ReleaseBuilder.Built build(Path file, Optional<Path> earlier) {
    ModelDescription own = description.withModel(file);
    List<Candidate> candidates =
        new Candidates(own, List.of(), _ -> {}).given(List.of("generic=" + file));
    return ReleaseBuilder.build(
        new BuildRequest(
            own,
            candidates,
            false,
            false, // pieces alone: a device fetches them where the packed form is more
            new Variant.Budget(Optional.empty(), Optional.empty()),
            earlier,
            "a test",
            List.of(),
            _ -> {},
            _ -> {}));
  }

  /** The model with other weights in its last node that has some. */
  private Path withOtherHead(Path file) {
    try (ModelFile model = ModelReader.read(file)) {
      Graph graph = model.model().graph();
      SequencedMap<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
      Map<String, String> sources = new LinkedHashMap<>();
      graph
          .nodes()
          .forEach(node -> node.outputs().forEach(output -> sources.put(output, node.input(0))));
      for (Node node : graph.nodes().reversed()) {
        String weights = sources.getOrDefault(node.input(1), node.input(1));
        String name = constants.containsKey(node.input(1)) ? node.input(1) : weights;
        Tensor tensor = constants.get(name);
        boolean head = node.is("Gemm") || node.is("MatMul") || node.is("QLinearMatMul");
        if (head && tensor != null) {
          constants.put(name, reversed(tensor));
          break;
        }
      }
      assertThat(constants).isNotEqualTo(graph.initializers());
      Path changed = scratch.resolve("changed.onnx");
      Model other = model.model().withGraph(graph.withInitializers(constants));
      ModelWriter.write(other, changed);
      return changed;
    }
  }

  private static Tensor reversed(Tensor tensor) {
    byte[] content = tensor.data().toArray(ValueLayout.JAVA_BYTE);
    int size = tensor.type().bits() / 8;
    byte[] turned = new byte[content.length];
    for (int i = 0; i < content.length; i += size) {
      System.arraycopy(content, i, turned, content.length - size - i, size);
    }
    return Tensor.ofBytes(tensor.type(), tensor.dims(), turned);
  }

  /** Bytes of the manifest and of blobs that the device does not have. */
  private static long download(Release now, Release before) {
    Map<Digest, Long> there = before.blobs();
    return ManifestCodec.write(now).length
        + now.blobs().entrySet().stream()
            .filter(blob -> !there.containsKey(blob.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum();
  }

  @Test
  void otherHead_downloadsAtMostThreePercent() throws IOException {
    String given = System.getProperty("skerry.variant");
    Path file = given == null ? description.model() : Path.of(given);
    ReleaseBuilder.Built before = build(file, Optional.empty());
    Path archive = scratch.resolve("before.release");
    try (OutputStream out = Files.newOutputStream(archive)) {
      ArchiveWriter.write(before.release(), before.blobs(), out);
    }

    Path changed = withOtherHead(file);
    Release chosenAnew = build(changed, Optional.empty()).release();
    Release kept = build(changed, Optional.of(archive)).release();

    long all = Files.size(archive);
    long anew = download(chosenAnew, before.release());
    long same = download(kept, before.release());
    System.out.printf("%,d of %,d bytes; %,d with golden inputs chosen anew%n", same, all, anew);
    assertThat(same).isLessThanOrEqualTo(all * 3 / 100);
    assertThat(anew).isLessThanOrEqualTo(same + goldenBytes(chosenAnew));
  }

  private static long goldenBytes(Release release) {
    return release.golden().blobs().values().stream().mapToLong(Long::longValue).sum();
  }
}
