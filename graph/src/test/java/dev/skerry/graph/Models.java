package dev.skerry.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/** Small models by hand. */
final class Models {
  private Models() {}

  static Graph graph(List<String> inputs, List<String> outputs, List<Node> nodes) {
    return new Graph(
        "test",
        inputs.stream().map(name -> ValueInfo.of(name, DataType.FLOAT, 1, 4)).toList(),
        outputs.stream().map(name -> ValueInfo.of(name, DataType.FLOAT, 1, 4)).toList(),
        List.of(),
        new LinkedHashMap<>(),
        nodes,
        Bytes.EMPTY);
  }

  static Model model(Graph graph) {
    return Model.of(8, 17, graph);
  }

  /** The model x → nodes → y. */
  static Model model(Node... nodes) {
    return model(graph(List.of("x"), List.of("y"), List.of(nodes)));
  }

  static Node node(String op, String inputs, String outputs) {
    return Node.of(op, "", split(inputs), split(outputs));
  }

  private static List<String> split(String names) {
    return names.isEmpty() ? List.of() : List.of(names.split(" ", -1));
  }

  static Model withInitializer(Model model, String name, Tensor tensor) {
    SequencedMap<String, Tensor> changed = new LinkedHashMap<>(model.graph().initializers());
    changed.put(name, tensor);
    return model.withGraph(model.graph().withInitializers(changed));
  }

  static Tensor initializer(Model model, String name) {
    return Objects.requireNonNull(model.graph().initializers().get(name));
  }
}
