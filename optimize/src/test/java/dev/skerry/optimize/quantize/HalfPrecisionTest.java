package dev.skerry.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.simplify.ModelSketch;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HalfPrecisionTest {
  @Test
  void refuses_operatorsOfOneFloatType_areNamed() {
    Model random =
        ModelSketch.opset(17)
            .input("x", 1, 4)
            .node("RandomNormal", "", "r")
            .ints("shape", 1, 4)
            .node("Add", "x r", "y")
            .output("y")
            .model();
    Model quantized =
        ModelSketch.opset(17)
            .input("x", 1, 4)
            .constant("s", Tensor.scalar(1f))
            .node("QuantizeLinear", "x s", "q")
            .node("DequantizeLinear", "q s", "y")
            .output("y")
            .model();

    assertThat(HalfPrecision.refuses(random))
        .hasValueSatisfying(reason -> assertThat(reason).contains("RandomNormal"));
    assertThat(HalfPrecision.refuses(quantized))
        .hasValueSatisfying(reason -> assertThat(reason).contains("quantized already"));
  }

  @Test
  void convert_scalesOfResize_stayExactAlsoWhenOthersTakeThem() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 1, 1, 3, 4)
            .constant("s", Tensor.ofFloats(new long[] {4}, 1, 1, 7 / 3f, 2))
            .node("Resize", "x - s", "r")
            .node("Mul", "s s", "t")
            .node("ReduceSum", "t", "u")
            .node("Mul", "r u", "y")
            .output("y")
            .model();

    check(model);
  }

  @Test
  void convert_scalesThatNodesCompute_areWidened() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 1, 1, 4, 4)
            .longs("s", 1, 1, 2, 2)
            .node("Identity", "s", "i")
            .node("Cast", "i", "f")
            .with("to", DataType.FLOAT.code())
            .node("Resize", "x - f", "y")
            .output("y")
            .model();

    check(model);
  }

  @Test
  void convert_constantOfShapeWithoutValue_isHalfToo() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 1, 4)
            .node("Shape", "x", "s")
            .node("ConstantOfShape", "s", "z")
            .node("Add", "x z", "y")
            .output("y")
            .model();

    check(model);
  }

  @Test
  void convert_initializerAsOutput_keepsItsType() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 1, 4)
            .weights("w", 1, 4)
            .node("Add", "x w", "y")
            .output("y", "w")
            .model();

    check(model);
  }

  private static void check(Model untyped) {
    Model model =
        untyped.withGraph(
            untyped
                .graph()
                .withOutputs(
                    untyped.graph().outputNames().stream()
                        .map(name ->
                            new ValueInfo(name, new Type.Tensor(DataType.FLOAT, null), Bytes.EMPTY))
                        .toList()));
    Model half = HalfPrecision.convert(model);

    assertThat(HalfPrecision.refuses(model)).isEmpty();
    assertThat(Verifier.verify(half)).isEmpty();
    List<Tensor> outputs = Noise.run(half, QuantizerTest.inputs(model, 1).getFirst());
    assertThat(outputs).allSatisfy(t -> assertThat(t.type()).isEqualTo(DataType.FLOAT));
    assertThat(Noise.decibels(model, half, QuantizerTest.inputs(model, 4))).isGreaterThan(50);
  }
}
