package dev.skerry.cli.fleet;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** A fleet's API, as the commands use it. */
final class FleetClient {
  private static final Duration TIME = Duration.ofSeconds(30);

  private final String url;
  private final String token;
  private final HttpClient client;

  /**
   * @param url such as {@code https://fleet.example:8443}
   * @param tls what is trusted; empty for what the JDK trusts
   */
  FleetClient(String url, String token, Optional<SSLContext> tls) {
    this.url = url.replaceAll("/+$", "");
    this.token = token;
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(TIME);
    tls.ifPresent(builder::sslContext);
    this.client = builder.build();
  }

  /** What {@code path} has. */
  JsonObject get(String path, Map<String, String> query) {
    String parameters =
        query.entrySet().stream()
            .filter(parameter -> !parameter.getValue().isEmpty())
            .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
            .collect(Collectors.joining("&"));
    return send(
        HttpRequest.newBuilder(address(parameters.isEmpty() ? path : path + "?" + parameters)));
  }

  JsonObject post(String path, Json body) {
    return send("POST", path, Optional.of(body));
  }

  /** Asks for something to be done, with or without a body. */
  JsonObject send(String method, String path, Optional<Json> body) {
    return send(
        HttpRequest.newBuilder(address(path))
            .method(
                method,
                body.map(json -> HttpRequest.BodyPublishers.ofByteArray(JsonWriter.pretty(json)))
                    .orElseGet(HttpRequest.BodyPublishers::noBody))
            .header("Content-Type", "application/json"));
  }

  private URI address(String path) {
    try {
      return URI.create(url + path);
    } catch (IllegalArgumentException e) {
      throw new SkerryException(ErrorCode.USAGE, "'%s' is no address".formatted(url), e);
    }
  }

  /** One part of a path or query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private JsonObject send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response =
          client.send(
              request.header("Authorization", "Bearer " + token).timeout(TIME).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() >= 400) {
        throw refused(response);
      }
      return JsonReader.readObject("the answer of " + url, response.body());
    } catch (SSLException e) {
      throw new SkerryException(
          ErrorCode.TRUST, "%s cannot be trusted: %s".formatted(url, e.getMessage()), e);
    } catch (IOException e) {
      throw new SkerryException(
          ErrorCode.REMOTE,
          "the fleet at %s cannot be reached: %s; is it running, and is the address right?"
              .formatted(url, e.getMessage() == null ? e.toString() : e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SkerryException(ErrorCode.REMOTE, "waiting for %s was cut".formatted(url), e);
    }
  }

  private SkerryException refused(HttpResponse<byte[]> response) {
    String why;
    try {
      why = JsonReader.readObject("the answer", response.body()).text("error");
    } catch (BundleException e) {
      why = "it answers with the status " + response.statusCode();
    }
    ErrorCode code =
        switch (response.statusCode()) {
          case 401, 403 -> ErrorCode.TRUST;
          case 404 -> ErrorCode.NOT_FOUND;
          case 429, 503 -> ErrorCode.BUSY;
          case 500 -> ErrorCode.REMOTE;
          default -> ErrorCode.BAD_DATA;
        };
    return new SkerryException(code, "%s: %s".formatted(url, why));
  }
}
