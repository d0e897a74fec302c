package dev.skerry.graph;

import static dev.skerry.graph.Models.model;
import static dev.skerry.graph.Models.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the reader says to files that are not what they should be. */
class ModelReaderTest {
  @TempDir Path folder;

  private AbstractStringAssert<?> refusalOf(byte... bytes) {
    SkerryException refusal =
        catchThrowableOfType(SkerryException.class, () -> ModelReader.read(bytes, folder));
    assertThat(refusal).isNotNull();
    assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_FILE);
    return assertThat(refusal.getMessage());
  }

  private AbstractStringAssert<?> refusalOf(WireWriter model) {
    return refusalOf(model.toByteArray());
  }

  /** A model whose graph has {@code field} with {@code content}. */
  private static WireWriter modelWith(int field, WireWriter content) {
    WireWriter graph = new WireWriter();
    graph.message(field, content);
    WireWriter model = new WireWriter();
    model.message(OnnxProto.ModelProto.GRAPH, graph);
    return model;
  }

  private static WireWriter tensor(int type, long... dims) {
    WireWriter tensor = new WireWriter();
    tensor.text(OnnxProto.TensorProto.NAME, "w");
    tensor.varint(OnnxProto.TensorProto.DATA_TYPE, type);
    for (long size : dims) {
      tensor.varint(OnnxProto.TensorProto.DIMS, size);
    }
    return tensor;
  }

  private AbstractStringAssert<?> refusalOfTensor(WireWriter tensor) {
    return refusalOf(modelWith(OnnxProto.GraphProto.INITIALIZER, tensor));
  }

  @ParameterizedTest
  @CsvSource({
    "ffd8ffe000104a464946, a JPEG image",
    "89504e470d0a1a0a00000000, a PNG image",
    "504b030414000000, a zip file",
    "1f8b080000000000, a gzip file",
    "894844460d0a1a0a, an HDF5 file",
    "2000000054464c33, a TensorFlow Lite model",
    "474755460300, a GGUF model",
    "48656c6c6f2c20776f726c64, a text file",
    "76657273696f6e2068747470733a2f2f6769742d6c66732e, a Git LFS pointer"
  })
  void read_fileOfAnotherKind_saysWhatItLooksLike(String start, String kind) {
    refusalOf(HexFormat.of().parseHex(start)).contains("It looks like " + kind);
  }

  @Test
  void read_nothing_saysThatTheFileIsEmpty() throws IOException {
    Path file = Files.createFile(folder.resolve("empty.onnx"));
    assertThatThrownBy(() -> ModelReader.read(file))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("empty.onnx")
        .hasMessageContaining("the file is empty");
  }

  @Test
  void read_folder_isRefused() {
    assertThatThrownBy(() -> ModelReader.read(folder))
        .isInstanceOf(SkerryException.class)
        .hasMessage(folder + " is a folder");
  }

  @Test
  void read_missingFile_isRefused() {
    Path missing = folder.resolve("none.onnx");
    assertThatThrownBy(() -> ModelReader.read(missing))
        .isInstanceOf(SkerryException.class)
        .hasMessage(missing + " is missing: there is no such file");
  }

  @Test
  void read_endlessDevice_isRefused() {
    assertThatThrownBy(() -> ModelReader.read(Path.of("/dev/zero")))
        .isInstanceOf(SkerryException.class);
  }

  @Test
  void read_everyProperPrefixOfAModel_isRefused() {
    byte[] whole = ModelWriter.toBytes(model(node("Relu", "x", "h"), node("Relu", "h", "y")));
    for (int length = 0; length < whole.length; length++) {
      byte[] prefix = Arrays.copyOf(whole, length);
      Throwable thrown =
          catchThrowableOfType(Throwable.class, () -> ModelReader.read(prefix, folder));
      // The operator sets come last: a file cut between fields is whole as far as it goes.
      if (thrown != null) {
        assertThat(thrown).isInstanceOf(SkerryException.class);
      } else {
        assertThat(length).isGreaterThan(whole.length - 8);
      }
    }
  }

  @Test
  void read_truncatedModel_namesByteAndField() {
    byte[] whole = ModelWriter.toBytes(model(node("Relu", "x", "y")));
    refusalOf(Arrays.copyOf(whole, 40))
        .matches("the model is not .* at byte \\d+ of 40, field 7 says that it has \\d+ bytes,.*");
  }

  @Test
  void read_modelWithoutGraph_isRefused() {
    WireWriter model = new WireWriter();
    model.varint(OnnxProto.ModelProto.IR_VERSION, 8);
    refusalOf(model).contains("has no graph");
  }

  @Test
  void read_graphsNestedTooDeep_isRefused() {
    WireWriter graph = new WireWriter();
    for (int depth = 0; depth < 2000; depth++) {
      WireWriter attribute = new WireWriter();
      attribute.text(OnnxProto.AttributeProto.NAME, "body");
      attribute.message(OnnxProto.AttributeProto.G, graph);
      WireWriter node = new WireWriter();
      node.message(OnnxProto.NodeProto.ATTRIBUTE, attribute);
      graph = new WireWriter();
      graph.message(OnnxProto.GraphProto.NODE, node);
    }
    WireWriter model = new WireWriter();
    model.message(OnnxProto.ModelProto.GRAPH, graph);
    refusalOf(model).contains("graphs are nested more than 32 deep");
  }

  @Test
  void read_millionsOfEmptyNodes_stopsAtTheHeapLimit() {
    long limit = Math.min(2L << 30, Runtime.getRuntime().maxMemory() / 2);
    byte[] nodes = new byte[(int) (limit / ReadSource.OBJECT_BYTES + 1) * 2];
    for (int i = 0; i < nodes.length; i += 2) {
      nodes[i] = OnnxProto.GraphProto.NODE << 3 | WireReader.LENGTH;
    }
    WireWriter model = new WireWriter();
    model.segment(OnnxProto.ModelProto.GRAPH, java.lang.foreign.MemorySegment.ofArray(nodes));
    refusalOf(model).contains("bytes of heap, the limit");
  }

  @Test
  void read_numberOfElevenBytes_isRefused() {
    byte[] bytes = new byte[12];
    Arrays.fill(bytes, (byte) 0x80);
    bytes[0] = OnnxProto.ModelProto.IR_VERSION << 3;
    refusalOf(bytes).contains("a number takes more than 10 bytes");
  }

  @Test
  void read_wrongWireType_isRefused() {
    WireWriter model = new WireWriter();
    model.varint(OnnxProto.ModelProto.GRAPH, 1);
    refusalOf(model).contains("field 7 should be a length and bytes but has wire type 0");
  }

  @Test
  void read_nameThatIsNotUtf8_isRefused() {
    WireWriter graph = new WireWriter();
    graph.bytes(OnnxProto.GraphProto.NAME, Bytes.of((byte) 0xC3, (byte) 0x28));
    WireWriter model = new WireWriter();
    model.message(OnnxProto.ModelProto.GRAPH, graph);
    refusalOf(model).contains("field 2 should be UTF-8 text");
  }

  @Test
  void read_initializerTwice_isRefused() {
    WireWriter tensor = tensor(DataType.FLOAT.code(), 0);
    WireWriter graph = new WireWriter();
    graph.message(OnnxProto.GraphProto.INITIALIZER, tensor);
    graph.message(OnnxProto.GraphProto.INITIALIZER, tensor);
    WireWriter model = new WireWriter();
    model.message(OnnxProto.ModelProto.GRAPH, graph);
    refusalOf(model).contains("initializer 'w' occurs a second time");
  }

  @Test
  void read_tensorOfAbsurdShape_isRefused() {
    refusalOfTensor(tensor(1, Long.MAX_VALUE, 3)).contains("absurd shape");
    refusalOfTensor(tensor(1, 1L << 40, 1L << 40, 0)).contains("absurd shape");
    refusalOfTensor(tensor(1, -1)).contains("an axis of size -1");
    refusalOfTensor(tensor(1, new long[65])).contains("more than 64 axes");
  }

  @Test
  void read_tensorThatClaimsMoreThanItHas_takesNoMemory() {
    WireWriter tensor = tensor(DataType.INT32.code(), 1L << 40);
    tensor.packedVarints(OnnxProto.TensorProto.INT32_DATA, 1, 2, 3);
    refusalOfTensor(tensor).contains("takes 1,099,511,627,776 entries but the file holds 3");
  }

  @Test
  void read_tensorWithoutElements_isRefused() {
    refusalOfTensor(tensor(DataType.FLOAT.code(), 2)).contains("has its elements in field 0");
  }

  @Test
  void read_rawDataOfWrongSize_isRefused() {
    WireWriter tensor = tensor(DataType.FLOAT.code(), 2);
    tensor.bytes(OnnxProto.TensorProto.RAW_DATA, Bytes.of(new byte[7]));
    refusalOfTensor(tensor).contains("tensor 'w', FLOAT[2], takes 8 bytes but the file holds 7");
  }

  @Test
  void read_unknownDataType_isRefused() {
    refusalOfTensor(tensor(99, 1)).contains("data type 99, which Skerry does not know");
  }

  private static WireWriter external(String location, String offset, String length) {
    WireWriter tensor = tensor(DataType.FLOAT.code(), 2);
    List<String> entries = List.of("location", location, "offset", offset, "length", length);
    for (int i = 0; i < entries.size(); i += 2) {
      WireWriter entry = new WireWriter();
      entry.text(OnnxProto.StringStringEntryProto.KEY, entries.get(i));
      entry.text(OnnxProto.StringStringEntryProto.VALUE, entries.get(i + 1));
      tensor.message(OnnxProto.TensorProto.EXTERNAL_DATA, entry);
    }
    tensor.varint(OnnxProto.TensorProto.DATA_LOCATION, OnnxProto.TensorProto.EXTERNAL);
    return tensor;
  }

  @ParameterizedTest
  @CsvSource({
    "../weights, which is outside its own folder",
    "a/../../weights, which is outside its own folder",
    "/etc/passwd, which is outside its own folder",
    "'', which is outside its own folder",
    "none, which is not in",
    ".., which is outside its own folder",
    "sub, is a folder"
  })
  void read_externalWeightsElsewhere_areRefused(String location, String reason) throws IOException {
    Files.createDirectory(folder.resolve("sub"));
    refusalOfTensor(external(location, "0", "8")).contains(reason);
  }

  @Test
  void read_externalWeightsThroughALinkOutOfTheFolder_areRefused() throws IOException {
    Path models = Files.createDirectory(folder.resolve("models"));
    Files.write(folder.resolve("secret"), new byte[8]);
    Files.createSymbolicLink(models.resolve("link"), Path.of("../secret"));
    byte[] bytes =
        modelWith(OnnxProto.GraphProto.INITIALIZER, external("link", "0", "8")).toByteArray();
    assertThatThrownBy(() -> ModelReader.read(bytes, models))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("'link', which is outside its own folder");
  }

  @ParameterizedTest
  @CsvSource({"0, 9", "4, 8", "13, 8", "-1, 8", "x, 8", "0, 4", "99999999999999999999, 8"})
  void read_externalWeightsOutOfRange_areRefused(String offset, String length) throws IOException {
    Files.write(folder.resolve("weights"), new byte[11]);
    refusalOfTensor(external("weights", offset, length)).contains("tensor 'w'");
  }

  @Test
  void read_externalWeights_areMapped() throws IOException {
    Files.createDirectory(folder.resolve("sub"));
    Files.write(folder.resolve("sub/weights"), new byte[] {9, 0, 0, 0, 0, 0, 0, (byte) 0x80, 0x3F});
    byte[] bytes =
        modelWith(OnnxProto.GraphProto.INITIALIZER, external("sub/weights", "1", "8"))
            .toByteArray();
    Path file = Files.write(folder.resolve("m.onnx"), bytes);
    try (ModelFile model = ModelReader.read(file)) {
      Tensor tensor = Models.initializer(model.model(), "w");
      assertThat(tensor.toFloats()).containsExactly(0, 1);
      assertThat(tensor.data().isMapped()).isTrue();
    }
  }

  @Test
  void read_closedFile_tensorsSaySo() throws IOException {
    Model small = Models.withInitializer(model(node("Add", "x w", "y")), "w", Tensor.scalar(2f));
    Path file = folder.resolve("m.onnx");
    ModelWriter.write(small, file);
    ModelFile open = ModelReader.read(file);
    Tensor borrowed = Models.initializer(open.model(), "w");
    Tensor own = borrowed.copy();
    open.close();
    assertThatThrownBy(borrowed::toFloats).isInstanceOf(IllegalStateException.class);
    assertThat(own.toFloats()).containsExactly(2);
  }
}
