package dev.skerry.agent.serve;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.Ticker;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.Status;
import io.helidon.http.media.MediaContext;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.spi.ProtocolConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The inference protocol over HTTP/1.1; whoever starts it closes it. */
public final class InferenceServer implements AutoCloseable {
  /** Helidon announces itself at level INFO; a strong reference, or the level is forgotten. */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  /**
   * After an answer that refuses a body, so much of it is read so that the caller sees the answer.
   */
  private static final long DRAIN_BYTES = 1 << 20;

  private static final Duration DRAIN_TIME = Duration.ofSeconds(1);

  private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

  private final WebServer server;

  private InferenceServer(WebServer server) {
    this.server = server;
  }

  /**
   * Lets requests be read, and wait in the scheduler's order, while all cores run models: a virtual
   * thread keeps its carrier as long as the engine runs. To be called before the first virtual
   * thread of the process starts.
   */
  public static void addCarriers() {
    if (System.getProperty(CARRIERS) == null) {
      int carriers = 2 * Runtime.getRuntime().availableProcessors();
      System.setProperty(CARRIERS, Integer.toString(carriers));
    }
  }

  /** Starts serving the inference protocol alone. */
  public static InferenceServer start(
      String host, int port, Models models, ServeLimits limits, Ticker ticker, String version) {
    return start(host, port, models, limits, ticker, version, _ -> {});
  }

  /**
   * Starts serving.
   *
   * @param port 0 for a free one
   * @param version of Skerry, which the server's metadata says
   * @param others adds further addresses, which go before the protocol's
   * @throws SkerryException USAGE if the address cannot be had
   */
  public static InferenceServer start(
      String host,
      int port,
      Models models,
      ServeLimits limits,
      Ticker ticker,
      String version,
      Consumer<HttpRouting.Builder> others) {
    InferenceProtocol protocol = new InferenceProtocol(models, limits, ticker, version);
    HttpRouting.Builder routing = HttpRouting.builder();
    others.accept(routing);
    routing.any((call, response) -> handle(protocol, call, response));
    return new InferenceServer(
        start(host, port, limits, Http1Config.builder().buildPrototype(), routing));
  }

  /**
   * Starts a server of {@code protocol} alone; the caller stops it.
   *
   * @throws SkerryException USAGE if the address cannot be had
   */
  public static WebServer start(
      String host,
      int port,
      ServeLimits limits,
      ProtocolConfig protocol,
      HttpRouting.Builder routing) {
    HELIDON.setLevel(Level.WARNING);
    try {
      return settings(limits, protocol).host(host).port(port).routing(routing).build().start();
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new SkerryException(
          ErrorCode.USAGE,
          "cannot serve on %s:%d: %s; is the port taken?".formatted(host, port, reason(e)),
          e);
    }
  }

  private static @Nullable String reason(RuntimeException e) {
    return e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
  }

  /** Only what the protocol needs: no discovery of features, encodings, media or upgrades. */
  private static WebServerConfig.Builder settings(ServeLimits limits, ProtocolConfig protocol) {
    return WebServer.builder()
        .shutdownHook(false)
        .featuresDiscoverServices(false)
        .protocolsDiscoverServices(false)
        .concurrencyLimitDiscoverServices(false)
        .addProtocol(protocol)
        .mediaContext(
            MediaContext.builder()
                .mediaSupportsDiscoverServices(false)
                .registerDefaults(true)
                .build())
        .contentEncoding(encoding -> encoding.contentEncodingsDiscoverServices(false))
        // Otherwise the last part of an answer waits for the acknowledgement of the first, 40 ms.
        .connectionOptions(options -> options.tcpNoDelay(true))
        .maxTcpConnections(limits.connections())
        .idleConnectionTimeout(limits.bodyTime().multipliedBy(6))
        .directHandlers(direct());
  }

