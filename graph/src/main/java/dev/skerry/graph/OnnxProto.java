package dev.skerry.graph;

/**
 * Field numbers of the messages in {@code onnx.proto} (github.com/onnx/onnx, IR version 13), under
 * the names that they have there. Fields that are not listed pass through as they are.
 */
final class OnnxProto {
  private OnnxProto() {}

  // spotless:off
  static final class ModelProto {
    static final int IR_VERSION = 1, PRODUCER_NAME = 2, PRODUCER_VERSION = 3, GRAPH = 7;
    static final int OPSET_IMPORT = 8, METADATA_PROPS = 14, FUNCTIONS = 25;
  }

  static final class OperatorSetIdProto {
    static final int DOMAIN = 1, VERSION = 2;
  }

  static final class StringStringEntryProto {
    static final int KEY = 1, VALUE = 2;
  }

  static final class GraphProto {
    static final int NODE = 1, NAME = 2, INITIALIZER = 5, INPUT = 11, OUTPUT = 12, VALUE_INFO = 13;
    static final int SPARSE_INITIALIZER = 15;
  }

  static final class NodeProto {
    static final int INPUT = 1, OUTPUT = 2, NAME = 3, OP_TYPE = 4, ATTRIBUTE = 5, DOMAIN = 7;
    static final int OVERLOAD = 8;
  }

  static final class AttributeProto {
    static final int NAME = 1, F = 2, I = 3, S = 4, T = 5, G = 6, FLOATS = 7, INTS = 8, STRINGS = 9;
    static final int TENSORS = 10, GRAPHS = 11, TP = 14, TYPE_PROTOS = 15, TYPE = 20;
    static final int REF_ATTR_NAME = 21, SPARSE_TENSOR = 22, SPARSE_TENSORS = 23;
  }

  static final class TensorProto {
    static final int DIMS = 1, DATA_TYPE = 2, FLOAT_DATA = 4, INT32_DATA = 5, STRING_DATA = 6;
    static final int INT64_DATA = 7, NAME = 8, RAW_DATA = 9, DOUBLE_DATA = 10, UINT64_DATA = 11;
    static final int EXTERNAL_DATA = 13, DATA_LOCATION = 14;
    /** The value of {@code DATA_LOCATION} that sends a reader to {@code EXTERNAL_DATA}. */
    static final int EXTERNAL = 1;
  }

  static final class SparseTensorProto {
    static final int VALUES = 1;
  }

  static final class ValueInfoProto {
    static final int NAME = 1, TYPE = 2;
  }

  static final class TypeProto {
    static final int TENSOR_TYPE = 1, SEQUENCE_TYPE = 4, MAP_TYPE = 5, DENOTATION = 6;
    static final int OPAQUE_TYPE = 7, SPARSE_TENSOR_TYPE = 8, OPTIONAL_TYPE = 9;
    /** Fields of {@code TypeProto.Tensor}. */
    static final int ELEM_TYPE = 1, SHAPE = 2;
    /** The field of {@code TensorShapeProto}. */
    static final int DIM = 1;
    /** Fields of {@code TensorShapeProto.Dimension}. */
    static final int DIM_VALUE = 1, DIM_PARAM = 2;
  }

  static final class FunctionProto {
    static final int NAME = 1, INPUT = 4, OUTPUT = 5, NODE = 7, OPSET_IMPORT = 9, DOMAIN = 10;
    static final int OVERLOAD = 13;
  }
  // spotless:on
}
