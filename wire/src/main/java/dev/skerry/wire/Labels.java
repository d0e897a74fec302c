package dev.skerry.wire;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/** The form of labels: names and values that people or devices give to devices. */
public final class Labels {
  /** Labels that a device may have. */
  public static final int MOST = 64;

  /** Characters of a value. */
  public static final int LONGEST_VALUE = 200;

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,62}");

  private Labels() {}

  /**
   * @throws BundleException if a name or value has not the form, or there are too many
   */
  public static void check(Map<String, String> labels) {
    if (labels.size() > MOST) {
      throw new BundleException(
          "%d labels were given, at most %d are allowed".formatted(labels.size(), MOST));
    }
    labels.forEach(Labels::check);
  }

  private static void check(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw new BundleException(
          "'%s' is no name of a label: a letter, then at most 62 letters, digits, '.', '_' or '-' were expected"
              .formatted(name));
    }
    if (value.length() > LONGEST_VALUE || value.chars().anyMatch(Character::isISOControl)) {
      throw new BundleException(
          "the value of the label '%s' is not one line of at most %d characters"
              .formatted(name, LONGEST_VALUE));
    }
  }

  static Json.Obj toJson(SequencedMap<String, String> labels) {
    Json.ObjectBuilder json = Json.object();
    labels.forEach(json::put);
    return json.build();
  }

  static SequencedMap<String, String> of(JsonObject json) {
    SequencedMap<String, String> labels = new LinkedHashMap<>();
    json.keys().forEach(name -> labels.put(name, json.text(name)));
    check(labels);
    return labels;
  }
}
