package dev.skerry.fleet.api;

import dev.skerry.fleet.problem.FleetException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request: asked for when it is first read, no longer and no slower than allowed.
 */
final class RequestBody {
  private static final Logger LOG = Logger.getLogger(RequestBody.class.getName());
  private static final Duration TIME = Duration.ofSeconds(20);

  /** After a refusal so much is read and dropped, so that the caller sees the answer. */
  private static final int DRAIN_BYTES = 1 << 20;

  private static final Duration DRAIN_TIME = Duration.ofSeconds(1);

  private final ServerRequest request;
  private byte @Nullable [] content;
  private boolean ended;

  RequestBody(ServerRequest request) {
    this.request = request;
    this.ended = !hasBody(request);
  }

  private static boolean hasBody(ServerRequest request) {
    return request.headers().contains(HeaderNames.TRANSFER_ENCODING)
        || request.headers().contentLength().orElse(0) > 0;
  }

  /**
   * All of it.
   *
   * @throws FleetException TOO_LARGE
   */
  byte[] read(int limit) {
    byte[] known = content;
    if (known == null) {
      known = bytes(limit);
      content = known;
    }
    return known;
  }

  private byte[] bytes(int limit) {
    if (ended) {
      return new byte[0];
    }
    if (request.headers().contentLength().orElse(0) > limit) {
      throw tooLarge(limit);
    }
    try (BodyTimer _ = BodyTimer.start(TIME)) {
      byte[] bytes = request.content().inputStream().readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw tooLarge(limit);
      }
      ended = true;
      return bytes;
    } catch (IOException | IllegalStateException | java.io.UncheckedIOException e) {
      throw new CloseConnectionException("the rest of a request did not come", e);
    }
  }

  private static FleetException tooLarge(int limit) {
    return new FleetException(
        FleetException.Kind.TOO_LARGE,
        "the request is longer than the limit of %,d bytes".formatted(limit));
  }

  /** Whether the connection is of no use any more, because part of the body is still on its way. */
  boolean isUnread() {
    return !ended;
  }

  /** Reads what is on its way, for a while; whoever waits to be asked for it is not asked. */
  void drain() {
    if (request.headers().contains(HeaderNames.EXPECT)) {
      return;
    }
    byte[] block = new byte[1 << 13];
    try (BodyTimer _ = BodyTimer.start(DRAIN_TIME)) {
      InputStream in = request.content().inputStream();
      for (int bytes = 0; bytes < DRAIN_BYTES; ) {
        int count = in.read(block);
        if (count < 0) {
          return;
        }
        bytes += count;
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.FINE, "the rest of a refused request did not come", e);
    }
  }
}
