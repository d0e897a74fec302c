package dev.skerry.agent.control;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.wire.AgentStatus;
import dev.skerry.wire.EventRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Talks to the agent that runs on this device. */
public final class ControlClient {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 60_000;
  private static final int ANSWER_LIMIT = 64 << 20;

  private final String address;

  public ControlClient(String host, int port) {
    this.address = "http://%s:%d".formatted(host.equals("0.0.0.0") ? "127.0.0.1" : host, port);
  }

  /** Empty when no agent runs there. */
  public Optional<AgentStatus> status() {
    return call("GET", "status", Optional.empty()).map(AgentStatus::of);
  }

  /** The newest {@code most} events, oldest first; empty when no agent runs there. */
  public Optional<List<EventRecord>> events(int most) {
    return call("GET", "events?limit=" + most, Optional.empty())
        .map(json -> json.objects("events").stream().map(EventRecord::of).toList());
  }

  /** What serves after going back; empty when no agent runs there. */
  public Optional<String> rollback(String model) {
    return call("POST", "rollback", Optional.of(order(model))).map(json -> json.text("serves"));
  }

  /** Lets the agent ask the repository now. */
  public boolean checkNow(String model) {
    return call("POST", "update", Optional.of(order(model))).isPresent();
  }

  private static byte[] order(String model) {
    return JsonWriter.pretty(Json.object().put("model", model).build());
  }

  private Optional<JsonObject> call(String method, String path, Optional<byte[]> body) {
    URI uri = URI.create(address + ControlApi.BASE + path);
    try {
      if (!(uri.toURL().openConnection() instanceof HttpURLConnection connection)) {
        throw new IllegalStateException(uri + " is no HTTP address");
      }
      connection.setRequestMethod(method);
      connection.setConnectTimeout(CONNECT_MILLIS);
      connection.setReadTimeout(READ_MILLIS);
      if (body.isPresent()) {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        try (OutputStream out = connection.getOutputStream()) {
          out.write(body.get());
        }
      }
      return Optional.of(answer(connection, connection.getResponseCode()));
    } catch (ConnectException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new SkerryException(
          ErrorCode.REMOTE, "the agent at %s does not answer: %s".formatted(address, e), e);
    }
  }

  private JsonObject answer(HttpURLConnection connection, int status) throws IOException {
    try (InputStream in =
        status == HttpURLConnection.HTTP_OK
            ? connection.getInputStream()
            : connection.getErrorStream()) {
      byte[] content = in == null ? new byte[0] : in.readNBytes(ANSWER_LIMIT);
      if (status == HttpURLConnection.HTTP_OK) {
        return JsonReader.readObject("the agent's answer", content);
      }
      throw new SkerryException(
          status == HttpURLConnection.HTTP_NOT_FOUND ? ErrorCode.USAGE : ErrorCode.BAD_DATA,
          JsonReader.readObject("the agent's answer", content).text("error"));
    }
  }
}
