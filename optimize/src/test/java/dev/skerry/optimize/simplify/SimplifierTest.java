package dev.skerry.optimize.simplify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimplifierTest {
  @TempDir Path folder;

  @Test
  void simplify_defaultInputs_becomeConstantsAndAreNoted() {
    Model model =
        ModelSketch.opset(9)
            .input("x", 1, 2, 5, 5)
            .input("w", 3, 2, 3, 3)
            .input("s", 3, 1, 1)
            .weights("w", 3, 2, 3, 3)
            .weights("s", 3, 1, 1)
            .node("Conv", "x w", "c")
            .node("Mul", "c s", "y")
            .output("y")
            .model()
            .withIrVersion(3);
    Simplified simplified = standard(model);
    assertThat(simplified.model().graph().inputs())
        .extracting(ValueInfo::name)
        .containsExactly("x");
    assertThat(simplified.model().irVersion()).isEqualTo(4);
    assertThat(simplified.report().notes()).singleElement().asString().contains("2 inputs");
    assertThat(simplified.model().graph().nodes()).extracting(Node::op).containsExactly("Conv");
    Agreement.require(model, simplified.model(), 1e-6, 1);
  }

  @Test
  void simplify_outputIsInputOrConstant_keepsNamesAndOrder() {
    Model model =
        ModelSketch.opset(13)
            .input("x", "N", 2)
            .weights("a", 2)
            .node("Identity", "x", "copy")
            .node("Identity", "a", "fixed")
            .node("Relu", "x", "r")
            .node("Identity", "r", "second")
            .output("fixed", "copy", "r", "second")
            .model();
    Simplified simplified = standard(model);
    assertThat(simplified.model().graph().outputs()).isEqualTo(model.graph().outputs());
    Agreement.require(model, simplified.model(), 0, 1);
  }

  @Test
  void simplify_deadNodesAndConstants_areSwept() {
    Graph graph =
        standard(
                ModelSketch.opset(13)
                    .input("x", 2)
                    .weights("unused", 100)
                    .node("Relu", "x", "y")
                    .node("Exp", "x", "dead")
                    .node("Add", "dead unused", "deader")
                    .output("y")
                    .model())
            .model()
            .graph();
    assertThat(graph.nodes()).extracting(Node::op).containsExactly("Relu");
    assertThat(graph.initializers()).isEmpty();
  }

  @Test
  void simplify_boundDimension_foldsShapes() {
    Model model =
        ModelSketch.opset(13)
            .input("x", "N", 3)
            .node("Shape", "x", "s")
            .node("ConstantOfShape", "s", "z")
            .node("Exp", "z", "e")
            .node("Add", "x e", "y")
            .output("y")
            .model();
    assertThat(standard(model).model().graph().nodes()).hasSize(4);
    Simplified bound =
        Simplifier.simplify(model, SimplifyOptions.standard().withDimensions(Map.of("N", 2L)));
    assertThat(bound.model().graph().nodes()).extracting(Node::op).containsExactly("Add");
    assertThat(bound.model().graph().inputs().getFirst())
        .isEqualTo(ValueInfo.of("x", DataType.FLOAT, 2, 3));
  }

  @Test
  void simplify_unknownDimension_isRefused() {
    Model model = chain();
    SimplifyOptions options = SimplifyOptions.standard().withDimensions(Map.of("M", 1L));
    assertThatThrownBy(() -> Simplifier.simplify(model, options))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("'M'")
        .hasMessageContaining("N");
  }

  @Test
  void simplify_firingLimit_stopsThere() {
    Simplified simplified =
        Simplifier.simplify(chain(), SimplifyOptions.standard().withMaxFirings(2));
    assertThat(simplified.report().firings()).containsExactly(Map.entry("RemoveIdentity", 2));
    Agreement.require(chain(), simplified.model(), 0, 1);
  }

  @Test
  void simplify_skippedRule_doesNotFire() {
    Set<String> skipped = Set.of("RemoveIdentity");
    Simplified simplified =
        Simplifier.simplify(chain(), SimplifyOptions.standard().withSkipped(skipped));
    assertThat(simplified.report().firings()).isEmpty();
    assertThatThrownBy(() -> SimplifyOptions.standard().withSkipped(Set.of("RemoveNothing")))
        .hasMessageContaining("RemoveNothing");
  }

  @Test
  void simplify_dumpFolder_holdsEachStep() throws IOException {
    Simplifier.simplify(chain(), SimplifyOptions.standard().withDumpFolder(folder));
    assertThat(folder.resolve("001-RemoveIdentity.txt")).content().contains("Relu");
  }

  @Test
  void simplify_cyclingRule_isNamed() {
    Rule restless =
        new Rule() {
          @Override
          public Optional<Rewrite> apply(Node node, GraphView view) {
            return node.is("Relu")
                ? Optional.of(Rewrite.of(node).with(node.withName(node.name() + "'")))
                : Optional.empty();
          }

          @Override
          public String name() {
            return "Restless";
          }
        };
    Simplified simplified =
        Simplifier.simplify(
            chain(), SimplifyOptions.standard().withMaxRounds(3), List.of(new Step.Each(restless)));
    assertThat(simplified.report().notes()).singleElement().asString().contains("[Restless]");
  }

  @Test
  void simplify_timeLimit_stopsAndSaysSo() {
    Iterator<Instant> ticks =
        java.util.stream.Stream.iterate(Instant.EPOCH, tick -> tick.plusSeconds(40)).iterator();
    Simplified simplified =
        Simplifier.simplify(
            chain(),
            SimplifyOptions.standard()
                .withTimeLimit(Duration.ofMinutes(1))
                .withClock(() -> ticks.next()));
    assertThat(simplified.report().notes()).singleElement().asString().contains("time limit");
    Agreement.require(chain(), simplified.model(), 0, 1);
  }

  @Test
  void simplify_loopBody_isSimplifiedInside() {
    Graph body =
        ModelSketch.opset(13)
            .input(DataType.INT64, "i")
            .input(DataType.BOOL, "go")
            .input("state", 2)
            .node("Identity", "go", "on")
            .node("Identity", "state", "same")
            .node("Identity", "same", "again")
            .node("Add", "again step", "next")
            .output("on", "next")
            .graph();
    Model model =
        ModelSketch.opset(13)
            .input("x", 2)
            .weights("step", 2)
            .constant("n", Tensor.scalar(3L))
            .node("Loop", "n - x", "y")
            .with("body", new Attribute.GraphValue(body))
            .output("y")
            .model();
    Simplified simplified = standard(model);
    assertThat(simplified.report().nodesAfter()).isEqualTo(3);
    Agreement.require(model, simplified.model(), 0, 1);
  }

  private static Model chain() {
    return ModelSketch.opset(13)
        .input("x", "N", 2)
        .node("Identity", "x", "a")
        .node("Identity", "a", "b")
        .node("Relu", "b", "c")
        .node("Identity", "c", "d")
        .node("Exp", "d", "y")
        .output("y")
        .model();
  }

  private static Simplified standard(Model model) {
    return Simplifier.simplify(model, SimplifyOptions.standard());
  }
}
