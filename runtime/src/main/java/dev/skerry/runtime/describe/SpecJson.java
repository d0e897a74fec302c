package dev.skerry.runtime.describe;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads what a release's manifest says of an input or output: the keys of its table in {@code
 * model.toml} as JSON, with the kind beside them.
 */
public final class SpecJson {
  private static final JsonMapper JSON = new JsonMapper();

  private SpecJson() {}

  /**
   * The input that {@code keys} describe.
   *
   * @param name of the input, for messages
   * @param kind such as {@code image}
   * @param keys a JSON object with the other keys
   * @throws dev.skerry.graph.SkerryException BAD_DESCRIPTION with every problem
   */
  public static InputSpec input(String name, String kind, String keys) {
    return read("input." + name, kind, keys, DescriptionReader::input);
  }

  /** The output that {@code keys} describe; see {@link #input}. */
  public static OutputSpec output(String name, String kind, String keys) {
    return read("output." + name, kind, keys, DescriptionReader::output);
  }

  private static <T> T read(
      String path, String kind, String keys, Function<DescriptionTable, T> reading) {
    ObjectNode node = (ObjectNode) JSON.readTree(keys);
    node.put("kind", kind);
    List<String> problems = new ArrayList<>();
    T spec = reading.apply(new DescriptionTable(path, node, problems));
    DescriptionTable.fail(path + " of the release", problems);
    return spec;
  }
}
