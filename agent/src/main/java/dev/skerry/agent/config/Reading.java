package dev.skerry.agent.config;

import dev.skerry.runtime.describe.DescriptionTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A table of {@code agent.toml} under reading, which notes every value and where it came from. */
final class Reading {
  private final String path;
  private final DescriptionTable table;
  private final List<AgentConfig.Line> lines;

  Reading(String path, DescriptionTable table, List<AgentConfig.Line> lines) {
    this.path = path;
    this.table = table;
    this.lines = lines;
  }

  /** Reads the table under {@code key}, and reports what nobody asked for. */
  <T> T table(String key, Function<Reading, T> read) {
    DescriptionTable inner = table.table(key);
    T result = read.apply(new Reading(path + key + ".", inner, lines));
    inner.finish();
    return result;
  }

  /** Reads each of the tables {@code [[key]]}. */
  <T> List<T> tables(String key, Function<Reading, T> read) {
    List<T> results = new ArrayList<>();
    for (DescriptionTable inner : table.tables(key)) {
      String place = "%s%s[%d].".formatted(path, key, results.size());
      results.add(read.apply(new Reading(place, inner, lines)));
      inner.finish();
    }
    return results;
  }

  private <T> T noted(String key, T value, String shown) {
    lines.add(new AgentConfig.Line(path + key, shown, table.has(key)));
    return value;
  }

  /** The names in this table, all of them known. */
  List<String> names() {
    return table.names();
  }

  boolean has(String key) {
    return table.has(key);
  }

  void problem(String key, String what) {
    table.problem(key, what);
  }

  String requiredText(String key, String example) {
    String value = table.requiredText(key, example);
    return noted(key, value, value);
  }

  String text(String key, String otherwise) {
    String value = table.text(key, otherwise);
    return noted(key, value, value);
  }

  Optional<String> optionalText(String key) {
    Optional<String> value = Optional.ofNullable(table.optionalText(key));
    return noted(key, value, value.orElse("none"));
  }

  List<String> texts(String key) {
    List<String> value = table.texts(key);
    return noted(key, value, String.join(", ", value));
  }

  double share(String key, double otherwise) {
    return number(key, otherwise, 0, 1);
  }

  double number(String key, double otherwise, double least, double most) {
    double value = table.number(key, otherwise, least, most);
    return noted(key, value, Double.toString(value).replaceAll("\\.0$", ""));
  }

  int count(String key, int otherwise, int most) {
    int value = table.count(key, otherwise, most);
    return noted(key, value, Integer.toString(value));
  }

  <E extends Enum<E>> E choice(String key, E[] values, E otherwise) {
    E value = table.choice(key, values, otherwise);
    return noted(key, value, value.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
  }

  Duration time(String key, Duration otherwise) {
    Duration value =
        quantity(key, Quantity.TIMES, "a time such as \"30 s\"")
            .map(Duration::ofNanos)
            .orElse(otherwise);
    return noted(key, value, Quantity.text(value));
  }

  Optional<Duration> optionalTime(String key) {
    Optional<Duration> value =
        quantity(key, Quantity.TIMES, "a time such as \"20 ms\"").map(Duration::ofNanos);
    return noted(key, value, value.map(Quantity::text).orElse("none"));
  }

  Optional<Long> optionalBytes(String key) {
    Optional<Long> value = quantity(key, Quantity.SIZES, "a size such as \"64 MiB\"");
    return noted(key, value, value.map(Quantity::bytes).orElse("none"));
  }

  long bytes(String key, long otherwise) {
    long value = quantity(key, Quantity.SIZES, "a size such as \"64 MiB\"").orElse(otherwise);
    return noted(key, value, Quantity.bytes(value));
  }

  private Optional<Long> quantity(String key, Map<String, Long> units, String expected) {
    Optional<String> text = Optional.ofNullable(table.optionalText(key));
    Optional<Long> value = text.flatMap(given -> Quantity.parse(given, units));
    if (text.isPresent() && value.isEmpty()) {
      table.problem(
          key,
          "expected %s, in %s, got \"%s\""
              .formatted(expected, String.join(", ", units.keySet()), text.get()));
    }
    return value;
  }
}
