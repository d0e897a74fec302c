package dev.skerry.agent.grpc;

import dev.skerry.agent.serve.InferenceServer;
import dev.skerry.agent.serve.Models;
import dev.skerry.agent.serve.ServeLimits;
import dev.skerry.runtime.Ticker;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http2.Http2Config;

/**
 * The inference protocol over gRPC, without TLS, on a port of its own; whoever starts it closes it.
 * HTTP/2 is loaded only here, so that a device without gRPC does not pay for it.
 */
public final class GrpcServer implements AutoCloseable {
  /** What a stream may send before it is read. */
  private static final int WINDOW_BYTES = 1 << 18;

  private final WebServer server;

  private GrpcServer(WebServer server) {
    this.server = server;
  }

  /**
   * Starts serving.
   *
   * @param port 0 for a free one
   * @param version of Skerry, which the server's metadata says
   * @throws dev.skerry.graph.SkerryException USAGE if the address cannot be had
   */
  public static GrpcServer start(
      String host, int port, Models models, ServeLimits limits, Ticker ticker, String version) {
    HttpRouting.Builder routing = HttpRouting.builder();
    new GrpcProtocol(models, limits, ticker, version).addTo(routing);
    Http2Config protocol =
        Http2Config.builder()
            .maxConcurrentStreams(limits.connections())
            .initialWindowSize(WINDOW_BYTES)
            .buildPrototype();
    return new GrpcServer(InferenceServer.start(host, port, limits, protocol, routing));
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
