package dev.skerry.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The ONNX Runtime of this process, loaded on first use.
 *
 * <p>Its telemetry is switched off before the library loads: the Linux build of 1.29 otherwise
 * writes below the home directory and reports to its maker.
 */
public final class Engine {
  private static final String FOLDER = "onnxruntime.native.path";
  private static final String LIBRARY = "onnxruntime.native.onnxruntime.path";
  private static final AtomicBoolean LOADING = new AtomicBoolean();
  private static final AtomicInteger OWNERS = new AtomicInteger();

  private Engine() {}

  /** Loads once, on first access; the class loader is the lock. */
  private static final class Loaded {
    static final OrtEnvironment ENVIRONMENT = load();

    private static OrtEnvironment load() {
      LOADING.set(true);
      ProcessEnvironment.set("ORT_DISABLE_TELEMETRY", "1");
      ProcessEnvironment.set("ORT_TELEMETRY_DISABLED", "1");
      try {
        return OrtEnvironment.getEnvironment(
            OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, OrtEnvironment.DEFAULT_NAME);
      } catch (UnsatisfiedLinkError | RuntimeException e) {
        throw new SkerryException(
            ErrorCode.ENGINE,
            "ONNX Runtime cannot be loaded on %s/%s: %s; it needs a 64-bit Linux, macOS or Windows"
                    .formatted(
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        e.getMessage())
                + " with glibc, or a build of your own given to Engine.loadFrom",
            e);
      }
    }
  }

  /**
   * Takes the engine from {@code library} (a vendor's build of the same version) and not from the
   * one that Skerry brings.
   *
   * @param library the file of the shared library, or a folder with it
   * @throws SkerryException USAGE if it is not there
   * @throws IllegalStateException if the engine was used before
   */
  public static void loadFrom(Path library) {
    boolean isFolder = Files.isDirectory(library);
    if (!isFolder && !Files.isRegularFile(library)) {
      throw new SkerryException(
          ErrorCode.USAGE,
          "there is no engine at %s; the file libonnxruntime.so of a build of ONNX Runtime, or a folder with it, was expected"
              .formatted(library));
    }
    if (LOADING.get()) {
      throw new IllegalStateException("the engine is already loaded");
    }
    System.setProperty(isFolder ? FOLDER : LIBRARY, library.toAbsolutePath().toString());
  }

  /** The version of ONNX Runtime, such as {@code 1.29.0}. */
  public static String version() {
    return environment().getVersion();
  }

  /** Names of the execution providers compiled into this build, as {@link Provider} takes them. */
  public static List<String> providers() {
    environment();
    return OrtEnvironment.getAvailableProviders().stream()
        .map(OrtProvider::getName)
        .map(Provider::shortName)
        .toList();
  }

  /** Sessions and bindings that are open now; 0 when nothing leaks. */
  public static int liveOwners() {
    return OWNERS.get();
  }

  /**
   * Whether this process ends. The binding then frees the engine by itself, at a moment that nobody
   * knows, and whoever frees a session after it crashes; all of it goes with the process.
   */
  static boolean isEnding() {
    Thread probe = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException ending) {
      return true;
    }
  }

  static void ownerOpened() {
    OWNERS.incrementAndGet();
  }

  static void ownerClosed() {
    OWNERS.decrementAndGet();
  }

  static OrtEnvironment environment() {
    return Loaded.ENVIRONMENT;
  }
}
