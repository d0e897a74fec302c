package dev.skerry.cli;

import dev.skerry.runtime.Engine;
import dev.skerry.runtime.Provider;
import dev.skerry.runtime.SessionConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How commands that run a model run it. */
final class SessionOptions {
  @Option(
      names = "--threads",
      paramLabel = "COUNT",
      description = "Threads that share one inference (${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(
      names = "--provider",
      paramLabel = "NAME",
      description = "Execution providers in order of preference (cpu); 'skerry doctor' lists them.")
  private List<String> providers = List.of("cpu");

  @Option(
      names = "--cpu-fallback",
      description = "Let nodes that a provider does not take run on the processor.")
  private boolean cpuFallback;

  @Option(
      names = "--spinning",
      description = "Let idle threads spin: faster under full load, four times the energy.")
  private boolean spinning;

  @Option(
      names = "--session",
      paramLabel = "KEY=VALUE",
      description = "A setting of the engine, such as session.set_denormal_as_zero=1.")
  private Map<String, String> entries = new LinkedHashMap<>();

  @Option(
      names = "--engine-library",
      paramLabel = "PATH",
      description =
          "A build of ONNX Runtime of the same version, in place of the one that Skerry brings.")
  private @Nullable Path engine;

  @Option(
      names = "--provider-library",
      paramLabel = "NAME=PATH",
      description = "The plugin library that brings a provider; may be repeated.")
  private Map<String, Path> plugins = new LinkedHashMap<>();

  /** The settings; the first thing to ask for, because the engine is chosen here. */
  SessionConfig config() {
    if (engine != null) {
      Engine.loadFrom(engine);
    }
    SessionConfig config =
        SessionConfig.standard()
            .withThreads(threads)
            .withProviders(providers.stream().map(this::provider).toArray(Provider[]::new))
            .withCpuFallback(cpuFallback)
            .withSpinning(spinning);
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      config = config.withEntry(entry.getKey(), entry.getValue());
    }
    return config;
  }

  private Provider provider(String name) {
    Path plugin = plugins.get(name);
    return plugin == null ? Provider.named(name) : Provider.plugin(name, plugin, Map.of());
  }
}
