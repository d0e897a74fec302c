package dev.skerry.runtime.describe;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Sets single keys of a description, as a command line gives them. */
final class DescriptionKeys {
  /** One step of a key such as {@code output."dense_9/add".kind}. */
  private static final Pattern STEP = Pattern.compile("\"([^\"]+)\"|([^.\"]+)");

  private DescriptionKeys() {}

  static ModelDescription set(ModelDescription description, Map<String, String> keys) {
    String origin = description.file().toString();
    ObjectNode root = DescriptionTable.parse(origin, description.toToml());
    keys.forEach((key, value) -> set(root, key, value));
    return DescriptionReader.read(description.file(), root);
  }

  private static void set(ObjectNode root, String key, String value) {
    List<String> steps = new ArrayList<>();
    Matcher matcher = STEP.matcher(key);
    while (matcher.find()) {
      steps.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
    if (steps.isEmpty()) {
      throw new SkerryException(ErrorCode.USAGE, "a key such as goal.metric is missing");
    }
    ObjectNode table = root;
    for (String step : steps.subList(0, steps.size() - 1)) {
      table = table.get(step) instanceof ObjectNode inner ? inner : table.putObject(step);
    }
    table.set(steps.getLast(), parse(value));
  }

  /** {@code value} as TOML, or as text when it is none: quotes may be left out. */
  private static JsonNode parse(String value) {
    try {
      return DescriptionTable.parse("value", "value = " + value).get("value");
    } catch (SkerryException notToml) {
      return DescriptionTable.parse("value", "value = '''" + value + "'''").get("value");
    }
  }
}
