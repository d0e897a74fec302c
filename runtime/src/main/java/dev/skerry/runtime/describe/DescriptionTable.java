package dev.skerry.runtime.describe;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * One table of a description under reading: takes keys out by type, and gathers problems instead of
 * stopping at the first.
 *
 * <p>A key that was asked for counts as known; {@link #finish} reports the others.
 */
public final class DescriptionTable {
  private final String path;
  private final ObjectNode node;
  private final List<String> problems;
  private final Set<String> known = new LinkedHashSet<>();

  /** The table at {@code path}, empty for the whole file; problems go to {@code problems}. */
  DescriptionTable(String path, ObjectNode node, List<String> problems) {
    this.path = path;
    this.node = node;
    this.problems = problems;
  }

  /**
   * Reads a whole TOML text; throws one SkerryException that lists all problems, unknown keys
   * included.
   *
   * @param origin what messages call the text, such as its file
   */
  public static <T> T read(String origin, String toml, Function<DescriptionTable, T> reading) {
    List<String> problems = new ArrayList<>();
    DescriptionTable table = new DescriptionTable("", parse(origin, toml), problems);
    T result = reading.apply(table);
    table.finish();
    fail(origin, problems);
    return result;
  }

  static ObjectNode parse(String origin, String toml) {
    try {
      return (ObjectNode) new TomlMapper().readTree(toml);
    } catch (JacksonException broken) {
      throw new SkerryException(
          ErrorCode.BAD_DESCRIPTION,
          "%s, line %d, column %d is not TOML: %s"
              .formatted(
                  origin,
                  broken.getLocation().getLineNr(),
                  broken.getLocation().getColumnNr(),
                  broken.getOriginalMessage()),
          broken);
    }
  }

  /** Throws when there are problems; the message lists all of them. */
  static void fail(String origin, List<String> problems) {
    if (problems.isEmpty()) {
      return;
    }
    String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
    throw new SkerryException(
        ErrorCode.BAD_DESCRIPTION,
        origin + " has " + count + ":\n  " + String.join("\n  ", problems));
  }

  private @Nullable JsonNode take(String key) {
    known.add(key);
    return node.get(key);
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  public void problem(String key, String what) {
    problems.add(at(key) + ": " + what);
  }

  public boolean has(String key) {
    return node.has(key);
  }

  /** The names in this table, all of them known. */
  public List<String> names() {
    known.addAll(node.propertyNames());
    return List.copyOf(node.propertyNames());
  }

  /** The table under {@code key}, empty when it is missing. */
  public DescriptionTable table(String key) {
    JsonNode value = take(key);
    if (value != null && !value.isObject()) {
      problem(key, "expected a table [" + at(key) + "], got " + shown(value));
    }
    ObjectNode inner = value instanceof ObjectNode object ? object : node.objectNode();
    return new DescriptionTable(at(key), inner, problems);
  }

  /** The tables {@code [[key]]}, none when they are missing. */
  public List<DescriptionTable> tables(String key) {
    JsonNode value = take(key);
    List<DescriptionTable> tables = new ArrayList<>();
    if (value == null) {
      return tables;
    }
    if (!value.isArray() || value.valueStream().anyMatch(item -> !item.isObject())) {
      problem(key, "expected tables [[" + at(key) + "]], got " + shown(value));
      return tables;
    }
    for (JsonNode item : value) {
      String place = at(key) + "[" + tables.size() + "]";
      tables.add(new DescriptionTable(place, (ObjectNode) item, problems));
    }
    return tables;
  }

  public @Nullable String optionalText(String key) {
    JsonNode value = take(key);
    if (value == null) {
      return null;
    }
    if (!value.isString() || value.stringValue().isBlank()) {
      problem(key, "expected text in quotes, got " + shown(value));
      return null;
    }
    return value.stringValue();
  }

  public String text(String key, String otherwise) {
    String value = optionalText(key);
    return value == null ? otherwise : value;
  }

  public String requiredText(String key, String example) {
    if (!has(key)) {
      known.add(key);
      problem(key, "is missing; add " + key + " = \"" + example + "\"");
      return example;
    }
    return text(key, example);
  }

  /** A list of texts, empty when it is missing. */
  public List<String> texts(String key) {
    JsonNode value = take(key);
    List<String> texts = new ArrayList<>();
    if (value == null) {
      return texts;
    }
    if (!value.isArray() || value.valueStream().anyMatch(item -> !item.isString())) {
      problem(key, "expected a list of texts, got " + shown(value));
      return texts;
    }
    value.valueStream().forEach(item -> texts.add(item.stringValue()));
    return texts;
  }

  /** One of {@code values} by its name in kebab-case. */
  public <E extends Enum<E>> E choice(String key, E[] values, E otherwise) {
    String text = optionalText(key);
    if (text == null) {
      return otherwise;
    }
    for (E value : values) {
      if (kebab(value).equalsIgnoreCase(text)) {
        return value;
      }
    }
    List<String> names = Arrays.stream(values).map(DescriptionTable::kebab).toList();
    problem(
        key, "unknown " + key + " \"" + text + "\", expected one of " + String.join(", ", names));
    return otherwise;
  }

  static String kebab(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether {@code key} is true; false when it is missing. */
  boolean flag(String key) {
    JsonNode value = take(key);
    if (value != null && !value.isBoolean()) {
      problem(key, "expected true or false, got " + shown(value));
    }
    return value != null && value.isBoolean() && value.booleanValue();
  }

  public double number(String key, double otherwise, double least, double most) {
    JsonNode value = take(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isNumber() || !(value.doubleValue() >= least && value.doubleValue() <= most)) {
      problem(
          key,
          "expected a number from %s to %s, got %s"
              .formatted(plain(least), plain(most), shown(value)));
      return otherwise;
    }
    return value.doubleValue();
  }

  /** A whole number from 1 to {@code most}. */
  public int count(String key, int otherwise, int most) {
    JsonNode value = take(key);
    if (value == null) {
      return otherwise;
    }
    if (!isCount(value, most)) {
      problem(key, "expected a whole number from 1 to " + most + ", got " + shown(value));
      return otherwise;
    }
    return value.intValue();
  }

  int requiredCount(String key, int otherwise, int most) {
    if (!has(key)) {
      known.add(key);
      problem(key, "is missing; add " + key + " = " + otherwise + " or what the model takes");
    }
    return count(key, otherwise, most);
  }

  private static boolean isCount(JsonNode value, int most) {
    return value.isIntegralNumber()
        && value.canConvertToInt()
        && value.intValue() >= 1
        && value.intValue() <= most;
  }

  /** Height and width. */
  int[] size(String key, int most) {
    JsonNode value = take(key);
    if (value != null
        && value.isArray()
        && value.size() == 2
        && value.valueStream().allMatch(item -> isCount(item, most))) {
      return new int[] {value.get(0).intValue(), value.get(1).intValue()};
    }
    String got = value == null ? "nothing" : shown(value);
    problem(key, "expected [height, width] in pixels, each from 1 to " + most + ", got " + got);
    return new int[] {1, 1};
  }

  /** One number, or a list of numbers. */
  List<Double> numbers(String key, double otherwise) {
    JsonNode value = take(key);
    if (value == null) {
      return List.of(otherwise);
    }
    List<JsonNode> items = value.isArray() ? value.valueStream().toList() : List.of(value);
    if (items.isEmpty()
        || !items.stream().allMatch(i -> i.isNumber() && Double.isFinite(i.doubleValue()))) {
      problem(key, "expected a number or a list of numbers, got " + shown(value));
      return List.of(otherwise);
    }
    return items.stream().map(JsonNode::doubleValue).toList();
  }

  /** Reports every key that nobody asked for. */
  public void finish() {
    for (String name : node.propertyNames()) {
      if (!known.contains(name)) {
        problem(name, "unknown key" + Nearest.hint(name, known));
      }
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static String shown(JsonNode value) {
    String text =
        value.isArray()
            ? value
                .valueStream()
                .map(JsonNode::toString)
                .collect(Collectors.joining(", ", "[", "]"))
            : value.toString();
    return text.length() > 60 ? text.substring(0, 57) + "..." : text;
  }
}
