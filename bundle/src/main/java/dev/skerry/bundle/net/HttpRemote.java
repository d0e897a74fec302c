package dev.skerry.bundle.net;

import dev.skerry.bundle.BundleException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** A repository that any HTTP server offers, with or without support for ranges. */
public final class HttpRemote implements Remote {
  /* The JDK's older client serves here: it bounds every single read, so that a server that stalls
   * in the middle of a file is noticed; it follows redirects within the scheme alone; and it
   * starts no threads, which a small device feels. */
  private static final int PARTIAL_CONTENT = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final List<Integer> MISSING = List.of(403, 404, 410);

  private final String base;
  private final Waits waits;
  private final Supplier<Optional<SSLSocketFactory>> sockets;

  /**
   * How long a server may keep a device waiting.
   *
   * @param connect until it accepts a connection
   * @param read until the next bytes arrive
   */
  public record Waits(Duration connect, Duration read) {
    /** Ten seconds to connect, thirty without a byte. */
    public static Waits usual() {
      return new Waits(Duration.ofSeconds(10), Duration.ofSeconds(30));
    }
  }

  /**
   * @param base {@code http://} or {@code https://}, with or without a slash at its end
   * @throws BundleException if it is no such address
   */
  public HttpRemote(String base, Waits waits) {
    this(base, waits, Optional::empty);
  }

  /**
   * As the other.
   *
   * @param sockets whom to trust and as whom to appear with HTTPS; the JDK's usual when empty.
   *     Asked before each request
   */
  public HttpRemote(String base, Waits waits, Supplier<Optional<SSLSocketFactory>> sockets) {
    this.sockets = sockets;
    this.base = base.endsWith("/") ? base : base + "/";
    this.waits = waits;
    requireHttp();
  }

  private void requireHttp() {
    try {
      URI uri = new URI(base);
      String scheme = uri.getScheme();
      if (uri.getHost() != null && ("http".equals(scheme) || "https".equals(scheme))) {
        return;
      }
    } catch (URISyntaxException e) {
      throw new BundleException("'%s' is no address: %s".formatted(base, e.getReason()), e);
    }
    throw new BundleException(
        "'%s' is no address of a repository; http://HOST/PATH or https://HOST/PATH was expected"
            .formatted(base));
  }

  @Override
  public InputStream open(String path, long offset) throws IOException {
    HttpURLConnection connection = connect(path, offset);
    int status = connection.getResponseCode();
    if (status == HttpURLConnection.HTTP_OK) {
      return skipped(connection.getInputStream(), offset);
    }
    if (status == PARTIAL_CONTENT && startsAt(connection.getHeaderField("Content-Range"), offset)) {
      return connection.getInputStream();
    }
    discard(connection);
    if (status == RANGE_NOT_SATISFIABLE && offset > 0) {
      return new ByteArrayInputStream(new byte[0]);
    }
    if (MISSING.contains(status)) {
      throw new MissingException("%s has no file %s (status %d)".formatted(base, path, status));
    }
    throw new IOException("%s%s answers with status %d".formatted(base, path, status));
  }

  private HttpURLConnection connect(String path, long offset) throws IOException {
    URI uri = URI.create(base + path);
    if (!(uri.toURL().openConnection() instanceof HttpURLConnection connection)) {
      throw new IOException(uri + " is not reached by HTTP");
    }
    if (connection instanceof HttpsURLConnection secured) {
      sockets.get().ifPresent(secured::setSSLSocketFactory);
    }
    connection.setConnectTimeout(Math.toIntExact(waits.connect.toMillis()));
    connection.setReadTimeout(Math.toIntExact(waits.read.toMillis()));
    connection.setUseCaches(false);
    connection.setRequestProperty("User-Agent", "skerry");
    connection.setRequestProperty("Accept", "*/*");
    connection.setRequestProperty("Accept-Encoding", "identity");
    if (offset > 0) {
      connection.setRequestProperty("Range", "bytes=%d-".formatted(offset));
    }
    return connection;
  }

  /** A server without ranges sends all of it. */
  private static InputStream skipped(InputStream in, long offset) throws IOException {
    try {
      in.skipNBytes(offset);
      return in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static boolean startsAt(@Nullable String range, long offset) {
    return range != null && range.startsWith("bytes %d-".formatted(offset));
  }

  /** Lets the connection be used again; what a failing server says does not matter. */
  private static void discard(HttpURLConnection connection) {
    InputStream said = connection.getErrorStream();
    if (said == null) {
      connection.disconnect();
      return;
    }
    try (said) {
      said.skip(4096);
    } catch (IOException e) {
      connection.disconnect();
    }
  }

  @Override
  public String name() {
    return base;
  }
}
