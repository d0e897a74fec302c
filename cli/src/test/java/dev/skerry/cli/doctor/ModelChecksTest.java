package dev.skerry.cli.doctor;

import static dev.skerry.cli.doctor.TestModels.empty;
import static dev.skerry.cli.doctor.TestModels.filters;
import static dev.skerry.cli.doctor.TestModels.healthy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check finds its fault in a model that has it, and nothing in one that has not. */
class ModelChecksTest {
  private static final Tensor SCALE = Tensor.scalar(0.1f);
  private static final Tensor ZERO = Tensor.ofBytes(DataType.UINT8, new long[0], (byte) 0);

  static Stream<Arguments> faults() {
    return Stream.of(
        arguments(new BrokenRules(), healthy().node("Relu", "z", "nowhere"), "relu"),
        arguments(new NonFiniteWeights(), healthy().weight("bad", Tensor.scalar(Float.NaN)), "bad"),
        arguments(new ForeignOperators(), healthy().add(custom("org.example")), "Magic"),
        arguments(new OldOperators(), healthy().opset(9), ""),
        arguments(new OldOperators(), healthy().opset(99), ""),
        arguments(
            new InitializersAsInputs(),
            healthy().inputs(image(), ValueInfo.of("w", DataType.FLOAT, 4, 4, 1, 1)),
            "w"),
        arguments(new FixedBatch(), healthy(), "x"),
        arguments(
            new VaryingShapes(), healthy().inputs(image(open(), fixed(4), open(), open())), "x"),
        arguments(new ShapeArithmetic(), healthy().node("Shape", "s", "y"), "shape"),
        arguments(
            new UnfoldedBatchNorm(),
            empty()
                .weight("w", filters())
                .node("Conv", "a", "x", "w")
                .node("BatchNormalization", "y", "a"),
            "batchnormalization"),
        arguments(
            new UnfoldedPad(),
            empty().weight("w", filters()).node("Pad", "a", "x").node("Conv", "y", "a", "w"),
            "pad"),
        arguments(
            new DoublePrecision(),
            healthy().weight("d", Tensor.of(DataType.DOUBLE, new long[] {2}, zeros(16))),
            "d"),
        arguments(new HugeConstants(), healthy().add(constant(1 << 19)), "big"),
        arguments(
            new UnusedInputs(),
            healthy().inputs(image(), ValueInfo.of("idle", DataType.FLOAT, 1)),
            "idle"),
        arguments(new UnusedWeights(), healthy().weight("idle", Tensor.vector(1, 2)), "idle"),
        arguments(new DeadNodes(), healthy().node("Relu", "nobody", "y"), "relu"),
        arguments(new NeverInteger(), quantized("Tanh"), "tanh"),
        arguments(new FloatOnlyOperators(), healthy().node("Tanh", "z", "y"), "tanh"),
        arguments(new DepthwiseInteger(), quantized(depthwise()), "conv"),
        arguments(new UnsignedWeights(), withWeight(DataType.UINT8), "conv"),
        arguments(new SlowPackedProducts(), healthy().add(packed(0)), "packed"));
  }

