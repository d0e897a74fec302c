package dev.skerry.agent.serve;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;

/**
 * What goes back over HTTP.
 *
 * @param headers besides {@code Content-Length}
 * @param events in place of {@code body}
 */
@SuppressWarnings("ArrayRecordComponent") // written to the connection as it is, never compared
record Reply(int status, Map<String, String> headers, byte[] body, Optional<Events> events) {
  /** What goes back bit by bit, after which the connection is closed. */
  interface Events {
    void write(OutputStream out) throws IOException;
  }

  Reply(int status, Map<String, String> headers, byte[] body) {
    this(status, headers, body, Optional.empty());
  }

  static Reply events(Events events) {
    return new Reply(
        200,
        Map.of(TYPE, "text/event-stream", "Cache-Control", "no-store"),
        new byte[0],
        Optional.of(events));
  }

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
