package dev.skerry.agent.engine;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.RunStop;
import dev.skerry.runtime.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model that is in memory only while the budget has room for it, and is loaded again when it is
 * asked for. The only owner of what it loads.
 *
 * <p>Its file was verified before the first loading; it is loaded again only while size and time of
 * the file are still the same.
 */
final class ElasticModel implements LoadedModel {
  private final ModelEngine engine;
  private final Path file;
  private final MemoryBudget budget;
  private final MemoryBudget.Resident resident;
  private final Supplier<OptionalLong> residentBytes;
  private final Ticker ticker;
  private final Stamp stamp;
  private final boolean isFixed;
  private final List<ValueInfo> inputs;
  private final List<ValueInfo> outputs;

  /** Largest that it was seen to be. */
  private long size;

  private volatile @Nullable LoadedModel loaded;
  private volatile boolean measured;

  /** When it was loaded: what the process had in use before, and how many had been admitted. */
  private OptionalLong bytesBefore = OptionalLong.empty();

  private long admissions;
  private boolean closed;

  /** Runs on fixed memory that were not closed. */
  private final Set<ElasticRun> fixed = ConcurrentHashMap.newKeySet();

  private record Stamp(long bytes, FileTime changed) {
    static Stamp of(Path file) {
      try {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.size(), attributes.lastModifiedTime());
      } catch (IOException e) {
        throw new SkerryException(
            ErrorCode.BAD_FILE, "cannot read the model file %s: %s".formatted(file, e), e);
      }
    }
  }

  /**
   * Loads {@code file} for the first time.
   *
   * @param declared bytes that it takes; measured when empty
   */
  ElasticModel(
      ModelEngine engine,
      Path file,
      MemoryBudget budget,
      MemoryBudget.Resident resident,
      Optional<Long> declared,
      Supplier<OptionalLong> residentBytes,
      Ticker ticker) {
    this.engine = engine;
    this.file = file;
    this.budget = budget;
    this.resident = resident;
    this.residentBytes = residentBytes;
    this.ticker = ticker;
    this.stamp = Stamp.of(file);
    this.isFixed = declared.isPresent();
    this.size = declared.orElse(stamp.bytes());
    LoadedModel first = load();
    this.inputs = first.inputs();
    this.outputs = first.outputs();
    budget.release(resident);
  }

  @Override
  public List<ValueInfo> inputs() {
    return inputs;
  }

  @Override
  public List<ValueInfo> outputs() {
    return outputs;
  }

  @Override
  public SequencedMap<String, Tensor> run(Map<String, Tensor> given) {
    return run(given, new RunStop());
  }

  @Override
  public SequencedMap<String, Tensor> run(Map<String, Tensor> given, RunStop stop) {
    LoadedModel model = use();
    try {
      SequencedMap<String, Tensor> answer = model.run(given, stop);
      if (!measured) {
        measured = true;
        measure(); // the first run takes memory as well
      }
      return answer;
    } finally {
      budget.release(resident);
    }
  }

  @Override
  public FixedRun fix(SequencedMap<String, Tensor> given, SequencedMap<String, Tensor> outputs) {
    ElasticRun run = new ElasticRun(given, outputs);
    fixed.add(run);
    return run;
  }

  /** Runs on fixed memory, which are bound anew when the model was loaded again. */
  private final class ElasticRun implements FixedRun {
    private final SequencedMap<String, Tensor> given;
    private final SequencedMap<String, Tensor> outputs;
    private @Nullable LoadedModel bound;
    private @Nullable FixedRun binding;

    ElasticRun(SequencedMap<String, Tensor> given, SequencedMap<String, Tensor> outputs) {
      this.given = given;
      this.outputs = outputs;
    }

    @Override
    public void run(RunStop stop) {
      LoadedModel model = use();
      try {
        bindTo(model).run(stop);
      } finally {
        budget.release(resident);
      }
    }

    private synchronized FixedRun bindTo(LoadedModel model) {
      FixedRun current = binding;
      if (current == null || bound != model) {
        release();
        current = model.fix(given, outputs);
        binding = current;
        bound = model;
      }
      return current;
    }

    /** Lets go of a model that leaves; it runs nothing. */
    synchronized void release() {
      FixedRun last = binding;
      binding = null;
      bound = null;
      if (last != null) {
        last.close();
      }
    }

    @Override
    public void close() {
      fixed.remove(this);
      release();
    }
  }

  /** The model in memory, which stays there until it is released. */
  private LoadedModel use() {
    LoadedModel present = useLoaded();
    return present == null ? useLoading() : present;
  }

  private @Nullable LoadedModel useLoaded() {
    if (!budget.use(resident)) {
      return null;
    }
    LoadedModel present = loaded;
    if (present == null) { // another thread is about to load it
      budget.release(resident);
    }
    return present;
  }

  private synchronized LoadedModel useLoading() {
    if (closed) {
      throw new IllegalStateException("model '" + resident.label + "' is closed");
    }
    LoadedModel present = useLoaded();
    return present == null ? load() : present;
  }

  private synchronized LoadedModel load() {
    if (!Stamp.of(file).equals(stamp)) {
      throw new SkerryException(
          ErrorCode.ENGINE,
          "the file of model '%s' was changed after it was verified; it is not loaded again"
              .formatted(resident.label));
    }
    budget.admit(resident, size, this::leave);
    try {
      admissions = budget.admissions();
      bytesBefore = residentBytes.get();
      measured = false;
      long start = ticker.nanos();
      LoadedModel fresh = engine.load(file);
      loaded = fresh;
      double micros = (ticker.nanos() - start) / 1e3;
      budget.loaded(resident, micros);
      measure();
      return fresh;
    } catch (RuntimeException | Error e) {
      budget.gone(resident);
      budget.release(resident);
      throw e;
    }
  }

  /** Looks how much the process has grown, unless others were loaded meanwhile. */
  private synchronized void measure() {
    OptionalLong after = residentBytes.get();
    if (!isFixed
        && bytesBefore.isPresent()
        && after.isPresent()
        && budget.admissions() == admissions) {
      size = Math.max(size, after.getAsLong() - bytesBefore.getAsLong());
      budget.resize(resident, size);
    }
  }

  /** The budget has given its room to another; nothing runs on it. */
  private void leave() {
    LoadedModel model = loaded;
    loaded = null;
    if (model != null) {
      fixed.forEach(ElasticRun::release); // a binding keeps its session's memory
      model.close();
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      budget.gone(resident);
      leave();
    }
  }
}
