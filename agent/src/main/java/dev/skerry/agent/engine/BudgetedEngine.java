package dev.skerry.agent.engine;

import dev.skerry.graph.Tensor;
import dev.skerry.runtime.ProcessMemory;
import dev.skerry.runtime.Ticker;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * An engine whose models share a budget of memory with those of others: each is in memory while
 * there is room, and loaded again when it is asked for.
 *
 * @param importance of its models for the budget, from 0 on; smaller matters more
 * @param declared bytes that each of them takes; measured when empty
 */
public record BudgetedEngine(
    ModelEngine engine,
    MemoryBudget budget,
    String label,
    int importance,
    Optional<Long> declared,
    Supplier<OptionalLong> residentBytes,
    Ticker ticker)
    implements ModelEngine {

  /** Measures memory and time on this machine. */
  public BudgetedEngine(
      ModelEngine engine,
      MemoryBudget budget,
      String label,
      int importance,
      Optional<Long> declared) {
    this(
        engine, budget, label, importance, declared, ProcessMemory::residentBytes, Ticker.system());
  }

  @Override
  public LoadedModel load(Path file) {
    MemoryBudget.Resident resident = new MemoryBudget.Resident(label, importance);
    return new ElasticModel(engine, file, budget, resident, declared, residentBytes, ticker);
  }

  @Override
  public OptionalDouble longestNodeMicros(Path file, Map<String, Tensor> given) {
    return engine.longestNodeMicros(file, given);
  }

  @Override
  public OptionalDouble placedShare(Path file, Map<String, Tensor> given) {
    return engine.placedShare(file, given);
  }

  @Override
  public ModelEngine on(String backend) {
    return new BudgetedEngine(
        engine.on(backend), budget, label, importance, declared, residentBytes, ticker);
  }

  @Override
  public String version() {
    return engine.version();
  }
}
