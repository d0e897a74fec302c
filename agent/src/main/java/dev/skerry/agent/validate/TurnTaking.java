package dev.skerry.agent.validate;

import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.schedule.Turns;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** A model whose every run waits its turn. Borrows the model: it is not closed here. */
public record TurnTaking(LoadedModel model, Turns turns) implements LoadedModel {
  @Override
  public List<ValueInfo> inputs() {
    return model.inputs();
  }

  @Override
  public List<ValueInfo> outputs() {
    return model.outputs();
  }

  @Override
  public SequencedMap<String, Tensor> run(Map<String, Tensor> given) {
    return turns.take(stop -> model.run(given, stop));
  }

  /** Whoever owns the model closes it. */
  @Override
  public void close() {}
}
