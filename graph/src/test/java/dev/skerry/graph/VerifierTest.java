package dev.skerry.graph;

import static dev.skerry.graph.Models.graph;
import static dev.skerry.graph.Models.model;
import static dev.skerry.graph.Models.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.AbstractListAssert;
import org.junit.jupiter.api.Test;

class VerifierTest {
  private static AbstractListAssert<?, ? extends List<? extends String>, String, ?> problems(
      Model model) {
    return assertThat(Verifier.verify(model).stream().map(Problem::text).toList());
  }

  @Test
  void verify_validModel_hasNoProblems() {
    problems(model(node("Relu", "x", "h"), node("Add", "h x", "y"))).isEmpty();
  }

  @Test
  void verify_valueThatNothingMakes_isNamedWithItsNode() {
    problems(model(node("Add", "x ghost", "y")))
        .containsExactly("node 0 Add 'y': it takes 'ghost', which nothing makes");
  }

  @Test
  void verify_nodesOutOfOrder_saysSo() {
    problems(model(node("Relu", "h", "y"), node("Sigmoid", "x", "h")))
        .containsExactly(
            "node 0 Relu 'y': it takes 'h', which node 1 Sigmoid 'h' makes only later: the nodes"
                + " are not in order");
  }

  @Test
  void verify_cycle_namesItsNodes() {
    problems(model(node("Add", "x b", "a"), node("Relu", "a", "b"), node("Relu", "a", "y")))
        .containsExactly(
            "the nodes form a cycle: node 0 Add 'a' takes from node 1 Relu 'b' takes from node 0"
                + " Add 'a'");
  }

  @Test
  void verify_nodeThatTakesItsOwnOutput_isACycle() {
    problems(model(node("Add", "x y", "y")))
        .containsExactly("the nodes form a cycle: node 0 Add 'y' takes from node 0 Add 'y'");
  }

  @Test
  void verify_valueMadeTwice_namesBothNodes() {
    problems(model(node("Relu", "x", "y"), node("Sigmoid", "x", "y")))
        .containsExactly(
            "node 1 Sigmoid 'y': it makes 'y', which node 0 Relu 'y' makes already; a value is"
                + " made once");
  }

  @Test
  void verify_nodesOfTheSameName_areReported() {
    problems(model(node("Relu", "x", "h").withName("n"), node("Sigmoid", "h", "y").withName("n")))
        .containsExactly(
            "node 1 Sigmoid 'n': its name is that of node 0 Relu 'n' too; names differ or are"
                + " empty");
  }

  @Test
  void verify_nodeThatMakesAnInput_isReported() {
    problems(model(node("Relu", "x", "x"), node("Relu", "x", "y")))
        .contains("node 0 Relu 'x': it makes 'x', which is an input or initializer already");
  }

  @Test
  void verify_outputThatNothingMakes_isReported() {
    problems(model(node("Relu", "x", "z"))).containsExactly("output 'y' is made by nothing");
  }

  @Test
  void verify_domainWithoutImport_isReported() {
    Node node =
        new Node(
            "n",
            "com.microsoft",
            "Gelu",
            List.of("x"),
            List.of("y"),
            new java.util.LinkedHashMap<>(),
            Bytes.EMPTY);
    problems(model(node))
        .containsExactly(
            "node 0 com.microsoft.Gelu 'n': its operator is of domain 'com.microsoft', of which"
                + " no operator set is imported");
    problems(model(node).withOpset("com.microsoft", 1)).isEmpty();
  }

  @Test
  void verify_constantOfAnotherShapeThanDeclared_isReported() {
    Model model = Models.withInitializer(model(node("Add", "x w", "y")), "w", Tensor.vector(1, 2));
    Graph declared = model.graph().withValues(List.of(ValueInfo.of("w", DataType.INT64, 3)));
    problems(model.withGraph(declared))
        .containsExactly("constant 'w' is INT64[2] but declared as INT64[3]");
  }

  @Test
  void verify_initializerThatIsNoInput_breaksOldIrVersions() {
    Model model = Models.withInitializer(model(node("Add", "x w", "y")), "w", Tensor.scalar(1f));
    problems(model).isEmpty();
    problems(model.withIrVersion(3))
        .containsExactly(
            "initializer 'w' is not an input, as IR version 3 demands; raise it to 4 or more");
  }

