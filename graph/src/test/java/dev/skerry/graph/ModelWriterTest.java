package dev.skerry.graph;

import static dev.skerry.graph.Models.model;
import static dev.skerry.graph.Models.node;
import static dev.skerry.graph.Models.withInitializer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelWriterTest {
  @TempDir Path folder;

  private static Model small() {
    Model model = model(node("Add", "x large", "h"), node("Add", "h small", "y"));
    return withInitializer(
        withInitializer(model, "large", Tensor.ofFloats(new long[] {1000}, new float[1000])),
        "small",
        Tensor.scalar(1f));
  }

  private List<String> filesInFolder() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void write_smallModel_isOneFile() throws IOException {
    ModelWriter.write(small(), folder.resolve("m.onnx"));
    assertThat(filesInFolder()).containsExactly("m.onnx");
    assertThat(Files.readAllBytes(folder.resolve("m.onnx")))
        .isEqualTo(ModelWriter.toBytes(small()));
  }

  @Test
  void writeExternal_putsLargeTensorsBesideTheModel() throws IOException {
    Path file = folder.resolve("m.onnx");
    ModelWriter.writeExternal(small(), file, 1024);
    assertThat(filesInFolder()).containsExactly("m.onnx", "m.onnx.data");
    assertThat(Files.size(folder.resolve("m.onnx.data"))).isEqualTo(4000);
    assertThat(Files.size(file)).isLessThan(400);
    try (ModelFile again = ModelReader.read(file)) {
      assertThat(GraphDiff.between(small(), again.model())).isEmpty();
    }
  }

  @Test
  void write_overTheFileThatTheModelIsMappedFrom_works() {
    Path file = folder.resolve("m.onnx");
    ModelWriter.writeExternal(small(), file, 1024);
    try (ModelFile open = ModelReader.read(file)) {
      ModelWriter.writeExternal(open.model().withOpset("", 18), file, 1024);
      assertThat(Models.initializer(open.model(), "large").toFloats()).hasSize(1000);
    }
    try (ModelFile again = ModelReader.read(file)) {
      assertThat(again.model().opset()).isEqualTo(18);
    }
  }

  @Test
  void write_intoAMissingFolder_saysWhatCannotBeWritten() {
    Path file = folder.resolve("none/m.onnx");
    assertThatThrownBy(() -> ModelWriter.write(small(), file))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining(file + " cannot be written");
  }

  @Test
  void write_thatFails_leavesTheOldFileAndNoOther() throws IOException {
    Path file = Files.writeString(folder.resolve("m.onnx"), "old");
    Tensor gone;
    try (Arena arena = Arena.ofConfined()) {
      gone = Tensor.of(DataType.FLOAT, new long[] {2048}, arena.allocate(8192));
    }
    Model model = withInitializer(model(node("Add", "x w", "y")), "w", gone);
    assertThatThrownBy(() -> ModelWriter.write(model, file))
        .isInstanceOf(IllegalStateException.class);
    assertThat(filesInFolder()).containsExactly("m.onnx");
    assertThat(file).hasContent("old");
  }

  /** A mapped file of {@code bytes} zeros that takes no disk, but for its last byte. */
  private MemorySegment sparse(String name, long bytes, Arena arena) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve(name),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.READ)) {
      channel.write(ByteBuffer.wrap(new byte[] {42}), bytes - 1);
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
    }
  }

  private Model large(String name, long bytes, Arena arena) throws IOException {
    long[] shape = {bytes >> 20, 1 << 20};
    Tensor weights = Tensor.of(DataType.UINT8, shape, sparse(name, bytes, arena));
    return withInitializer(model(node("Add", "x w", "y")), "w", weights);
  }

  private static long heapAllocatedBy(Runnable work) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void read_modelOfThreeGibibytes_takesLittleHeap() throws IOException {
    Path file = folder.resolve("big.onnx");
    try (Arena arena = Arena.ofConfined()) {
      Model model = large("big.onnx.data", 3L << 30, arena);
      ExternalPlan plan = new ExternalPlan("big.onnx.data", 1024);
      Files.write(file, new ModelEncoder(plan).model(model).toByteArray());
    }
    long heap =
        heapAllocatedBy(() -> {
          try (ModelFile big = ModelReader.read(file)) {
            Tensor read = Models.initializer(big.model(), "w");
            assertThat(read.byteSize()).isEqualTo(3L << 30);
            assertThat(read.asLong(read.elementCount() - 1)).isEqualTo(42);
            assertThat(GraphText.print(big.model())).contains("const %w = UINT8[3072, 104");
            assertThat(Verifier.verify(big.model())).isEmpty();
          }
        });
    assertThat(heap).isLessThan(20L << 20);
  }

  @Test
  @Tag("slow")
  void write_modelOverTheLimitOfTheFormat_putsWeightsBesideIt() throws IOException {
    Path file = folder.resolve("big.onnx");
    try (Arena arena = Arena.ofConfined()) {
      Model model = large("source", (2L << 30) + (1 << 20), arena);
      assertThat(heapAllocatedBy(() -> ModelWriter.write(model, file))).isLessThan(20L << 20);
      assertThat(Files.size(file)).isLessThan(1000);
      try (ModelFile again = ModelReader.read(file)) {
        assertThat(GraphDiff.between(model, again.model())).isEmpty();
      }
    }
  }
}
