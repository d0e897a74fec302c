package dev.skerry.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Elements in typed fields become the bytes that {@code raw_data} has. */
class TensorReaderTest {
  private static Tensor read(
      DataType type, long dims, java.util.function.Consumer<WireWriter> data) {
    WireWriter tensor = new WireWriter();
    data.accept(tensor);
    tensor.varint(OnnxProto.TensorProto.DIMS, dims);
    tensor.varint(OnnxProto.TensorProto.DATA_TYPE, type.code());
    tensor.text(OnnxProto.TensorProto.NAME, "w");
    WireWriter graph = new WireWriter();
    graph.message(OnnxProto.GraphProto.INITIALIZER, tensor);
    WireWriter model = new WireWriter();
    model.message(OnnxProto.ModelProto.GRAPH, graph);
    return ModelReader.read(model.toByteArray(), Path.of("."))
        .graph()
        .initializers()
        .firstEntry()
        .getValue();
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT16", "INT32", "UINT8", "UINT16", "BOOL"})
  void int32Data_ofNarrowIntegers_isNarrowed(DataType type) {
    Tensor tensor =
        read(type, 3, out -> out.packedVarints(OnnxProto.TensorProto.INT32_DATA, 0, 1, 100));
    assertThat(tensor.toLongs()).containsExactly(0, 1, 100);
  }

  @Test
  void int32Data_ofNegativeNumbers_keepsTheSign() {
    Tensor tensor =
        read(
            DataType.INT8, 2, out -> out.packedVarints(OnnxProto.TensorProto.INT32_DATA, -1, -128));
    assertThat(tensor.toLongs()).containsExactly(-1, -128);
  }

  @Test
  void int32Data_ofHalfFloats_holdsTheirBits() {
    Tensor tensor =
        read(
            DataType.FLOAT16,
            2,
            out -> out.packedVarints(OnnxProto.TensorProto.INT32_DATA, 0x3C00, 0xC000));
    assertThat(tensor.toFloats()).containsExactly(1, -2);
  }

  @Test
  void int32Data_ofFourBitNumbers_holdsTwoEach() {
    Tensor tensor =
        read(
            DataType.INT4,
            3,
            out -> out.packedVarints(OnnxProto.TensorProto.INT32_DATA, 0xF1, 0x07));
    assertThat(tensor.toLongs()).containsExactly(1, -1, 7);
  }

  @Test
  void int64Data_isRead() {
    Tensor tensor =
        read(
            DataType.INT64,
            2,
            out -> out.packedVarints(OnnxProto.TensorProto.INT64_DATA, Long.MIN_VALUE, 5));
    assertThat(tensor.toLongs()).containsExactly(Long.MIN_VALUE, 5);
  }

  @Test
  void uint64Data_ofUint32_isNarrowed() {
    Tensor tensor =
        read(
            DataType.UINT32,
            1,
            out -> out.packedVarints(OnnxProto.TensorProto.UINT64_DATA, 0xFFFF_FFFFL));
    assertThat(tensor.toLongs()).containsExactly(0xFFFF_FFFFL);
  }

  @Test
  void floatData_packed_isBorrowed() {
    Tensor tensor =
        read(
            DataType.FLOAT,
            2,
            out -> out.packedFloats(OnnxProto.TensorProto.FLOAT_DATA, List.of(1.5f, -2f)));
    assertThat(tensor.toFloats()).containsExactly(1.5f, -2);
  }

  @Test
  void floatData_oneFieldPerNumber_isGathered() {
    Tensor tensor =
        read(
            DataType.FLOAT,
            3,
            out -> {
              out.float32(OnnxProto.TensorProto.FLOAT_DATA, 1.5f);
              out.packedFloats(OnnxProto.TensorProto.FLOAT_DATA, List.of(2f, 3f));
            });
    assertThat(tensor.toFloats()).containsExactly(1.5f, 2, 3);
  }

  @Test
  void floatData_ofComplexNumbers_holdsTwoEach() {
    Tensor tensor =
        read(
            DataType.COMPLEX64,
            1,
            out -> out.packedFloats(OnnxProto.TensorProto.FLOAT_DATA, List.of(1f, 2f)));
    assertThat(tensor.byteSize()).isEqualTo(8);
  }

  @Test
  void stringData_isRead() {
    Tensor tensor =
        read(
            DataType.STRING,
            2,
            out -> {
              out.text(OnnxProto.TensorProto.STRING_DATA, "a");
              out.text(OnnxProto.TensorProto.STRING_DATA, "");
            });
    assertThat(tensor.strings()).containsExactly(Bytes.ofUtf8("a"), Bytes.EMPTY);
  }

  @Test
  void noData_ofNoElements_isEmpty() {
    assertThat(read(DataType.FLOAT, 0, _ -> {}).elementCount()).isZero();
  }
}
