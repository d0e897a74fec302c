package dev.skerry.agent.serve;

import dev.skerry.agent.SmallModels;
import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.schedule.Scheduler;
import dev.skerry.agent.schedule.Terms;
import dev.skerry.agent.sequence.SequenceLimits;
import dev.skerry.agent.sequence.Sequences;
import dev.skerry.agent.traffic.LiveTraffic;
import dev.skerry.agent.traffic.Running;
import dev.skerry.graph.DataType;
import dev.skerry.runtime.Ticker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** A real server on a free port with small real models. */
final class Served implements AutoCloseable {
  static final String TWO = "two";

  private final HttpClient client = HttpClient.newHttpClient();
  private final SequencedMap<String, LiveTraffic> traffic = new LinkedHashMap<>();
  private final List<LoadedModel> loaded = new ArrayList<>();
  final Scheduler scheduler;
  final Models models;
  private final InferenceServer server;

  /** Serves {@link SmallModels#two} as version 3, and of each type {@code identity-TYPE}. */
  Served(ServeLimits limits, DataType... types) {
    add(TWO, 3, SmallModels.load(SmallModels.two()));
    for (DataType type : types) {
      add("identity-" + type, 1, SmallModels.load(SmallModels.identity(type)));
    }
    traffic.put("absent", new LiveTraffic(Ticker.system(), 1));
    scheduler = Models.scheduler(limits, _ -> Terms.USUAL);
    models =
        new Models(
            traffic,
            scheduler,
            limits.tensorBytes(),
            new Sequences(SequenceLimits.STANDARD, Ticker.system()));
    server = InferenceServer.start("127.0.0.1", 0, models, limits, Ticker.system(), "0.1.0");
  }

  private void add(String name, long counter, LoadedModel model) {
    add(SmallModels.running(name, counter, model));
  }

  /** Serves {@code running} as well. */
  void add(Running running) {
    LiveTraffic live = new LiveTraffic(Ticker.system(), 1);
    live.activate(running);
    traffic.put(running.receipt().model(), live);
    loaded.add(running.model());
  }

  LiveTraffic traffic(String name) {
    return java.util.Objects.requireNonNull(traffic.get(name));
  }

  int port() {
    return server.port();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
  }

  HttpResponse<String> send(HttpRequest request) {
    return send(request, HttpResponse.BodyHandlers.ofString());
  }

  <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return client.send(request, handler);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> get(String path) {
    return send(request(path).build());
  }

  HttpResponse<String> infer(String model, String body) {
    return send(
        request("/v2/models/" + model + "/infer")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  /** Sends {@code parts} with pauses between them, as far as the server takes them. */
  String drip(Duration pause, String... parts) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port())) {
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      socket.setSoTimeout(Math.toIntExact(pause.toMillis()));
      for (String part : parts) {
        socket.getOutputStream().write(part.getBytes(StandardCharsets.ISO_8859_1));
        try {
          int c = socket.getInputStream().read();
          if (c < 0) {
            break;
          }
          answer.write(c);
          break;
        } catch (SocketTimeoutException e) {
          continue; // the pause
        }
      }
      socket.setSoTimeout(20_000);
      socket.getInputStream().transferTo(answer);
      return answer.toString(StandardCharsets.UTF_8);
    }
  }

  /** Sends bytes as they are and gives all that comes back until the server closes. */
  String raw(String... parts) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      for (String part : parts) {
        out.write(part.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
      }
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      socket.getInputStream().transferTo(answer);
      return answer.toString(StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    server.close();
    client.shutdownNow(); // close() alone waits for bodies that a refusal left unread
    client.close();
    loaded.forEach(LoadedModel::close);
  }
}
