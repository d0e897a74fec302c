package dev.skerry.agent.sim;

import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.engine.ModelEngine;
import dev.skerry.bundle.Digest;
import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;

/** Runs simulated models, and fails the test when it is asked to load anything half installed. */
public final class SimulatedEngine implements ModelEngine {
  private final SimulatedDisk disk;
  private final SimulatedTime time;
  private final Set<Digest> published;
  private List<String> offered = List.of("cpu");
  private final Set<String> deadly = new HashSet<>();
  private long residentBytes;
  private int open;

  /**
   * @param published digests of all files that were ever released
   */
  public SimulatedEngine(SimulatedDisk disk, SimulatedTime time, Set<Digest> published) {
    this.disk = disk;
    this.time = time;
    this.published = published;
  }

  /** Models that are loaded and not closed. */
  public int open() {
    return open;
  }

  public OptionalLong residentBytes() {
    return OptionalLong.of(residentBytes);
  }

  /** Backends whose driver takes the process with it. */
  public static final class ProcessDied extends Error {
    private static final long serialVersionUID = 1;
  }

  /** It has these backends. */
  public void offer(List<String> backends) {
    offered = List.copyOf(backends);
  }

  /** Lets {@code backend} end the process when it is to load a model. */
  public void kills(String backend) {
    deadly.add(backend);
  }

  @Override
  public ModelEngine on(String backend) {
    if (!offered.contains(backend)) {
      throw new SkerryException(ErrorCode.ENGINE, "there is no backend " + backend);
    }
    if (backend.equals("cpu")) {
      return this;
    }
    return new ModelEngine() {
      @Override
      public LoadedModel load(Path file) {
        if (deadly.contains(backend)) {
          throw new ProcessDied();
        }
        return SimulatedEngine.this.load(file);
      }

      @Override
      public String version() {
        return SimulatedEngine.this.version();
      }
    };
  }

  @Override
  public LoadedModel load(Path file) {
    byte[] content = disk.read(file, 1 << 20);
    if (!published.contains(Digest.of(content))) {
      throw new AssertionError("asked to load " + file + ", which is no published file");
    }
    Behaviour behaviour = Behaviour.of(content);
    if (!behaviour.loads()) {
      throw new SkerryException(ErrorCode.ENGINE, file + " uses an operator that is unknown");
    }
    open++;
    residentBytes += behaviour.bytes();
    return new SimulatedModel(behaviour);
  }

  @Override
  public String version() {
    return "simulated 1";
  }

  /** Adds its shift to its input. */
  final class SimulatedModel implements LoadedModel {
    private final Behaviour behaviour;
    private boolean closed;

    SimulatedModel(Behaviour behaviour) {
      this.behaviour = behaviour;
    }

    Behaviour behaviour() {
      if (closed) {
        throw new AssertionError("a model that was closed is asked to serve");
      }
      return behaviour;
    }

    @Override
    public List<ValueInfo> inputs() {
      return List.of(ValueInfo.of("x", DataType.FLOAT, 1, 4));
    }

    @Override
    public List<ValueInfo> outputs() {
      return List.of(ValueInfo.of("y", DataType.FLOAT, 1, 4));
    }

    @Override
    public SequencedMap<String, Tensor> run(Map<String, Tensor> given) {
      time.pause(java.time.Duration.ofNanos((long) (behaviour().micros() * 1000)));
      float[] x = given.get("x").toFloats();
      for (int i = 0; i < x.length; i++) {
        x[i] += (float) behaviour.shift();
      }
      SequencedMap<String, Tensor> outputs = new LinkedHashMap<>();
      outputs.put("y", Tensor.ofFloats(new long[] {1, 4}, x));
      return outputs;
    }

    @Override
    public void close() {
      if (closed) {
        throw new AssertionError("a model is closed twice");
      }
      closed = true;
      open--;
      residentBytes -= behaviour.bytes();
    }
  }
}
