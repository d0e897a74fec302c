package dev.skerry.runtime;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * An execution provider that a session asks for.
 *
 * @param name short and in lower case, such as {@code cpu}, {@code cuda}, {@code qnn}; or the name
 *     under which a plugin library registers itself
 * @param options what the provider itself understands, passed on untouched
 * @param library a plugin library that brings the provider; null when the engine has it built in
 */
public record Provider(String name, SequencedMap<String, String> options, @Nullable Path library) {
  private static final String SUFFIX = "ExecutionProvider";

  /** Short names of all providers that ONNX Runtime 1.29 knows, built in or not. */
  static final List<String> KNOWN =
      List.of(
          "cpu",
          "cuda",
          "tensorrt",
          "nvtensorrtrtx",
          "dnnl",
          "openvino",
          "vitisai",
          "nnapi",
          "rknpu",
          "dml",
          "migraphx",
          "acl",
          "rocm",
          "coreml",
          "xnnpack",
          "azure",
          "qnn",
          "webgpu");

  /** The processor itself, always there. */
  public static final Provider CPU = named("cpu");

  public Provider {
    name = shortName(name);
    options = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(options));
  }

  /** Short names of all providers that the engine knows, built in or not. */
  public static List<String> known() {
    return KNOWN;
  }

  public static Provider named(String name) {
    return new Provider(name, new LinkedHashMap<>(), null);
  }

  /** A provider from a plugin library that the user supplies. */
  public static Provider plugin(String name, Path library, Map<String, String> options) {
    return new Provider(name, new LinkedHashMap<>(options), library);
  }

  public boolean isCpu() {
    return name.equals("cpu");
  }

  /**
   * Why sessions of this process cannot have it; empty if they can, as far as is known before one
   * is opened. Loads its plugin library.
   */
  public Optional<String> absence() {
    return ProviderSetup.absence(this);
  }

  /** {@code cuda} for {@code CUDAExecutionProvider}; other names in lower case. */
  static String shortName(String name) {
    String stem = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    return stem.toLowerCase(Locale.ROOT);
  }
}
