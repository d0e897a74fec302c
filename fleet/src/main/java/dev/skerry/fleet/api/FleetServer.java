package dev.skerry.fleet.api;

import dev.skerry.bundle.BundleException;
import dev.skerry.fleet.problem.FleetException;
import io.helidon.common.tls.Tls;
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
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/** Serves a table of endpoints over HTTP/1.1, with or without TLS; whoever starts it closes it. */
public final class FleetServer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(FleetServer.class.getName());

  /** Helidon announces itself at level INFO; a strong reference, or the level is forgotten. */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  private static final int MOST_CONNECTIONS = 200_000;
  private static final Duration IDLE = Duration.ofMinutes(2);
  private static final int INTERNAL = 500;
  private static final String NOWHERE = "none";

  private final Routes routes;
  private final Gate gate;
  private final Metrics metrics;
  private final LongSupplier nanos;
  private final WebServer server;

  /**
   * Where and how it listens.
   *
   * @param port 0 for a free one
   */
  public record Listen(String host, int port, Optional<Tls> tls) {}

  /**
   * Starts serving.
   *
   * @param nanos a clock that only goes forward
   * @param pages what is asked before the table is, such as pages for browsers
   * @throws FleetException BAD_REQUEST if the address cannot be had
   */
  public FleetServer(
      Listen listen,
      List<Endpoint> endpoints,
      Gate gate,
      Metrics metrics,
      LongSupplier nanos,
      List<HttpService> pages) {
    HELIDON.setLevel(Level.WARNING);
    this.routes = new Routes(endpoints);
    this.gate = gate;
    this.metrics = metrics;
    this.nanos = nanos;
    try {
      this.server = settings(listen, pages).build().start();
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new FleetException(
          FleetException.Kind.BAD_REQUEST,
          "cannot serve on %s:%d: %s; is the port taken?"
              .formatted(
                  listen.host(),
                  listen.port(),
                  e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
          e);
    }
  }

  private WebServerConfig.Builder settings(Listen listen, List<HttpService> pages) {
    HttpRouting.Builder routing = HttpRouting.builder();
    pages.forEach(routing::register);
    routing.any(this::handle);
    WebServerConfig.Builder builder =
        WebServer.builder()
            .host(listen.host())
            .port(listen.port())
            .shutdownHook(false)
            .featuresDiscoverServices(false)
            .protocolsDiscoverServices(false)
            .concurrencyLimitDiscoverServices(false)
            .addProtocol(Http1Config.builder().buildPrototype())
            .mediaContext(
                MediaContext.builder()
                    .mediaSupportsDiscoverServices(false)
                    .registerDefaults(true)
                    .build())
            .contentEncoding(encoding -> encoding.contentEncodingsDiscoverServices(false))
            .maxTcpConnections(MOST_CONNECTIONS)
            .idleConnectionTimeout(IDLE)
            .directHandlers(direct())
            .routing(routing);
    listen.tls().ifPresent(builder::tls);
    return builder;
  }

  /** Refusals by the server itself, before there is a request. */
  private static DirectHandlers direct() {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    DirectHandler refusal =
        (_, _, status, headers, message) ->
            DirectHandler.TransportResponse.builder()
                .status(status)
                .headers(headers)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .keepAlive(false)
                .entity(bytes(Answer.error(status.code(), reason(status, message))))
                .build();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(type, refusal);
    }
    return handlers.build();
  }

  private static byte[] bytes(Answer answer) {
    return answer.body() instanceof Answer.Body.Whole whole ? whole.bytes() : new byte[0];
  }

  private static String reason(Status status, String message) {
    return message == null || message.isEmpty()
        ? "the request is not HTTP/1.1 as it should be: " + status.reasonPhrase()
        : message;
  }

  private void handle(ServerRequest request, ServerResponse response) {
    long start = nanos.getAsLong();
    RequestBody body = new RequestBody(request);
    Optional<Routes.Match> match = Optional.empty();
    Answer answer;
    try {
      match = Optional.of(routes.find(method(request), request.path().rawPath()));
      answer = answer(match.get(), request, body);
    } catch (CloseConnectionException e) {
      throw e;
    } catch (Exception e) {
      answer = problem(e);
    }
    String label =
        match
            .map(found -> found.endpoint().method() + " " + found.endpoint().path())
            .orElse(NOWHERE);
    boolean waited = request.headers().contains(HeaderNames.create("Prefer"));
    send(request, response, body, answer);
    metrics.count(waited ? label + " (wait)" : label, answer.status(), nanos.getAsLong() - start);
  }

  private static String method(ServerRequest request) {
    return request.prologue().method().text();
  }

  private Answer answer(Routes.Match match, ServerRequest request, RequestBody body)
      throws Exception {
    Endpoint endpoint = match.endpoint();
    Map<String, String> headers = headers(request.headers());
    Gate.Proof proof =
        new Gate.Proof(
            request.remotePeer().host(),
            headers.getOrDefault("authorization", ""),
            certificate(request));
    Gate.Identity identity = gate.admit(endpoint.audience(), proof);
    Call call =
        new Call(
            method(request),
            Bodies.decodePath(request.path().rawPath()),
            match.names(),
            Bodies.fields(request.query().rawValue()),
            headers,
            identity.principal(),
            identity.device(),
            proof.address(),
            () -> body.read(endpoint.bodyLimit()));
    return endpoint.handler().answer(call);
  }

  private static Map<String, String> headers(ServerRequestHeaders headers) {
    Map<String, String> found = new LinkedHashMap<>();
    headers.forEach(header -> found.putIfAbsent(header.headerName().lowerCase(), header.get()));
    return found;
  }

  private static Optional<X509Certificate> certificate(ServerRequest request) {
    Optional<Certificate[]> chain = request.remotePeer().tlsCertificates();
    return chain
        .filter(found -> found.length > 0)
        .map(found -> found[0])
        .filter(X509Certificate.class::isInstance)
        .map(X509Certificate.class::cast);
  }

  private static Answer problem(Exception failure) {
    return switch (failure) {
      case FleetException e when e.kind() == FleetException.Kind.UNAUTHENTICATED ->
          Answer.error(e.kind().status(), String.valueOf(e.getMessage()))
              .with("WWW-Authenticate", "Bearer");
      case FleetException e when isLater(e.kind()) ->
          Answer.error(e.kind().status(), String.valueOf(e.getMessage())).with("Retry-After", "5");
      case FleetException e -> Answer.error(e.kind().status(), String.valueOf(e.getMessage()));
      case BundleException e ->
          Answer.error(FleetException.Kind.BAD_REQUEST.status(), String.valueOf(e.getMessage()));
      case JdbiException e when isDatabaseAway(e) -> {
        LOG.log(Level.WARNING, "the database does not answer", e);
        yield Answer.error(
                FleetException.Kind.UNAVAILABLE.status(), "the database does not answer; try again")
            .with("Retry-After", "5");
      }
      case Exception e -> {
        LOG.log(Level.SEVERE, "a request failed, which is a bug in Skerry", e);
        yield Answer.error(INTERNAL, "internal error; the server's log has more");
      }
    };
  }

  private static boolean isLater(FleetException.Kind kind) {
    return kind == FleetException.Kind.TOO_MANY || kind == FleetException.Kind.UNAVAILABLE;
  }

  /**
   * No connection (SQLSTATE class 08, 57 and 53), two transactions that stood in each other's way
   * (40), or SQLite's file is locked for long.
   */
  private static boolean isDatabaseAway(JdbiException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof java.sql.SQLTransientException) {
        return true;
      }
      if (cause instanceof SQLException sql) {
        String state = sql.getSQLState() == null ? "" : sql.getSQLState();
        String message = String.valueOf(sql.getMessage());
        return state.startsWith("08")
            || state.startsWith("57")
            || state.startsWith("53")
            || state.startsWith("40")
            || message.contains("SQLITE_BUSY");
      }
    }
    return false;
  }

  private void send(
      ServerRequest request, ServerResponse response, RequestBody body, Answer answer) {
    boolean unread = body.isUnread();
    boolean last = unread || request.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
    response.status(Status.create(answer.status()));
    answer.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
    if (last) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    switch (answer.body()) {
      case Answer.Body.Whole whole ->
          response.send(method(request).equals("HEAD") ? new byte[0] : whole.bytes());
      case Answer.Body.Stream stream -> stream(request, response, stream);
    }
    if (unread) {
      body.drain();
    }
    if (last) { // Helidon 4.5 sends the header and leaves it to the caller to close
      throw new CloseConnectionException("closed after the answer");
    }
  }

  private static void stream(
      ServerRequest request, ServerResponse response, Answer.Body.Stream stream) {
    if (stream.bytes() >= 0) {
      response.header(HeaderNames.CONTENT_LENGTH, Long.toString(stream.bytes()));
    }
    if (method(request).equals("HEAD")) {
      response.send();
      return;
    }
    try (OutputStream out = response.outputStream()) {
      stream.writer().write(out);
    } catch (IOException | UncheckedIOException e) {
      throw new CloseConnectionException("the caller went away", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloseConnectionException("the server stops", e);
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
