package dev.skerry.fleet.api;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What goes back over HTTP.
 *
 * @param headers besides {@code Content-Length}
 * @param body written to the connection
 */
public record Answer(int status, SequencedMap<String, String> headers, Body body) {
  public Answer {
    headers = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(headers));
  }

  /** The bytes of an answer. */
  public sealed interface Body {
    /** All of them at once. */
    @SuppressWarnings("ArrayRecordComponent") // written as it is, never compared
    record Whole(byte[] bytes) implements Body {}

    /**
     * One after the other, such as a large file or events.
     *
     * @param bytes how many there will be, negative when nobody knows
     */
    record Stream(long bytes, Writer writer) implements Body {}
  }

  /** Writes a body until it ends, or the caller goes away. */
  @FunctionalInterface
  public interface Writer {
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  public static Answer of(int status, String type, byte[] body) {
    SequencedMap<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", type);
    return new Answer(status, headers, new Body.Whole(body));
  }

  public static Answer json(Json document) {
    return json(200, document);
  }

  public static Answer json(int status, Json document) {
    return of(status, "application/json", JsonWriter.pretty(document));
  }

  public static Answer text(String type, String text) {
    return of(200, type, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The body of every failure. */
  public static Answer error(int status, String message) {
    return json(status, Json.object().put("error", message).build());
  }

  /** Status and headers alone. */
  public static Answer empty(int status) {
    return new Answer(status, new LinkedHashMap<>(), new Body.Whole(new byte[0]));
  }

  /** To another address of this server, by GET. */
  public static Answer seeOther(String location) {
    return empty(303).with("Location", location);
  }

  /** This answer with another header. */
  public Answer with(String name, String value) {
    SequencedMap<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Answer(status, more, body);
  }
}
