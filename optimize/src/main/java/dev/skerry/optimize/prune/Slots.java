package dev.skerry.optimize.prune;

import dev.skerry.graph.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One slot per index of each axis of each value; slots that can only leave together are joined, and
 * those that must stay are frozen. A union-find forest.
 */
final class Slots {
  /** Slots of all values together at most: a graph with more is not pruned. */
  static final int MAX_SLOTS = 50_000_000;

  /** Where the slots of a value begin, axis after axis. */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  private record Place(int first, long[] dims) {}

  private final Map<String, Place> places = new LinkedHashMap<>();
  private final Map<Integer, String> reasons = new LinkedHashMap<>();
  private int[] parents = new int[1024];
  private int size;

  /** Gives slots to {@code value}. */
  void add(String value, long... dims) {
    int count = Math.toIntExact(Arrays.stream(dims).sum());
    places.put(value, new Place(size, dims.clone()));
    while (parents.length < size + count) {
      parents = Arrays.copyOf(parents, parents.length * 2);
    }
    for (int i = 0; i < count; i++) {
      parents[size + i] = size + i;
    }
    size += count;
  }

  boolean has(String value) {
    return places.containsKey(value);
  }

  long[] dims(String value) {
    return place(value).dims().clone();
  }

  int rank(String value) {
    return place(value).dims().length;
  }

  int length(String value, int axis) {
    return (int) place(value).dims()[axis];
  }

  private Place place(String value) {
    Place place = places.get(value);
    if (place == null) {
      throw new IllegalArgumentException("value '" + value + "' has no slots");
    }
    return place;
  }

  int slot(String value, int axis, int index) {
    Place place = place(value);
    int first = place.first();
    for (int i = 0; i < axis; i++) {
      first += (int) place.dims()[i];
    }
    return first + index;
  }

  /** The slot that stands for all that is joined with {@code slot}. */
  int root(int slot) {
    int at = slot;
    while (parents[at] != at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  }

  void join(int one, int other) {
    int a = root(one);
    int b = root(other);
    if (a == b) {
      return;
    }
    parents[b] = a;
    String reason = reasons.remove(b);
    if (reason != null) {
      reasons.putIfAbsent(a, reason);
    }
  }

  /** What is joined with {@code slot} has to stay. */
  void freeze(int slot, String reason) {
    reasons.putIfAbsent(root(slot), reason);
  }

  /** Why what is joined with {@code slot} has to stay; empty if it may leave. */
  Optional<String> frozen(int slot) {
    return Optional.ofNullable(reasons.get(root(slot)));
  }

  /** Joins two axes of the same length, index by index. */
  void joinAxes(String one, int axis, String other, int otherAxis) {
    int a = slot(one, axis, 0);
    int b = slot(other, otherAxis, 0);
    for (int i = 0; i < length(one, axis); i++) {
      join(a + i, b + i);
    }
  }

  void freezeAxis(String value, int axis, String reason) {
    int first = length(value, axis) == 0 ? 0 : slot(value, axis, 0);
    for (int i = 0; i < length(value, axis); i++) {
      freeze(first + i, reason);
    }
  }

  void freezeAll(String value, String reason) {
    for (int axis = 0; axis < rank(value); axis++) {
      freezeAxis(value, axis, reason);
    }
  }

  /** Whether every index of an axis has to stay. */
  boolean isFrozen(String value, int axis) {
    for (int i = 0; i < length(value, axis); i++) {
      if (frozen(slot(value, axis, i)).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  long elements(String value) {
    return Tensor.elementCount(place(value).dims());
  }
}