  @Test
  void verify_sparseInitializers_areConstantsToo() {
    WireWriter values = new WireWriter();
    values.text(OnnxProto.TensorProto.NAME, "s");
    WireWriter sparse = new WireWriter();
    sparse.message(OnnxProto.SparseTensorProto.VALUES, values);
    WireWriter extra = new WireWriter();
    extra.message(OnnxProto.GraphProto.SPARSE_INITIALIZER, sparse);
    Model model = model(node("Add", "x s", "y"));
    problems(withExtra(model, extra)).isEmpty();
    WireWriter damaged = new WireWriter();
    damaged.bytes(OnnxProto.GraphProto.SPARSE_INITIALIZER, Bytes.of((byte) 0x0A, (byte) 99));
    assertThat(Verifier.verify(withExtra(model, damaged)).getFirst().message())
        .startsWith("a sparse initializer is damaged");
  }

  private static Model withExtra(Model model, WireWriter extra) {
    Graph graph = model.graph();
    return model.withGraph(
        new Graph(
            graph.name(),
            graph.inputs(),
            graph.outputs(),
            graph.values(),
            graph.initializers(),
            graph.nodes(),
            Bytes.of(extra.toByteArray())));
  }

  private static Model withBranch(Node... branch) {
    Attribute body = new Attribute.GraphValue(graph(List.of(), List.of("z"), List.of(branch)));
    Node choice =
        Node.of("If", "choice", List.of("c"), List.of("y"))
            .with("then_branch", body)
            .with("else_branch", body);
    return model(node("Cast", "x", "c"), node("Relu", "x", "h"), choice, node("Relu", "h", "late"));
  }

  @Test
  void verify_subgraph_seesValuesMadeBeforeItsNode() {
    problems(withBranch(node("Add", "h x", "z"))).isEmpty();
  }

  @Test
  void verify_subgraphThatTakesALaterValue_namesTheWay() {
    problems(withBranch(node("Add", "h late", "z")))
        .contains(
            "node 2 If 'choice' › then_branch › node 0 Add 'z': it takes 'late', which node 3 Relu"
                + " 'late' makes only later: the nodes are not in order");
  }

  @Test
  void verify_cycleThroughASubgraph_isReported() {
    problems(withBranch(node("Add", "h y", "z")))
        .contains("the nodes form a cycle: node 2 If 'choice' takes from node 2 If 'choice'");
  }

  @Test
  void verify_valueOfASubgraph_isNotSeenOutside() {
    Model model = withBranch(node("Add", "h x", "z"));
    List<Node> nodes = new java.util.ArrayList<>(model.graph().nodes());
    nodes.add(node("Relu", "z", "outside"));
    problems(model.withGraph(model.graph().withNodes(nodes)))
        .containsExactly("node 4 Relu 'outside': it takes 'z', which nothing makes");
  }

  private static Function function(String name, Node... nodes) {
    return new Function(
        "own",
        name,
        List.of("a"),
        List.of("b"),
        List.of(nodes),
        List.of(new OperatorSet("", 17), new OperatorSet("own", 1)),
        Bytes.EMPTY);
  }

  private static Model withFunctions(Function... functions) {
    Model plain = model(node("Relu", "x", "y"));
    return new Model(
        8,
        plain.opsets(),
        "",
        "",
        plain.metadata(),
        plain.graph(),
        List.of(functions),
        Bytes.EMPTY);
  }

  @Test
  void verify_functionBody_isCheckedLikeAGraph() {
    problems(withFunctions(function("F", node("Relu", "a", "b")))).isEmpty();
    problems(withFunctions(function("F", node("Relu", "ghost", "b"))))
        .containsExactly(
            "function 'own.F' › node 0 Relu 'b': it takes 'ghost', which nothing makes");
  }

  @Test
  void verify_functionsThatCallOneAnother_areReported() {
    Node callsG =
        new Node(
            "",
            "own",
            "G",
            List.of("a"),
            List.of("b"),
            new java.util.LinkedHashMap<>(),
            Bytes.EMPTY);
    Node callsF =
        new Node(
            "",
            "own",
            "F",
            List.of("a"),
            List.of("b"),
            new java.util.LinkedHashMap<>(),
            Bytes.EMPTY);
    problems(withFunctions(function("F", callsG), function("G", callsF)))
        .containsExactly("function 'own.F': this function calls itself, through 'F' → 'G' → 'F'");
  }

  @Test
  void require_brokenModel_listsItsProblems() {
    assertThatThrownBy(() -> Verifier.require(model(node("Relu", "x", "z"))))
        .isInstanceOf(SkerryException.class)
        .hasMessage("the model breaks the rules of ONNX:\n  output 'y' is made by nothing");
  }
}