  static Stream<Arguments> health() {
    return Stream.of(
        arguments(new BrokenRules(), healthy()),
        arguments(new NonFiniteWeights(), healthy()),
        arguments(new ForeignOperators(), healthy()),
        arguments(new OldOperators(), healthy()),
        arguments(new InitializersAsInputs(), healthy()),
        arguments(new FixedBatch(), healthy().inputs(image(open(), fixed(4), fixed(8), fixed(8)))),
        arguments(
            new VaryingShapes(), healthy().inputs(image(open(), fixed(4), fixed(8), fixed(8)))),
        arguments(new ShapeArithmetic(), healthy()),
        arguments(new UnfoldedBatchNorm(), empty().node("BatchNormalization", "y", "x")),
        arguments(new UnfoldedPad(), empty().node("Pad", "a", "x").node("Relu", "y", "a")),
        arguments(new DoublePrecision(), healthy()),
        arguments(new HugeConstants(), healthy().add(constant(4))),
        arguments(new UnusedInputs(), healthy()),
        arguments(new UnusedWeights(), healthy()),
        arguments(new DeadNodes(), healthy()),
        arguments(new NeverInteger(), quantized("Sigmoid")),
        arguments(new FloatOnlyOperators(), quantized("Tanh")),
        arguments(new DepthwiseInteger(), healthy()),
        arguments(new UnsignedWeights(), withWeight(DataType.INT8)),
        arguments(new SlowPackedProducts(), healthy().add(packed(4))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void check_findsItsFault(ModelCheck check, TestModels faulty, String place) {
    assertThat(check.check(Patient.of(faulty.model(), 0)))
        .isNotEmpty()
        .allSatisfy(finding -> assertThat(finding.advice()).isNotEmpty())
        .anySatisfy(finding -> assertThat(finding.where()).contains(place));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("health")
  void check_leavesOthersAlone(ModelCheck check, TestModels model) {
    assertThat(check.check(Patient.of(model.model(), 0))).isEmpty();
  }

  @Test
  void externalWeights_areTold() {
    assertThat(new ExternalWeights().check(Patient.of(healthy().model(), 1 << 20))).hasSize(1);
    assertThat(new ExternalWeights().check(Patient.of(healthy().model(), 0))).isEmpty();
  }

  @Test
  void everyCheck_isTestedBothWays() {
    List<String> tested =
        Stream.concat(
                health().map(arguments -> String.valueOf(arguments.get()[0])),
                Stream.of(new ExternalWeights().toString()))
            .map(name -> name.replaceAll("@.*", ""))
            .toList();

    assertThat(Doctor.MODEL_CHECKS).allMatch(check -> tested.contains(check.getClass().getName()));
  }

  private static ValueInfo image(Dimension... axes) {
    return axes.length == 0
        ? ValueInfo.of("x", DataType.FLOAT, 1, 4, 8, 8)
        : ValueInfo.of("x", new Type.Tensor(DataType.FLOAT, List.of(axes)));
  }

  private static Dimension open() {
    return new Dimension.Unknown();
  }

  private static Dimension fixed(long size) {
    return new Dimension.Fixed(size);
  }

  private static java.lang.foreign.MemorySegment zeros(int bytes) {
    return java.lang.foreign.MemorySegment.ofArray(new byte[bytes]);
  }

  private static Node custom(String domain) {
    return new Node(
        "", domain, "Magic", List.of("y"), List.of("z"), new LinkedHashMap<>(), Bytes.EMPTY);
  }

  private static Node constant(int floats) {
    return Node.of("Constant", "big", List.of(), List.of("c"))
        .with(
            "value",
            new Attribute.TensorValue(Tensor.ofFloats(new long[] {floats}, new float[floats])));
  }

  private static Node packed(long accuracy) {
    return new Node(
            "packed",
            "com.microsoft",
            "MatMulNBits",
            List.of("y", "w"),
            List.of("z"),
            new LinkedHashMap<>(),
            Bytes.EMPTY)
        .with("accuracy_level", Attribute.of(accuracy));
  }

  private static Node depthwise() {
    return Node.of("Conv", "conv", List.of("b", "dw"), List.of("c")).with("group", Attribute.of(4));
  }

  private static TestModels quantized(String op) {
    return quantized(
        Node.of(op, op.toLowerCase(java.util.Locale.ROOT), List.of("b"), List.of("c")));
  }

  /** {@code inner} from "b" to "c" between integers. */
  private static TestModels quantized(Node inner) {
    return empty()
        .weight("s", SCALE)
        .weight("z", ZERO)
        .weight("dw", Tensor.ofFloats(new long[] {4, 1, 1, 1}, new float[4]))
        .node("QuantizeLinear", "a", "x", "s", "z")
        .node("DequantizeLinear", "b", "a", "s", "z")
        .add(inner)
        .node("QuantizeLinear", "d", "c", "s", "z")
        .node("DequantizeLinear", "y", "d", "s", "z");
  }

  private static TestModels withWeight(DataType type) {
    return empty()
        .weight("s", SCALE)
        .weight("q", Tensor.of(type, new long[] {4, 4, 1, 1}, zeros(16)))
        .node("DequantizeLinear", "w", "q", "s")
        .node("Conv", "y", "x", "w");
  }
}
