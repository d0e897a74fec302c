package dev.skerry.agent.control;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.graph.SkerryException;
import dev.skerry.wire.EventRecord;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The control API, for this device alone: a request from another address is refused, and so is one
 * that a web page made.
 *
 * <pre>
 * GET  /v1/agent/status           an AgentStatus
 * GET  /v1/agent/events?limit=N   {"events": [EventRecord]}, oldest first
 * POST /v1/agent/rollback         {"model": NAME} → {"model": NAME, "serves": RELEASE}
 * POST /v1/agent/update           {"model": NAME} → {"model": NAME}: asks the repository now
 * </pre>
 *
 * Failures are {@code {"error": TEXT}}.
 */
public final class ControlApi {
  static final String BASE = "/v1/agent/";

  private static final int BODY_LIMIT = 1 << 16;
  private static final int USUAL_EVENTS = 100;
  private static final int MOST_EVENTS = 100_000;

  private final Control control;

  public ControlApi(Control control) {
    this.control = control;
  }

  /** Adds the routes. */
  public void addTo(HttpRouting.Builder routing) {
    routing
        .get(BASE + "status", guarded((_, out) -> send(out, control.status().toJson())))
        .get(BASE + "events", guarded(this::events))
        .post(BASE + "rollback", guarded(this::rollback))
        .post(BASE + "update", guarded(this::update));
  }

  private Handler guarded(Handler handler) {
    return (request, response) -> {
      if (!isLocal(request)) {
        fail(response, Status.FORBIDDEN_403, "the control API is for programs on this device");
        return;
      }
      try {
        handler.handle(request, response);
      } catch (BundleException e) {
        fail(response, Status.BAD_REQUEST_400, e.getMessage());
      } catch (Control.UnknownModelException e) {
        fail(response, Status.NOT_FOUND_404, e.getMessage());
      } catch (SkerryException e) {
        fail(response, Status.CONFLICT_409, e.getMessage());
      }
    };
  }

  /** A browser names the page that a request comes from; programs do not. */
  private static boolean isLocal(ServerRequest request) {
    return request.remotePeer().address() instanceof InetSocketAddress peer
        && isLoopback(peer.getAddress())
        && !request.headers().contains(HeaderNames.ORIGIN)
        && !request.headers().contains(HeaderNames.create("Sec-Fetch-Site"));
  }

  private static boolean isLoopback(InetAddress address) {
    return address != null && address.isLoopbackAddress();
  }

  private void events(ServerRequest request, ServerResponse response) {
    String limit = request.query().first("limit").orElse(Integer.toString(USUAL_EVENTS));
    if (!limit.matches("[0-9]{1,6}") || Integer.parseInt(limit) > MOST_EVENTS) {
      throw new BundleException(
          "limit is '%s', a number from 0 to %d was expected".formatted(limit, MOST_EVENTS));
    }
    send(
        response,
        Json.object()
            .put(
                "events",
                control.events(Integer.parseInt(limit)).stream().map(EventRecord::toJson).toList())
            .build());
  }

  private void rollback(ServerRequest request, ServerResponse response) {
    String model = model(request);
    send(
        response, Json.object().put("model", model).put("serves", control.rollback(model)).build());
  }

  private void update(ServerRequest request, ServerResponse response) {
    String model = model(request);
    control.checkNow(model);
    send(response, Json.object().put("model", model).build());
  }

  private static String model(ServerRequest request) {
    try (InputStream body = request.content().inputStream()) {
      byte[] content = body.readNBytes(BODY_LIMIT + 1);
      if (content.length > BODY_LIMIT) {
        throw new BundleException("the request is longer than %d bytes".formatted(BODY_LIMIT));
      }
      JsonObject json = JsonReader.readObject("the request", content);
      return json.text("model");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void send(ServerResponse response, Json json) {
    response.header(HeaderValues.CONTENT_TYPE_JSON).send(JsonWriter.pretty(json));
  }

  private static void fail(ServerResponse response, Status status, @Nullable String why) {
    response.status(status);
    send(response, Json.object().put("error", String.valueOf(why)).build());
  }
}
