package dev.skerry.bundle.release;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a device is, as far as it decides which variant runs on it.
 *
 * @param architecture {@code x86-64}, {@code arm64}, or what {@code os.arch} says
 * @param features CPU features as {@code /proc/cpuinfo} names them
 * @param providers execution providers of its engine, {@code cpu} among them
 * @param memoryBytes that a model may take, loading and running together
 * @param cores that the process may use
 * @param engine name and version, such as {@code onnxruntime 1.29.0}
 * @param opsets newest version of each operator domain that the engine runs; the standard operators
 *     are {@link Variant#STANDARD_OPERATORS}
 */
public record DeviceFacts(
    String architecture,
    Set<String> features,
    List<String> providers,
    long memoryBytes,
    int cores,
    String engine,
    SortedMap<String, Long> opsets) {
  public DeviceFacts {
    features = Set.copyOf(features);
    providers = List.copyOf(providers);
    opsets = Collections.unmodifiableSortedMap(new TreeMap<>(opsets));
  }

  /** The same device with other execution providers. */
  public DeviceFacts withProviders(List<String> changed) {
    return new DeviceFacts(architecture, features, changed, memoryBytes, cores, engine, opsets);
  }
}
