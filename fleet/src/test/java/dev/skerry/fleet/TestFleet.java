package dev.skerry.fleet;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.fleet.access.Scope;
import dev.skerry.fleet.api.Gate;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.TestDatabases;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A whole fleet on loopback, with a repository that has one release. */
public final class TestFleet implements AutoCloseable {
  /** The model of the repository. */
  public static final String MODEL = "bearing-faults";

  final Fleet fleet;
  final TestRepository repository;
  private final HttpClient client = HttpClient.newHttpClient();

  /** An answer. */
  record Reply(int status, java.net.http.HttpHeaders headers, byte[] body) {
    JsonObject json() {
      return JsonReader.readObject("the answer", body);
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private TestFleet(FleetSettings settings, InstantSource time) {
    this.repository = new TestRepository(settings.data().resolveSibling("repo"), time);
    repository.publish(MODEL, 1, "1.0.0");
    this.fleet =
        Fleet.start(settings, new Fleet.Host("test", time, System::nanoTime, new SecureRandom()));
  }

  static TestFleet start(TestDatabases.Kind kind, Path folder) {
    return start(TestDatabases.place(kind, folder), folder, new FleetSettings.TlsMode.Off());
  }

  static TestFleet start(Database.Place place, Path folder, FleetSettings.TlsMode tls) {
    return new TestFleet(settings(place, folder, tls), InstantSource.system());
  }

  static FleetSettings settings(Database.Place place, Path folder, FleetSettings.TlsMode tls) {
    return new FleetSettings(
        "127.0.0.1",
        0,
        Optional.empty(),
        folder.resolve("data"),
        place,
        new FleetSettings.Repository.Folder(folder.resolve("repo")),
        Optional.empty(),
        tls,
        Duration.ofDays(30),
        300,
        Duration.ofDays(30),
        Duration.ofDays(90),
        new Gate.Rates(100_000, 100_000, 100_000));
  }

  String accessToken(Scope scope) {
    return fleet.ground().tokens().create("test", "anna", scope, Duration.ofDays(1)).text();
  }

  String claimToken(OptionalLong uses) {
    return fleet.ground().claims().create("test", Duration.ofDays(1), uses, new TreeMap<>()).text();
  }

  Reply get(String token, String path, String... headers) {
    return send("GET", token, path, new byte[0], headers);
  }

  Reply send(String method, String token, String path, Json body) {
    return send(method, token, path, JsonWriter.pretty(body));
  }

  /**
   * @param token empty for none
   */
  Reply send(String method, String token, String path, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(fleet.url() + path))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
            .timeout(Duration.ofSeconds(60));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Reply(response.statusCode(), response.headers(), response.body());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lets a device in. */
  TestDevice enrol() {
    return TestDevice.enrol(this, claimToken(OptionalLong.of(1)));
  }

  @Override
  public void close() {
    client.close();
    fleet.close();
  }
}
