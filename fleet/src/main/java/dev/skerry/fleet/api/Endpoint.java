package dev.skerry.fleet.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One row of the table that routes requests and makes the OpenAPI document.
 *
 * @param method in capital letters
 * @param path with open parts in braces, {@code /v1/devices/{id}}; one that ends in {@code ...}
 *     takes the rest of the path
 * @param summary for people, without a full stop
 * @param parameters of the query
 * @param body empty where none is taken
 * @param reply empty where the answer is not JSON
 * @param bodyLimit in bytes
 */
public record Endpoint(
    String method,
    String path,
    Audience audience,
    String summary,
    List<Parameter> parameters,
    Optional<Schema> body,
    Optional<Schema> reply,
    int bodyLimit,
    Handler handler) {
  private static final int USUAL_BODY = 64 << 10;

  public Endpoint {
    parameters = List.copyOf(parameters);
  }

  /** A parameter of the query, always optional. */
  public record Parameter(String name, Schema schema, String description) {}

  /** Answers requests. */
  @FunctionalInterface
  public interface Handler {
    Answer answer(Call call) throws Exception;
  }

  public static Endpoint get(
      String path, Audience audience, String summary, Schema reply, Handler handler) {
    return new Endpoint(
        "GET",
        path,
        audience,
        summary,
        List.of(),
        Optional.empty(),
        Optional.of(reply),
        USUAL_BODY,
        handler);
  }

  /** An endpoint that changes something, and takes JSON. */
  public static Endpoint change(
      String method,
      String path,
      Audience audience,
      String summary,
      Schema body,
      Schema reply,
      Handler handler) {
    return new Endpoint(
        method,
        path,
        audience,
        summary,
        List.of(),
        Optional.of(body),
        Optional.of(reply),
        USUAL_BODY,
        handler);
  }

  /** An endpoint that changes something, without a body. */
  public static Endpoint act(
      String method,
      String path,
      Audience audience,
      String summary,
      Schema reply,
      Handler handler) {
    return new Endpoint(
        method,
        path,
        audience,
        summary,
        List.of(),
        Optional.empty(),
        Optional.of(reply),
        USUAL_BODY,
        handler);
  }

  /** This endpoint with a parameter of the query. */
  public Endpoint with(String name, Schema schema, String description) {
    List<Parameter> more = new ArrayList<>(parameters);
    more.add(new Parameter(name, schema, description));
    return new Endpoint(method, path, audience, summary, more, body, reply, bodyLimit, handler);
  }

  /** This endpoint with another limit of the body. */
  public Endpoint upTo(int bytes) {
    return new Endpoint(method, path, audience, summary, parameters, body, reply, bytes, handler);
  }
}
