package dev.skerry.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.skerry.graph.SkerryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens engine sessions as a configuration asks.
 *
 * @param config what was asked for
 * @param profilePrefix where the engine's profile goes; null for none
 * @param optimizedModel where the engine writes the graph that it made of the model; null for none
 */
record Opening(SessionConfig config, @Nullable Path profilePrefix, @Nullable Path optimizedModel) {

  /** Where the engine reads a model from, and how messages call it. */
  sealed interface Source {
    String label();

    record File(String label, Path path) implements Source {}

    /** A whole ONNX file in memory; at most 2 GiB. */
    @SuppressWarnings("ArrayRecordComponent") // handed to the engine as it is, never compared
    record Memory(String label, byte[] content) implements Source {}
  }

  /** An open engine session, and what the caller should know about it. */
  record Opened(OrtSession session, List<String> warnings) {}

  static Opening of(SessionConfig config) {
    return new Opening(config, null, null);
  }

  /**
   * Opens {@code source}; without a provider that fails, when the configuration lets nodes fall
   * back to the processor.
   */
  Opened open(Source source) {
    List<String> warnings = new ArrayList<>();
    List<Provider> providers = new ArrayList<>(config.providers());
    while (true) {
      try {
        return new Opened(open(source, providers), List.copyOf(warnings));
      } catch (SkerryException e) {
        boolean accelerated = providers.stream().anyMatch(provider -> !provider.isCpu());
        if (!config.cpuFallback() || !accelerated) {
          throw e;
        }
        Provider dropped = providers.removeFirst();
        warnings.add("not run on " + dropped.name() + " but without it: " + e.getMessage());
      }
    }
  }

  private OrtSession open(Source source, List<Provider> providers) {
    try (SessionOptions options = new SessionOptions()) {
      configure(options);
      for (Provider provider : providers) {
        if (provider.isCpu()) {
          break; // the processor takes every node, so none is left for later ones
        }
        ProviderSetup.append(options, provider);
      }
      return switch (source) {
        case Source.File(String _, Path path) ->
            Engine.environment().createSession(path.toString(), options);
        case Source.Memory(String _, byte[] content) ->
            Engine.environment().createSession(content, options);
      };
    } catch (OrtException e) {
      throw EngineErrors.loading(source.label(), e);
    }
  }

  private void configure(SessionOptions options) throws OrtException {
    options.setIntraOpNumThreads(config.threads());
    options.setInterOpNumThreads(1);
    options.setOptimizationLevel(level());
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    String spinning = config.spinning() ? "1" : "0";
    options.addConfigEntry(ConfigKeys.INTRA_OP_SPINNING, spinning);
    options.addConfigEntry(ConfigKeys.INTER_OP_SPINNING, spinning);
    if (!config.providers().getFirst().isCpu() && !config.cpuFallback()) {
      options.addConfigEntry(ConfigKeys.DISABLE_CPU_FALLBACK, "1");
    }
    for (Map.Entry<String, String> entry : config.entries().entrySet()) {
      options.addConfigEntry(entry.getKey(), entry.getValue());
    }
    if (profilePrefix != null) {
      options.enableProfiling(profilePrefix.toString());
    }
    if (optimizedModel != null) {
      options.setOptimizedModelFilePath(optimizedModel.toString());
    }
  }

  private SessionOptions.OptLevel level() {
    return switch (config.optimization()) {
      case NONE -> SessionOptions.OptLevel.NO_OPT;
      case BASIC -> SessionOptions.OptLevel.BASIC_OPT;
      case EXTENDED -> SessionOptions.OptLevel.EXTENDED_OPT;
      case ALL -> SessionOptions.OptLevel.ALL_OPT;
    };
  }
}
