package dev.skerry.agent.update;

import dev.skerry.agent.device.Conditions;
import dev.skerry.agent.device.Waiting;
import dev.skerry.agent.engine.ModelEngine;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.runtime.Ticker;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Everything outside that a device's life depends on.
 *
 * @param folder of the device's data, with a folder for each model
 * @param wall time of day, for records only; it may jump
 * @param ticker for durations
 * @param goals by the name of a model; an answer may change from one call to the next
 * @param residentBytes main memory that the process has in use; empty where it cannot be told
 */
public record World(
    Disk disk,
    Path folder,
    Journal journal,
    ReleaseSource source,
    ModelEngine engine,
    Conditions conditions,
    InstantSource wall,
    Ticker ticker,
    Waiting waiting,
    RandomGenerator random,
    Function<String, Goal> goals,
    Supplier<OptionalLong> residentBytes) {
  /** The same with another engine. */
  public World withEngine(ModelEngine changed) {
    return new World(
        disk,
        folder,
        journal,
        source,
        changed,
        conditions,
        wall,
        ticker,
        waiting,
        random,
        goals,
        residentBytes);
  }
}
