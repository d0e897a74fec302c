package dev.skerry.bundle.json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * One JSON value. Immutable; the order of an object's members is kept but does not count in {@code
 * equals}.
 */
public sealed interface Json {
  /** {@code { "key": value }}. */
  record Obj(SequencedMap<String, Json> members) implements Json {
    public Obj {
      members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
    }
  }

  /** {@code [ value ]}. */
  record Arr(List<Json> items) implements Json {
    public Arr {
      items = List.copyOf(items);
    }
  }

  /** A string. */
  record Text(String value) implements Json {}

  /** A number as it was written, so that nothing is rounded on the way through. */
  record Num(String literal) implements Json {}

  /** {@code true} or {@code false}. */
  record Bool(boolean value) implements Json {}

  /** {@code null}. */
  record Null() implements Json {}

  static Json of(String text) {
    return new Text(text);
  }

  static Json of(long number) {
    return new Num(Long.toString(number));
  }

  /** The shortest decimal that reads back as the same double. */
  static Json of(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      throw new IllegalArgumentException("JSON has no number for " + number);
    }
    return new Num(Double.toString(number));
  }

  static Json of(boolean value) {
    return new Bool(value);
  }

  static Json texts(Collection<String> texts) {
    return new Arr(texts.stream().map(Json::of).toList());
  }

  static Json array(Collection<? extends Json> items) {
    return new Arr(List.copyOf(items));
  }

  static ObjectBuilder object() {
    return new ObjectBuilder();
  }

  /** Collects the members of an object in order. */
  final class ObjectBuilder {
    private final SequencedMap<String, Json> members = new LinkedHashMap<>();

    private ObjectBuilder() {}

    public ObjectBuilder put(String key, Json value) {
      members.put(key, value);
      return this;
    }

    public ObjectBuilder put(String key, String value) {
      return put(key, of(value));
    }

    public ObjectBuilder put(String key, long value) {
      return put(key, of(value));
    }

    public ObjectBuilder put(String key, double value) {
      return put(key, of(value));
    }

    public ObjectBuilder put(String key, boolean value) {
      return put(key, of(value));
    }

    public ObjectBuilder put(String key, List<? extends Json> values) {
      return put(key, new Arr(new ArrayList<>(values)));
    }

    public Obj build() {
      return new Obj(members);
    }
  }
}
