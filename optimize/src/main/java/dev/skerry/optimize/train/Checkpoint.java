package dev.skerry.optimize.train;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Where a training is after an epoch: enough to go on as if it had never stopped. Kept as an ONNX
 * file of constants, which is there whole or not at all.
 *
 * @param run what was trained how; another one cannot go on from here
 * @param epoch epochs that are done
 * @param state the state after them
 * @param best what was learned in the best epoch so far
 * @param bestEpoch counted from 1; 0 when none was judged
 */
record Checkpoint(
    String run,
    int epoch,
    SequencedMap<String, Tensor> state,
    SequencedMap<String, Tensor> best,
    int bestEpoch,
    double bestScore) {
  private static final long IR_VERSION = 8;
  private static final long OPSET = 17;
  private static final String STATE = "state/";
  private static final String BEST = "best/";

  void write(Path file) {
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
    state.forEach((name, tensor) -> constants.put(STATE + name, tensor));
    best.forEach((name, tensor) -> constants.put(BEST + name, tensor));
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    facts.put("run", run);
    facts.put("epoch", Integer.toString(epoch));
    facts.put("best-epoch", Integer.toString(bestEpoch));
    facts.put("best-score", Double.toString(bestScore));
    Graph graph =
        new Graph("checkpoint", List.of(), List.of(), List.of(), constants, List.of(), Bytes.EMPTY);
    ModelWriter.write(Model.of(IR_VERSION, OPSET, graph).withMetadata(facts), file);
  }

  /**
   * What {@code file} holds; empty when there is none.
   *
   * @throws SkerryException USAGE if it belongs to another run
   */
  static Optional<Checkpoint> read(Path file, String run) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (ModelFile held = ModelReader.read(file)) {
      Map<String, String> facts = held.model().metadata();
      if (!facts.getOrDefault("run", "").equals(run)) {
        throw new SkerryException(
            ErrorCode.USAGE,
            "the checkpoint %s belongs to another training (other model, data or options); continue that one, or remove the file"
                .formatted(file));
      }
      SequencedMap<String, Tensor> constants = held.model().graph().initializers();
      return Optional.of(
          new Checkpoint(
              run,
              Integer.parseInt(facts.getOrDefault("epoch", "0")),
              under(constants, STATE),
              under(constants, BEST),
              Integer.parseInt(facts.getOrDefault("best-epoch", "0")),
              Double.parseDouble(facts.getOrDefault("best-score", "0"))));
    }
  }

  private static SequencedMap<String, Tensor> under(Map<String, Tensor> constants, String prefix) {
    SequencedMap<String, Tensor> found = new LinkedHashMap<>();
    constants.forEach((name, tensor) -> {
      if (name.startsWith(prefix)) {
        found.put(name.substring(prefix.length()), tensor.copy());
      }
    });
    return found;
  }
}
