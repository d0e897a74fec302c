package dev.skerry.runtime;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Memory that a session takes, in bytes over that of a process with the engine loaded and no model.
 *
 * <p>Measured in a process of its own, because memory that an earlier session gave back would hide
 * what this one takes. What Linux counts as resident is reported: weights, arena, what the engine
 * packs anew, thread stacks, and the Java side's small part. Two measurements differ by about 1 MB.
 *
 * @param peakBytes at the worst moment of loading and running
 * @param residentBytes after the last run, the session still open
 */
public record SessionMemory(long peakBytes, long residentBytes) {
  private static final long IR_VERSION = 10;
  private static final long OPSET = 21;

  /**
   * Loads {@code model} and runs it {@code runs} times on {@code inputs}; takes about a second more
   * than that. Empty where Linux's counters are missing.
   */
  public static Optional<SessionMemory> measure(
      Path model, Map<String, Tensor> inputs, SessionConfig config, int runs) {
    if (ProcessMemory.residentBytes().isEmpty()) {
      return Optional.empty();
    }
    try (ScratchFolder scratch = ScratchFolder.create()) {
      return Optional.of(measure(model, inputs, config, runs, scratch));
    } catch (IOException e) {
      throw new SkerryException(
          ErrorCode.ENGINE,
          "cannot exchange files with the measuring process: " + e.getMessage(),
          e);
    }
  }

  /** As the other, of a model in memory. */
  public static Optional<SessionMemory> measure(
      Model model, Map<String, Tensor> inputs, SessionConfig config, int runs) {
    try (ScratchFolder scratch = ScratchFolder.create()) {
      Path file = scratch.file("model.onnx");
      ModelWriter.write(model, file);
      return measure(file, inputs, config, runs);
    }
  }

  private static SessionMemory measure(
      Path model, Map<String, Tensor> inputs, SessionConfig config, int runs, ScratchFolder scratch)
      throws IOException {
    Path tensors = scratch.file("inputs.onnx");
    Path settings = scratch.file("config.json");
    Path result = scratch.file("result.json");
    ModelWriter.write(holding(inputs), tensors);
    JsonMapper json = JsonMapper.shared();
    Files.writeString(settings, json.writeValueAsString(config));
    ChildJvm.run(
        MemoryProbe.class,
        _ -> {},
        model.toString(),
        tensors.toString(),
        settings.toString(),
        Integer.toString(runs),
        result.toString());
    return json.readValue(Files.readString(result), SessionMemory.class);
  }

  /** Tensors as the initializers of a model without nodes: a file format that is at hand. */
  private static Model holding(Map<String, Tensor> tensors) {
    return Model.of(
        IR_VERSION,
        OPSET,
        new Graph(
            "inputs",
            List.of(),
            List.of(),
            List.of(),
            new LinkedHashMap<>(tensors),
            List.of(),
            Bytes.EMPTY));
  }
}
