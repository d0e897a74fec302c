package dev.skerry.optimize.moments;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.differentiate.Emitter;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Shapes that values have for some inputs, found by running the model. */
public final class ValueShapes {
  private ValueShapes() {}

  /** The shapes of {@code values} when {@code model} takes {@code inputs}. */
  public static Map<String, long[]> of(
      Model model, List<String> values, Map<String, Tensor> inputs) {
    SequencedMap<String, String> wanted = new LinkedHashMap<>();
    Emitter emit = new Emitter(model.graph(), "shape/");
    for (String value : values) {
      wanted.computeIfAbsent(value, _ -> emit.op("Shape", value));
    }
    List<ValueInfo> outputs =
        wanted.values().stream()
            .map(name -> ValueInfo.of(name, new Type.Tensor(DataType.INT64, null)))
            .toList();
    Model exposed = model.withGraph(emit.appendedTo(model.graph()).withOutputs(outputs));
    Map<String, long[]> shapes = new HashMap<>();
    try (Session session = Session.open(exposed, SessionConfig.standard())) {
      Map<String, Tensor> run = session.run(inputs);
      wanted.forEach(
          (value, name) -> shapes.put(value, run.getOrDefault(name, Tensor.vector()).toLongs()));
    }
    return shapes;
  }
}