  /** Refusals by the server itself, before there is a request, in the protocol's form. */
  private static DirectHandlers direct() {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    DirectHandler refusal =
        (_, _, status, headers, message) ->
            DirectHandler.TransportResponse.builder()
                .status(status)
                .headers(headers)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .keepAlive(false)
                .entity(Reply.error(status.code(), text(status, message)).body())
                .build();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(type, refusal);
    }
    return handlers.build();
  }

  /** Helidon has no message for some of its refusals. */
  private static String text(Status status, @Nullable String message) {
    return message == null || message.isEmpty()
        ? "the request is not HTTP/1.1 as it should be: " + status.reasonPhrase()
        : message;
  }

  private static void handle(
      InferenceProtocol protocol, ServerRequest request, ServerResponse response) {
    LateInput body = new LateInput(request);
    InferenceProtocol.Call call = call(request, body);
    Reply reply = protocol.answer(call);
    boolean unread = !body.ended;
    boolean last =
        unread
            || reply.events().isPresent()
            || request.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
    response.status(Status.create(reply.status()));
    reply.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
    if (reply.status() == HttpProblem.METHOD_NOT_ALLOWED) {
      InferenceProtocol.allowed(call)
          .forEach((name, value) -> response.header(HeaderNames.create(name), value));
    }
    if (last) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    if (reply.events().isPresent()) {
      write(reply.events().get(), response);
      throw new CloseConnectionException("closed after the last event");
    }
    response.send(call.method().equals("HEAD") ? new byte[0] : reply.body());
    if (unread && isDrainable(request)) {
      drain(body);
    }
    if (last) { // Helidon 4.5 sends the header and leaves it to the caller to close
      throw new CloseConnectionException("closed after the answer");
    }
  }

  private static void write(Reply.Events events, ServerResponse response) {
    try (OutputStream out = response.outputStream()) {
      events.write(out);
    } catch (IOException | UncheckedIOException e) {
      throw new CloseConnectionException("the caller of a stream is gone", e);
    }
    if (response instanceof RoutingResponse routed) {
      routed.commit(); // otherwise Helidon 4.5 writes the end of the chunks after this request
    }
  }

  private static InferenceProtocol.Call call(ServerRequest request, LateInput body) {
    ServerRequestHeaders headers = request.headers();
    return new InferenceProtocol.Call(
        request.prologue().method().text(),
        request.path().path(),
        headers.first(HeaderNames.CONTENT_TYPE).map(text -> text.split(";", 2)[0].strip()),
        headers.contentLength(),
        headers.contains(HeaderNames.TRANSFER_ENCODING),
        headers.first(HeaderNames.create(InferenceProtocol.JSON_LENGTH)),
        request.query().rawValue(),
        body);
  }

  /** Opens the body at the first read, so that a refused one is not asked for. */
  private static final class LateInput extends InputStream {
    private final ServerRequest request;
    private @Nullable InputStream content;
    private boolean ended;

    LateInput(ServerRequest request) {
      this.request = request;
      ServerRequestHeaders headers = request.headers();
      ended =
          headers.contentLength().orElse(0) == 0
              && !headers.contains(HeaderNames.TRANSFER_ENCODING);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (ended) {
        return -1;
      }
      try {
        InputStream open = content == null ? request.content().inputStream() : content;
        content = open;
        int count = open.read(target, offset, length);
        ended = count < 0;
        return count;
      } catch (IOException | RuntimeException e) {
        throw new CloseConnectionException("the rest of a request did not come", e);
      }
    }
  }

  /** Not a body that the caller holds back until it is asked for. */
  private static boolean isDrainable(ServerRequest request) {
    return !request.headers().contains(HeaderNames.EXPECT);
  }

  /** A caller that still sends when the connection is closed may not see the answer. */
  private static void drain(InputStream body) {
    byte[] block = new byte[1 << 13];
    try (BodyAlarm _ = BodyAlarm.after(DRAIN_TIME)) {
      for (long bytes = 0; bytes < DRAIN_BYTES; ) {
        int count = body.read(block, 0, block.length);
        if (count < 0) {
          return;
        }
        bytes += count;
      }
    } catch (IOException | RuntimeException e) {
      // The caller went away or waits; either way the connection is closed after the answer.
      HELIDON.log(Level.FINE, "the rest of a refused request did not come", e);
    }
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  /** Ends listening and lets requests in progress end. */
  @Override
  public void close() {
    server.stop();
  }
}
