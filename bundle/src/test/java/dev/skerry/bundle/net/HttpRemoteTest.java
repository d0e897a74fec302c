package dev.skerry.bundle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.skerry.bundle.BundleException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRemoteTest {
  private static final byte[] CONTENT = "0123456789".getBytes(StandardCharsets.UTF_8);

  private final HttpServer server;
  private final List<String> requests = new ArrayList<>();

  HttpRemoteTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private HttpRemote remote() {
    return new HttpRemote(
        "http://127.0.0.1:%d/repo".formatted(server.getAddress().getPort()),
        new HttpRemote.Waits(Duration.ofSeconds(5), Duration.ofMillis(300)));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    requests.add(path);
    String range = exchange.getRequestHeaders().getFirst("Range");
    try (exchange) {
      switch (path) {
        case "/repo/whole" -> send(exchange, 200, CONTENT);
        case "/repo/ranges" -> ranges(exchange, range);
        case "/repo/cut" -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(CONTENT);
          exchange.getResponseBody().flush();
        }
        case "/repo/stalled" -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(CONTENT);
          exchange.getResponseBody().flush();
          new java.util.concurrent.CountDownLatch(1)
              .await(1, java.util.concurrent.TimeUnit.SECONDS);
        }
        case "/repo/elsewhere" -> {
          exchange.getResponseHeaders().add("Location", "file:///etc/hostname");
          exchange.sendResponseHeaders(302, -1);
        }
        case "/repo/broken" -> send(exchange, 500, CONTENT);
        default -> send(exchange, 404, CONTENT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] content) throws IOException {
    exchange.sendResponseHeaders(status, content.length);
    exchange.getResponseBody().write(content);
  }

  private static void ranges(HttpExchange exchange, @Nullable String range) throws IOException {
    if (range == null) {
      send(exchange, 200, CONTENT);
      return;
    }
    int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    if (from >= CONTENT.length) {
      exchange.sendResponseHeaders(416, -1);
      return;
    }
    exchange.getResponseHeaders().add("Content-Range", "bytes %d-9/10".formatted(from));
    send(exchange, 206, java.util.Arrays.copyOfRange(CONTENT, from, CONTENT.length));
  }

  private String read(String path, long offset) throws IOException {
    try (InputStream in = remote().open(path, offset)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"whole", "ranges"})
  void open_atOffset(String path) throws IOException {
    assertThat(read(path, 0)).isEqualTo("0123456789");
    assertThat(read(path, 7)).isEqualTo("789");
  }

  @Test
  void open_atTheEnd() throws IOException {
    assertThat(read("ranges", 10)).isEmpty();
  }

  @Test
  void open_keepsEncodedNames() {
    assertThatThrownBy(() -> read("metadata/1." + Names.encode("../a?#") + ".json", 0))
        .isInstanceOf(Remote.MissingException.class);
    assertThat(requests).containsExactly("/repo/metadata/1...%2Fa%3F%23.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"broken", "elsewhere"})
  void open_fails(String path) {
    assertThatThrownBy(() -> read(path, 0))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(Remote.MissingException.class)
        .hasMessageContaining("status");
  }

  @Test
  void read_stalled() {
    assertThatThrownBy(() -> read("stalled", 0)).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void read_cut() {
    assertThatThrownBy(() -> read("cut", 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Premature EOF");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host/", "file:///tmp", "host", "http:", "http://a b/"})
  void remote_badAddress(String address) {
    assertThatThrownBy(() -> new HttpRemote(address, HttpRemote.Waits.usual()))
        .isInstanceOf(BundleException.class);
  }

  @Test
  void folder_staysInside(@TempDir Path folder) throws IOException {
    Path inside = Files.createDirectory(folder.resolve("repo"));
    Files.writeString(folder.resolve("secret"), "secret");
    Files.writeString(inside.resolve("a b"), "0123");
    FolderRemote remote = new FolderRemote(inside);
    for (String path : List.of("../secret", "%2e%2e/secret", "..%2Fsecret", "", "a//b", "%", "x")) {
      assertThatThrownBy(() -> remote.open(path, 0)).isInstanceOf(Remote.MissingException.class);
    }
    try (InputStream in = remote.open(Names.encodePath("a b"), 2)) {
      assertThat(in.readAllBytes()).asString().isEqualTo("23");
    }
  }
}
