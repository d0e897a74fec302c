package dev.skerry.runtime;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * How a session runs its model.
 *
 * @param threads threads that share the work of one operator, the calling one among them
 * @param spinning whether idle threads burn the processor while they wait: a little faster under
 *     full load, four to five times the processor time when runs are far apart
 * @param optimization how far the engine itself rewrites the graph
 * @param providers in order of preference; nodes that none of them takes fall to the processor
 * @param cpuFallback whether nodes or whole sessions may fall back to the processor when another
 *     provider was asked for; when they do, {@link Session#warnings} says so
 * @param arenaShrinkage whether memory goes back to the system after each run: slower, smaller
 * @param entries further settings of the engine, each a key of {@link ConfigKeys#SESSION}
 */
public record SessionConfig(
    int threads,
    boolean spinning,
    Optimization optimization,
    List<Provider> providers,
    boolean cpuFallback,
    boolean arenaShrinkage,
    SequencedMap<String, String> entries) {

  /** How far the engine rewrites a graph when it loads it. */
  public enum Optimization {
    /** The graph runs as it is in the file. */
    NONE,
    /** Rewrites that hold for every provider: constant folding, removal of dead nodes. */
    BASIC,
    /** Fusions into operators of the chosen provider as well. */
    EXTENDED,
    /** Data layouts of the machine as well. */
    ALL
  }

  private static final int MAX_THREADS = 1024;

  public SessionConfig {
    if (threads < 1 || threads > MAX_THREADS) {
      throw ConfigKeys.usage(
          "threads must be from 1 to %d, not %d".formatted(MAX_THREADS, threads));
    }
    if (providers.isEmpty()) {
      throw ConfigKeys.usage("a session needs at least one provider, such as 'cpu'");
    }
    providers = List.copyOf(providers);
    entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
    ConfigKeys.requireKnown(entries.sequencedKeySet());
    ProviderNames.requireKnown(providers);
  }

  /** One thread, no spinning, all optimizations, on the processor. */
  public static SessionConfig standard() {
    return new SessionConfig(
        1, false, Optimization.ALL, List.of(Provider.CPU), false, false, new LinkedHashMap<>());
  }

  public SessionConfig withThreads(int changed) {
    return new SessionConfig(
        changed, spinning, optimization, providers, cpuFallback, arenaShrinkage, entries);
  }

  public SessionConfig withSpinning(boolean changed) {
    return new SessionConfig(
        threads, changed, optimization, providers, cpuFallback, arenaShrinkage, entries);
  }

  public SessionConfig withOptimization(Optimization changed) {
    return new SessionConfig(
        threads, spinning, changed, providers, cpuFallback, arenaShrinkage, entries);
  }

  public SessionConfig withProviders(Provider... changed) {
    return new SessionConfig(
        threads, spinning, optimization, List.of(changed), cpuFallback, arenaShrinkage, entries);
  }

  public SessionConfig withCpuFallback(boolean changed) {
    return new SessionConfig(
        threads, spinning, optimization, providers, changed, arenaShrinkage, entries);
  }

  public SessionConfig withArenaShrinkage(boolean changed) {
    return new SessionConfig(
        threads, spinning, optimization, providers, cpuFallback, changed, entries);
  }

  /** This configuration with one more setting of the engine, in place of an older one. */
  public SessionConfig withEntry(String key, String value) {
    SequencedMap<String, String> changed = new LinkedHashMap<>(entries);
    changed.put(key, value);
    return new SessionConfig(
        threads, spinning, optimization, providers, cpuFallback, arenaShrinkage, changed);
  }
}
