package dev.skerry.fleet.selector;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is known of a device: its labels, and facts under names of their own. An attribute may have
 * several values, such as {@code providers}.
 */
public record Attributes(SortedMap<String, List<String>> values) {
  /** Names of facts; a label of the same name does not hide one. */
  public static final SortedSet<String> FACTS =
      Collections.unmodifiableSortedSet(
          new TreeSet<>(
              List.of(
                  "agent",
                  "architecture",
                  "cores",
                  "device",
                  "engine",
                  "features",
                  "memory",
                  "providers",
                  "target")));

  /** {@code model.NAME} is the version of NAME that a device runs. */
  public static final String MODEL_PREFIX = "model.";

  /** {@code release.NAME} is the counter of the release of NAME that a device runs. */
  public static final String RELEASE_PREFIX = "release.";

  public Attributes {
    SortedMap<String, List<String>> copy = new TreeMap<>();
    values.forEach((name, list) -> copy.put(name, List.copyOf(list)));
    values = Collections.unmodifiableSortedMap(copy);
  }

  /** Values of {@code name}; empty when the device has no such attribute. */
  public List<String> of(String name) {
    return values.getOrDefault(name, List.of());
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Attributes with these labels alone. */
  public static Attributes ofLabels(Map<String, String> labels) {
    return builder().labels(labels).build();
  }

  /** Collects attributes; what is put later replaces what was put before. */
  public static final class Builder {
    private final SortedMap<String, List<String>> values = new TreeMap<>();

    private Builder() {}

    public Builder labels(Map<String, String> labels) {
      labels.forEach((name, value) -> values.put(name, List.of(value)));
      return this;
    }

    public Builder put(String name, String value) {
      values.put(name, List.of(value));
      return this;
    }

    public Builder put(String name, long value) {
      return put(name, Long.toString(value));
    }

    public Builder put(String name, List<String> list) {
      values.put(name, list);
      return this;
    }

    public Attributes build() {
      return new Attributes(values);
    }
  }

  /** Whether the name is that of a fact and not of a label. */
  static boolean isFact(String name) {
    return FACTS.contains(name) || name.startsWith(MODEL_PREFIX) || name.startsWith(RELEASE_PREFIX);
  }

  /** Versions are compared part by part even where they look like decimals: 1.10 is above 1.9. */
  static boolean isVersion(String name) {
    return name.equals("agent") || name.equals("engine") || name.startsWith(MODEL_PREFIX);
  }
}
