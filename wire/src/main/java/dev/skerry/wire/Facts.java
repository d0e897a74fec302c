package dev.skerry.wire;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.util.List;

/**
 * What a device says that it is.
 *
 * @param target class of devices that it says it belongs to, such as {@code arm64}
 * @param agent version of Skerry
 * @param engine name and version, such as {@code onnxruntime 1.29.0}
 * @param architecture {@code x86-64}, {@code arm64}, or what {@code os.arch} says
 * @param features CPU features as {@code /proc/cpuinfo} names them, sorted
 * @param providers execution providers of its engine
 * @param memoryBytes that a model may take
 * @param cores that the agent may use
 */
public record Facts(
    String target,
    String agent,
    String engine,
    String architecture,
    List<String> features,
    List<String> providers,
    long memoryBytes,
    int cores) {
  /** Entries of one of the lists. */
  private static final int MOST_ENTRIES = 1000;

  public Facts {
    features = features.stream().sorted().toList();
    providers = List.copyOf(providers);
  }

  public Json.Obj toJson() {
    return Json.object()
        .put("target", target)
        .put("agent", agent)
        .put("engine", engine)
        .put("architecture", architecture)
        .put("features", Json.texts(features))
        .put("providers", Json.texts(providers))
        .put("memory-bytes", memoryBytes)
        .put("cores", cores)
        .build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static Facts of(JsonObject json) {
    return new Facts(
        Limits.text(json, "target"),
        Limits.text(json, "agent"),
        Limits.text(json, "engine"),
        Limits.text(json, "architecture"),
        Limits.most(json, "features", MOST_ENTRIES, json.texts("features")),
        Limits.most(json, "providers", MOST_ENTRIES, json.texts("providers")),
        json.integer("memory-bytes", 0),
        (int) Math.min(Integer.MAX_VALUE, json.integer("cores", 1)));
  }
}
