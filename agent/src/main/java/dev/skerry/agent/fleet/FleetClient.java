package dev.skerry.agent.fleet;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.wire.Desired;
import dev.skerry.wire.DeviceReport;
import dev.skerry.wire.EnrolReply;
import dev.skerry.wire.EnrolRequest;
import dev.skerry.wire.RenewReply;
import dev.skerry.wire.RenewRequest;
import dev.skerry.wire.ReportReply;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The device's side of the protocol between devices and fleets, over HTTP/1.1. Only messages of
 * {@code wire} are ever sent. Threads may use it at the same time.
 *
 * <p>Every method throws a {@link SkerryException}: REMOTE if the fleet cannot be reached or cannot
 * answer now, TRUST if one side does not trust the other, BAD_DATA if the fleet does not take the
 * message; and a {@link BundleException} if the answer is malformed.
 */
final class FleetClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final int ANSWER_LIMIT = 4 << 20;
  private static final int NOT_MODIFIED = 304;

  private final URI address;
  private final String token;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http;

  /**
   * @param tls empty for a fleet that is reached without
   * @param token of the device, or empty
   */
  FleetClient(URI address, Optional<SSLContext> tls, String token) {
    this.address = address;
    this.token = token;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .executor(executor);
    tls.ifPresent(builder::sslContext);
    this.http = builder.build();
  }

  EnrolReply enrol(EnrolRequest request) {
    return EnrolReply.of(post("v1/enrol", request.toJson()));
  }

  RenewReply renew(RenewRequest request) {
    return RenewReply.of(post("v1/device/renew", request.toJson()));
  }

  ReportReply report(DeviceReport report) {
    return ReportReply.of(post("v1/device/report", report.toJson()));
  }

  /**
   * What the device should run; empty when that is what {@code etag} stands for.
   *
   * @param etag of what is known, or empty
   * @param wait for something new, at most
   */
  Optional<Desired> desired(String etag, Duration wait) {
    HttpRequest.Builder request = request("v1/device/desired", ANSWER.plus(wait)).GET();
    if (!etag.isEmpty()) {
      request.header("If-None-Match", "\"" + etag + "\"");
    }
    if (wait.isPositive()) {
      request.header("Prefer", "wait=" + wait.toSeconds());
    }
    return send(request.build()).map(Desired::of);
  }

  private JsonObject post(String path, Json body) {
    HttpRequest request =
        request(path, ANSWER)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(JsonWriter.compact(body)))
            .build();
    return send(request)
        .orElseThrow(() -> new BundleException("the fleet's answer is empty (status 304)"));
  }

  private HttpRequest.Builder request(String path, Duration time) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve(path))
            .timeout(time)
            .header("Accept", "application/json");
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return request;
  }

  /** The answer; empty when nothing was modified. */
  private Optional<JsonObject> send(HttpRequest request) {
    try {
      HttpResponse<InputStream> response =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        byte[] content = body.readNBytes(ANSWER_LIMIT + 1);
        if (content.length > ANSWER_LIMIT) {
          throw new BundleException(
              "the fleet's answer is longer than %d bytes".formatted(ANSWER_LIMIT));
        }
        return answer(response.statusCode(), content);
      }
    } catch (IOException e) {
      throw failure(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SkerryException(ErrorCode.REMOTE, "the request was interrupted", e);
    }
  }

  private Optional<JsonObject> answer(int status, byte[] content) {
    if (status == NOT_MODIFIED) {
      return Optional.empty();
    }
    if (status / 100 == 2) {
      return Optional.of(JsonReader.readObject("the fleet's answer", content));
    }
    String said = "the fleet at %s answers %d: %s".formatted(address, status, reason(content));
    throw new SkerryException(
        switch (status) {
          case 401, 403 -> ErrorCode.TRUST;
          case 408, 425, 429 -> ErrorCode.REMOTE;
          default -> status / 100 == 4 ? ErrorCode.BAD_DATA : ErrorCode.REMOTE;
        },
        said);
  }

  /** What the fleet says of a failure; whatever is in between may say something else. */
  private static String reason(byte[] content) {
    try {
      return JsonReader.readObject("the fleet's answer", content).text("error");
    } catch (BundleException e) {
      return "it gives no reason";
    }
  }

  private SkerryException failure(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return new SkerryException(
            ErrorCode.TRUST,
            "the server at %s is not trusted: %s".formatted(address, cause.getMessage()),
            e);
      }
    }
    if (e instanceof SSLException) {
      return new SkerryException(
          ErrorCode.TRUST,
          "no secure connection to the fleet at %s: %s".formatted(address, e.getMessage()),
          e);
    }
    return new SkerryException(
        ErrorCode.REMOTE, "the fleet at %s cannot be reached: %s".formatted(address, reason(e)), e);
  }

  private static @Nullable String reason(IOException e) {
    if (e instanceof ConnectException) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof UnresolvedAddressException) {
          return "there is no such host";
        }
      }
      return e.getMessage() == null ? "nobody listens there" : e.getMessage();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Ends requests that are under way. */
  @Override
  public void close() {
    http.shutdownNow();
    executor.shutdownNow();
  }
}
