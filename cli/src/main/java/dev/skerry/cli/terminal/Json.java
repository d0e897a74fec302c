package dev.skerry.cli.terminal;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Results as JSON, for programs: records by their components, indented. */
public final class Json {
  private Json() {}

  /** One JSON document, ended by a line feed. */
  public static String print(Object facts) {
    JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    return mapper.writeValueAsString(facts) + "\n";
  }
}
