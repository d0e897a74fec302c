package dev.skerry.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtEpDevice;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Puts execution providers into a session's options. */
final class ProviderSetup {
  /** Plugin libraries loaded into this process; the engine keeps them until it ends. */
  private static final Set<Path> PLUGINS = ConcurrentHashMap.newKeySet();

  private ProviderSetup() {}

  /** Appends {@code provider} after those that are there already. */
  static void append(SessionOptions options, Provider provider) throws OrtException {
    Path library = provider.library();
    if (library != null) {
      load(provider, library);
    }
    List<OrtEpDevice> devices = devices(provider.name());
    if (!devices.isEmpty()) {
      options.addExecutionProvider(devices, provider.options());
    } else {
      appendBuiltIn(options, builtIn(provider), provider);
    }
  }

  /** Why {@code provider} cannot be appended; empty if it can. */
  static Optional<String> absence(Provider provider) {
    try {
      Path library = provider.library();
      if (library != null) {
        load(provider, library);
      }
      if (devices(provider.name()).isEmpty()) {
        builtIn(provider);
      }
      return Optional.empty();
    } catch (OrtException e) {
      return Optional.of(
          "provider '%s' cannot be loaded: %s".formatted(provider.name(), EngineErrors.clean(e)));
    } catch (SkerryException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static synchronized void load(Provider provider, Path library) throws OrtException {
    Path file = library.toAbsolutePath();
    if (!Files.isRegularFile(file)) {
      throw new SkerryException(
          ErrorCode.ENGINE,
          "the plugin library of provider '%s' is not there: %s".formatted(provider.name(), file));
    }
    if (!PLUGINS.contains(file)) {
      Engine.environment().registerExecutionProviderLibrary(provider.name(), file.toString());
      PLUGINS.add(file);
    }
  }

  private static List<OrtEpDevice> devices(String name) throws OrtException {
    return Engine.environment().getEpDevices().stream()
        .filter(device -> Provider.shortName(device.getEpName()).equals(name))
        .toList();
  }

  private static OrtProvider builtIn(Provider provider) {
    return OrtEnvironment.getAvailableProviders().stream()
        .filter(available -> Provider.shortName(available.getName()).equals(provider.name()))
        .findFirst()
        .orElseThrow(() ->
            new SkerryException(
                ErrorCode.ENGINE,
                "provider '%s' is not in this build of ONNX Runtime, which has %s; use one of"
                        .formatted(provider.name(), available())
                    + " these, give the provider's plugin library, or allow cpuFallback"));
  }

  private static String available() {
    return String.join(
        ", ",
        Stream.concat(Engine.providers().stream(), Devices.list().stream().map(Device::provider))
            .distinct()
            .toList());
  }

  private static void appendBuiltIn(SessionOptions options, OrtProvider built, Provider provider)
      throws OrtException {
    Map<String, String> settings = provider.options();
    switch (built) {
      case CPU -> options.addCPU(true);
      case CUDA -> addCuda(options, settings);
      case TENSOR_RT -> addTensorRt(options, settings);
      case XNNPACK -> options.addXnnpack(settings);
      case QNN -> options.addQnn(settings);
      case CORE_ML -> options.addCoreML(settings);
      case WEBGPU -> options.addWebGPU(settings);
      case OPEN_VINO -> options.addOpenVINO(settings.getOrDefault("device_type", ""));
      case DNNL -> options.addDnnl(true);
      case NNAPI -> options.addNnapi();
      case DIRECT_ML -> options.addDirectML(0);
      case ACL -> options.addACL(false);
      case ROCM -> options.addROCM(0);
      case VITIS_AI, RK_NPU, MI_GRAPH_X, AZURE ->
          throw new SkerryException(
              ErrorCode.ENGINE,
              "provider '%s' cannot be added through the engine's Java binding"
                  .formatted(provider.name()));
    }
  }

  private static void addCuda(SessionOptions options, Map<String, String> settings)
      throws OrtException {
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions()) {
      for (Map.Entry<String, String> setting : settings.entrySet()) {
        cuda.add(setting.getKey(), setting.getValue());
      }
      options.addCUDA(cuda);
    }
  }

  private static void addTensorRt(SessionOptions options, Map<String, String> settings)
      throws OrtException {
    try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions()) {
      for (Map.Entry<String, String> setting : settings.entrySet()) {
        tensorRt.add(setting.getKey(), setting.getValue());
      }
      options.addTensorrt(tensorRt);
    }
  }
}
