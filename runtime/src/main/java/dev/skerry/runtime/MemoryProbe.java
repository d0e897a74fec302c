package dev.skerry.runtime;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The process in which {@link SessionMemory} measures. */
final class MemoryProbe {
  private MemoryProbe() {}

  /**
   * Takes the model, its inputs, the configuration, the number of runs and the file to answer in.
   */
  public static void main(String[] arguments) throws IOException {
    JsonMapper json = JsonMapper.shared();
    Path model = Path.of(arguments[0]);
    SessionConfig config =
        json.readValue(Files.readString(Path.of(arguments[2])), SessionConfig.class);
    int runs = Integer.parseInt(arguments[3]);
    try (ModelFile inputs = ModelReader.read(Path.of(arguments[1]))) {
      SessionMemory found = measure(model, inputs.model().graph().initializers(), config, runs);
      Files.writeString(Path.of(arguments[4]), json.writeValueAsString(found));
    }
  }

  private static SessionMemory measure(
      Path model, Map<String, Tensor> inputs, SessionConfig config, int runs) throws IOException {
    loadEverythingElse();
    long before = ProcessMemory.residentBytes().orElseThrow();
    ProcessMemory.resetPeak();
    try (Session session = Session.open(model, config);
        Binding binding =
            session.bind(inputs, session.outputs().stream().map(ValueInfo::name).toList())) {
      for (int i = 1; i < runs; i++) {
        binding.run();
      }
      long resident = ProcessMemory.residentBytes().orElseThrow() - before;
      return new SessionMemory(ProcessMemory.peakResidentBytes().orElseThrow() - before, resident);
    }
  }

  /** Runs a model of one node, so that classes and libraries do not count. */
  private static void loadEverythingElse() {
    Graph graph =
        new Graph(
            "smallest",
            List.of(ValueInfo.of("x", DataType.FLOAT, 1)),
            List.of(ValueInfo.of("y", DataType.FLOAT, 1)),
            List.of(),
            new LinkedHashMap<>(),
            List.of(Node.of("Relu", "relu", List.of("x"), List.of("y"))),
            Bytes.EMPTY);
    Map<String, Tensor> inputs = Map.of("x", Tensor.ofFloats(new long[] {1}, 1));
    try (Session session = Session.open(Model.of(8, 17, graph), SessionConfig.standard());
        Binding binding = session.bind(inputs, List.of("y"))) {
      binding.run();
    }
  }
}
