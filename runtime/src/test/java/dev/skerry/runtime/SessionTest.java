package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionTest {
  private static final SessionConfig STANDARD = SessionConfig.standard();
  private static final long[] ROW = {1, 3};

  @TempDir private Path folder;

  @AfterEach
  void nothingLeaks() {
    assertThat(Engine.liveOwners()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "FLOAT",
        "DOUBLE",
        "FLOAT16",
        "BFLOAT16",
        "INT8",
        "UINT8",
        "INT16",
        "INT32",
        "INT64"
      })
  void run_passesEveryTypeOfTheBinding(DataType type) {
    byte[] content = new byte[(int) type.bytes(3)];
    Arrays.fill(content, (byte) 3);
    Tensor given = Tensor.ofBytes(type, ROW, content);
    try (Session session = Session.open(SmallModels.identity(type), STANDARD)) {
      assertThat(only(session.run(Map.of("x", given))).contentEquals(given)).isTrue();
      try (Binding binding = session.bind(Map.of("x", given), List.of("y"))) {
        binding.run();
        assertThat(binding.output("y").contentEquals(given)).isTrue();
      }
    }
  }

  @Test
  void run_passesBooleans() {
    Tensor given = Tensor.ofBytes(DataType.BOOL, ROW, (byte) 1, (byte) 0, (byte) 1);
    try (Session session = Session.open(SmallModels.identity(DataType.BOOL), STANDARD)) {
      assertThat(only(session.run(Map.of("x", given))).contentEquals(given)).isTrue();
    }
  }

  @Test
  void run_passesStrings() {
    Tensor given = texts("a", "", "ü");
    Tensor other = texts("b", "c", "d");
    try (Session session = Session.open(SmallModels.identity(DataType.STRING), STANDARD);
        Binding binding = session.bind(Map.of("x", given), List.of("y"))) {
      assertThat(only(session.run(Map.of("x", given))).contentEquals(given)).isTrue();
      binding.set("x", other);
      binding.run();
      assertThat(binding.output("y").contentEquals(other)).isTrue();
    }
  }

  private static Tensor texts(String... values) {
    return Tensor.ofStrings(ROW, Arrays.stream(values).map(Bytes::ofUtf8).toList());
  }

  @ParameterizedTest
  @EnumSource(names = {"UINT16", "UINT32", "UINT64"})
  void run_readsUnsignedOutputs_butNamesUnsignedInputsAsUnsupported(DataType type) {
    Tensor given = Tensor.ofInts(ROW, 1, 2, 3);
    try (Session session = Session.open(SmallModels.cast(DataType.INT32, type), STANDARD)) {
      Tensor made = only(session.run(Map.of("x", given)));
      assertThat(made.type()).isEqualTo(type);
      assertThat(made.toLongs()).containsExactly(1, 2, 3);
      try (Binding binding = session.bind(Map.of("x", given), List.of("y"))) {
        binding.set("x", Tensor.ofInts(ROW, 4, 5, 6));
        binding.run();
        assertThat(binding.output("y").toLongs()).containsExactly(4, 5, 6);
      }
    }
    try (Session session = Session.open(SmallModels.identity(type), STANDARD)) {
      Tensor unsigned = Tensor.ofBytes(type, ROW, new byte[(int) type.bytes(3)]);
      assertThatThrownBy(() -> session.run(Map.of("x", unsigned)))
          .isInstanceOf(SkerryException.class)
          .hasMessageContaining("'x' is " + type)
          .hasMessageContaining("Cast");
    }
  }

  @Test
  void run_withEmptyTensor_givesEmptyTensor() {
    Tensor empty = Tensor.ofFloats(new long[] {0, 3});
    try (Session session = Session.open(SmallModels.identity(DataType.FLOAT), STANDARD)) {
      assertThat(only(session.run(Map.of("x", empty)))).hasToString("FLOAT[0, 3]");
    }
  }

  @Test
  void run_lendsNativeMemory() {
    try (Arena arena = Arena.ofConfined();
        Session session = Session.open(SmallModels.identity(DataType.FLOAT), STANDARD)) {
      MemorySegment memory =
          arena.allocate(12, 64).copyFrom(MemorySegment.ofArray(new float[] {1, 2, 3}));
      Tensor given = Tensor.of(DataType.FLOAT, ROW, memory);
      assertThat(only(session.run(Map.of("x", given))).toFloats()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void run_withWrongInputs_saysWhatWasExpected() {
    Tensor good = Tensor.ofFloats(ROW, 1, 2, 3);
    try (Session session = Session.open(SmallModels.identity(DataType.FLOAT), STANDARD)) {
      assertBadData(session, Map.of(), "needs input 'x' (FLOAT[N, 3])");
      assertBadData(session, Map.of("X", good), "no input 'X'; did you mean 'x'? It has x");
      assertBadData(
          session, Map.of("x", Tensor.ofInts(ROW, 1, 2, 3)), "takes FLOAT[N, 3], not INT32[1, 3]");
      assertBadData(session, Map.of("x", good.reshaped(3)), "takes FLOAT[N, 3], not FLOAT[3]");
      assertBadData(session, Map.of("x", good.reshaped(3, 1)), "takes FLOAT[N, 3]");
      assertThatThrownBy(() -> session.run(Map.of("x", good), List.of("z")))
          .hasMessageContaining("no output 'z'");
    }
  }

  private static void assertBadData(Session session, Map<String, Tensor> given, String message) {
    assertThatThrownBy(() -> session.run(given))
        .isInstanceOfSatisfying(
            SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_DATA))
        .hasMessageContaining(message);
  }

  @Test
  void open_declaresInputsAndOutputs() {
    try (Session session = Session.open(SmallModels.identity(DataType.INT8), STANDARD)) {
      assertThat(DeclaredValues.text(session.inputs().getFirst().type())).isEqualTo("INT8[N, 3]");
      assertThat(session.outputs().getFirst().name()).isEqualTo("y");
      assertThat(session.label()).isEqualTo("small");
      assertThat(session.warnings()).isEmpty();
    }
  }

  @Test
  void open_truncatedFile_isABadFile() throws IOException {
    byte[] whole = ModelWriter.toBytes(SmallModels.chain(64, 2));
    Path file = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> Session.open(file, STANDARD))
        .isInstanceOfSatisfying(
            SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE))
        .hasMessageContaining("cut.onnx")
        .hasMessageNotContaining("Error code");
  }

  @Test
  void open_missingFile_isABadFile() {
    assertThatThrownBy(() -> Session.open(folder.resolve("none.onnx"), STANDARD))
        .hasMessageContaining("there is no model file");
  }

  @Test
  void open_fileWithExternalWeights_runs() {
    Path file = folder.resolve("external.onnx");
    ModelWriter.writeExternal(SmallModels.chain(64, 2), file, 1);
    try (Session session = Session.open(file, STANDARD)) {
      Tensor given = Tensor.ofFloats(new long[] {1, 64}, new float[64]);
      assertThat(only(session.run(Map.of("x", given)))).hasToString("FLOAT[1, 64]");
    }
  }

  @Test
  void openThroughFile_givesWhatOpeningFromMemoryGives() {
    Map<String, Tensor> given =
        Map.of("x", Tensor.ofFloats(new long[] {1, 8}, 1, 2, 3, 4, 5, 6, 7, 8));
    Opening opening = Opening.of(STANDARD);
    try (Session memory = Session.open(SmallModels.chain(8, 2), opening);
        Session file = Session.openThroughFile(SmallModels.chain(8, 2), opening)) {
      assertThat(only(file.run(given)).contentEquals(only(memory.run(given)))).isTrue();
      assertThat(file.label()).isEqualTo("small");
    }
  }

  @Test
  void saveOptimized_writesTheEnginesGraph() {
    Path file = folder.resolve("optimized.onnx");
    Session.saveOptimized(SmallModels.chain(8, 2), STANDARD, file);
    assertThat(file).isNotEmptyFile();
  }

  @Test
  void close_twice_thenRun_isRefused() {
    Session session = Session.open(SmallModels.identity(DataType.FLOAT), STANDARD);
    Binding binding = session.bind(Map.of("x", Tensor.ofFloats(ROW, 1, 2, 3)), List.of("y"));
    Tensor borrowed = binding.output("y");
    session.close();
    session.close();
    assertThatThrownBy(binding::run).hasMessageContaining("is closed");
    binding.close();
    binding.close();
    assertThatThrownBy(borrowed::toFloats).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> session.run(Map.of("x", Tensor.ofFloats(ROW, 1, 2, 3))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void run_withArenaShrinkageAndThreads_gives_theSame() {
    SessionConfig config =
        STANDARD
            .withArenaShrinkage(true)
            .withThreads(2)
            .withOptimization(SessionConfig.Optimization.NONE);
    Tensor given = Tensor.ofFloats(ROW, 1, 2, 3);
    try (Session session = Session.open(SmallModels.identity(DataType.FLOAT), config)) {
      assertThat(only(session.run(Map.of("x", given))).contentEquals(given)).isTrue();
    }
  }

  private static Tensor only(SequencedMap<String, Tensor> outputs) {
    assertThat(outputs).hasSize(1);
    return outputs.firstEntry().getValue();
  }
}
