package dev.skerry.agent.fleet;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.bundle.key.Pem;
import dev.skerry.wire.Desired;
import dev.skerry.wire.DesiredModel;
import dev.skerry.wire.DeviceReport;
import dev.skerry.wire.EnrolReply;
import dev.skerry.wire.EnrolRequest;
import dev.skerry.wire.EnrolToken;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.RenewReply;
import dev.skerry.wire.RenewRequest;
import dev.skerry.wire.ReportReply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A fleet of its own kind on a port of this machine: a real server with mutual TLS that does as the
 * device protocol says, keeps all that it is sent, and serves a repository.
 */
final class FakeFleet implements AutoCloseable {
  static final String SECRET = "abcdefghijklmnopqrstuvwx";

  final TestAuthority authority = new TestAuthority(Instant.now());
  final List<DeviceReport> reports = new CopyOnWriteArrayList<>();

  /** Everything that came: request lines, headers, bodies. */
  final ByteArrayOutputStream received = new ByteArrayOutputStream();

  private final Path repository;
  private final boolean secure;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private @Nullable HttpServer server;
  private int port;
  private volatile Desired desired = new Desired("e0", List.of(), 1);
  private final AtomicInteger etags = new AtomicInteger();
  private volatile long acknowledged;
  volatile int refuseEnrolment;
  volatile Duration certificateLife = Duration.ofHours(1);
  volatile int renewals;
  private volatile boolean renewed;

  /** Lives of a certificate that are over when it is given. */
  volatile int early;

  volatile Optional<String> certificates = Optional.empty();

  FakeFleet(Path repository, boolean secure) {
    this.repository = repository;
    this.secure = secure;
    start();
  }

  void start() {
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      HttpServer made;
      if (secure) {
        HttpsServer https = HttpsServer.create(address, 0);
        https.setHttpsConfigurator(
            new HttpsConfigurator(authority.server(Instant.now())) {
              @Override
              public void configure(HttpsParameters parameters) {
                SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
                ssl.setWantClientAuth(true);
                parameters.setSSLParameters(ssl);
              }
            });
        made = https;
      } else {
        made = HttpServer.create(address, 0);
      }
      made.createContext("/", this::handle);
      made.setExecutor(threads);
      made.start();
      port = made.getAddress().getPort();
      server = made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stop() {
    HttpServer running = server;
    if (running != null) {
      running.stop(0);
    }
  }

  String url() {
    return "%s://127.0.0.1:%d".formatted(secure ? "https" : "http", port);
  }

  EnrolToken token() {
    return new EnrolToken("7", SECRET, EnrolToken.pinOf(Identity.der(authority.certificate())));
  }

  void want(String model, long counter) {
    desired =
        new Desired(
            "e" + etags.incrementAndGet(),
            List.of(new DesiredModel(model, counter, 1, "wave 1 of rollout 1")),
            1);
  }

  List<EventRecord> events() {
    return reports.stream().flatMap(report -> report.events().stream()).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      record(exchange, body);
      String path = exchange.getRequestURI().getPath();
      if (path.startsWith("/repo/")) {
        file(exchange, path.substring("/repo/".length()));
        return;
      }
      if (!path.equals("/v1/enrol") && !isDevice(exchange)) {
        answer(exchange, 401, Json.object().put("error", "who are you?").build());
        return;
      }
      switch (path) {
        case "/v1/enrol" -> enrol(exchange, body);
        case "/v1/device/renew" -> renew(exchange, body);
        case "/v1/device/desired" -> desired(exchange);
        case "/v1/device/report" -> report(exchange, body);
        default -> answer(exchange, 404, Json.object().put("error", "no " + path).build());
      }
    }
  }

  private synchronized void record(HttpExchange exchange, byte[] body) {
    received.writeBytes(
        (exchange.getRequestMethod() + " " + exchange.getRequestURI() + "\n")
            .getBytes(StandardCharsets.UTF_8));
    received.writeBytes(exchange.getRequestHeaders().toString().getBytes(StandardCharsets.UTF_8));
    received.writeBytes(body);
  }

  private boolean isDevice(HttpExchange exchange) throws IOException {
    if (exchange instanceof HttpsExchange https) {
      return https.getSSLSession().getPeerPrincipal().getName().equals("CN=dev-1");
    }
    return "Bearer device-secret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  private void file(HttpExchange exchange, String name) throws IOException {
    Path file = repository.resolve(name);
    if (!Files.isRegularFile(file)) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    byte[] content = Files.readAllBytes(file);
    exchange.sendResponseHeaders(200, content.length);
    exchange.getResponseBody().write(content);
  }

  private static void answer(HttpExchange exchange, int status, Json json) throws IOException {
    byte[] content = JsonWriter.compact(json);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, content.length);
    exchange.getResponseBody().write(content);
  }

  private void enrol(HttpExchange exchange, byte[] body) throws IOException {
    EnrolRequest request = EnrolRequest.of(JsonReader.readObject("body", body));
    if (refuseEnrolment != 0) {
      answer(
          exchange, refuseEnrolment, Json.object().put("error", "the token has expired").build());
      return;
    }
    PublicKey key =
        proved(
            request.publicKey(),
            request.proof(),
            EnrolRequest.signed(token().text(), request.publicKey()));
    EnrolReply reply =
        new EnrolReply(
            "dev-1",
            certificates.orElseGet(() -> certificate(key)),
            Pem.write("CERTIFICATE", Identity.der(authority.certificate())),
            "device-secret",
            url() + "/repo",
            Files.readString(repository.resolve("metadata/1.root.json")),
            1);
    answer(exchange, 200, reply.toJson());
  }

  private String certificate(PublicKey key) {
    Instant now = Instant.now();
    return Pem.write(
        "CERTIFICATE",
        Identity.der(
            authority.device(
                "dev-1",
                key,
                renewed ? now : now.minus(certificateLife.multipliedBy(early)),
                now.plus(certificateLife))));
  }

  private static PublicKey proved(String publicKey, String proof, byte[] signed) {
    try {
      PublicKey key =
          KeyFactory.getInstance("EC")
              .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(publicKey)));
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initVerify(key);
      signature.update(signed);
      if (!signature.verify(Base64.getDecoder().decode(proof))) {
        throw new IllegalStateException("the proof is wrong");
      }
      return key;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void renew(HttpExchange exchange, byte[] body) throws IOException {
    RenewRequest request = RenewRequest.of(JsonReader.readObject("body", body));
    PublicKey key =
        proved(request.publicKey(), request.proof(), RenewRequest.signed(request.publicKey()));
    certificateLife = Duration.ofHours(1);
    renewed = true;
    answer(exchange, 200, new RenewReply(certificate(key)).toJson());
    renewals++;
  }

  private void desired(HttpExchange exchange) throws IOException {
    Desired now = desired;
    if (("\"" + now.etag() + "\"").equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      exchange.sendResponseHeaders(304, -1);
      return;
    }
    answer(exchange, 200, now.toJson());
  }

  private void report(HttpExchange exchange, byte[] body) throws IOException {
    DeviceReport report = DeviceReport.of(JsonReader.readObject("body", body));
    reports.add(report);
    report.events().forEach(event -> acknowledged = Math.max(acknowledged, event.sequence()));
    answer(exchange, 200, new ReportReply(acknowledged, desired.etag()).toJson());
  }

  @Override
  public void close() {
    stop();
    threads.shutdownNow();
  }
}
