package dev.skerry.agent.serve;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonWriter;
import java.util.Map;

/**
 * What goes back over HTTP.
 *
 * @param headers besides {@code Content-Length}
 */
@SuppressWarnings("ArrayRecordComponent") // written to the connection as it is, never compared
record Reply(int status, Map<String, String> headers, byte[] body) {
  private static final String JSON = "application/json";
  private static final String BINARY = "application/octet-stream";
  private static final String TYPE = "Content-Type";

  /** Seconds after which a refused caller may try again. */
  private static final String RETRY_SECONDS = "1";

  static Reply json(int status, Json document) {
    return new Reply(status, Map.of(TYPE, JSON), JsonWriter.pretty(document));
  }

  static Reply of(InferResponse response) {
    if (response.jsonBytes().isEmpty()) {
      return new Reply(200, Map.of(TYPE, JSON), response.body());
    }
    String length = Integer.toString(response.jsonBytes().getAsInt());
    return new Reply(
        200, Map.of(TYPE, BINARY, InferenceProtocol.JSON_LENGTH, length), response.body());
  }

  static Reply error(int status, String message) {
    ByteSink text = new ByteSink(message.length() + 16);
    text.ascii("{\"error\":");
    text.quoted(message);
    text.ascii("}\n");
    Map<String, String> headers =
        status == HttpProblem.UNAVAILABLE
            ? Map.of(TYPE, JSON, "Retry-After", RETRY_SECONDS)
            : Map.of(TYPE, JSON);
    return new Reply(status, headers, text.toByteArray());
  }
}
