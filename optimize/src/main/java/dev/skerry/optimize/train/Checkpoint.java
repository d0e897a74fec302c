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
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
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
    try {
      ModelWriter.write(Model.of(IR_VERSION, OPSET, graph).withMetadata(facts), file);
    } catch (SkerryException failed) {
      throw new SkerryException(
          ErrorCode.BAD_FILE,
          "the checkpoint %s. Make room or mend the folder (%,d bytes are needed) and give the same command again: it goes on after %s"
              .formatted(
                  failed.getMessage(),
                  bytes(constants),
                  Files.exists(file) ? "the checkpoint before, which is whole" : "the start"),
          failed);
    }
  }

  private static long bytes(Map<String, Tensor> constants) {
    return constants.values().stream().mapToLong(Tensor::byteSize).sum();
  }

  /** Removes what is left of a {@code file} that was being written when its process was killed. */
  private static void removeUnfinished(Path file) {
    String unfinished = "." + file.getFileName() + ".*.tmp";
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(file.resolveSibling(""), unfinished)) {
      for (Path part : left) {
        Files.deleteIfExists(part);
      }
    } catch (IOException | DirectoryIteratorException unlisted) {
      // what is left only takes room
    }
  }

  /**
   * What {@code file} holds; empty when there is none.
   *
   * @throws SkerryException USAGE if it belongs to another run, BAD_FILE if it is no checkpoint
   */
  static Optional<Checkpoint> read(Path file, String run) {
    removeUnfinished(file);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (ModelFile held = opened(file)) {
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

  private static ModelFile opened(Path file) {
    try {
      return ModelReader.read(file);
    } catch (SkerryException damaged) {
      throw new SkerryException(
          ErrorCode.BAD_FILE,
          damaged.getMessage() + " Remove this checkpoint to begin the training anew.",
          damaged);
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
