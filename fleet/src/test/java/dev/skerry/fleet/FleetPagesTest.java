package dev.skerry.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.fleet.access.Scope;
import dev.skerry.fleet.store.TestDatabases;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The dashboard of a running fleet: every page answers, beside the API. */
final class FleetPagesTest {
  private static final String FORM = "application/x-www-form-urlencoded";

  @TempDir private Path folder;

  private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request)
      throws Exception {
    return client.send(
        request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String signIn(TestFleet fleet, HttpClient client, Scope scope) throws Exception {
    HttpRequest.Builder login =
        HttpRequest.newBuilder(URI.create(fleet.fleet.url() + "/login"))
            .header("Content-Type", FORM)
            .POST(HttpRequest.BodyPublishers.ofString("token=" + fleet.accessToken(scope)));
    return send(client, login).headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
  }

  @ParameterizedTest
  @EnumSource
  void everyPage_onBothDatabases_answers(TestDatabases.Kind kind) throws Exception {
    try (TestFleet fleet = TestFleet.start(kind, folder);
        HttpClient client = HttpClient.newHttpClient()) {
      TestDevice device = fleet.enrol();
      device.report(TestDevice.report(1, 1, 100));
      String cookie = signIn(fleet, client, Scope.OPERATOR);
      String csrf = start(fleet, client, cookie);
      for (String path :
          new String[] {
            "/",
            "/devices",
            "/devices?selector=site%20%3D%20berlin",
            "/devices/" + device.id(),
            "/rollouts",
            "/rollouts/1",
            "/rollouts/1/devices",
            "/rollouts/1/roll-back",
            "/releases",
            "/releases/" + TestFleet.MODEL + "/1",
            "/audit?query=rollout"
          }) {
        HttpResponse<String> page = get(fleet, client, cookie, path);
        assertThat(page.statusCode()).as(path).isEqualTo(200);
        assertThat(page.body()).as(path).contains("<h1").doesNotContain("{}");
      }
      assertThat(csrf).isNotEmpty();
      assertThat(fleet.get("", "/healthz").status()).isEqualTo(200);
    }
  }

  /** Starts a rollout by the form, as a browser would. */
  private static String start(TestFleet fleet, HttpClient client, String cookie) throws Exception {
    String path = "/releases/" + TestFleet.MODEL + "/1";
    String page = get(fleet, client, cookie, path).body();
    String csrf = page.split("name=\"csrf\" value=\"", 2)[1].split("\"", 2)[0];
    HttpRequest.Builder form =
        HttpRequest.newBuilder(URI.create(fleet.fleet.url() + path + "/rollouts"))
            .header("Cookie", cookie)
            .header("Content-Type", FORM)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "selector=all&waves=1%2C+100+%25&gates=error-rate+%3C%3D+1+%25&csrf=" + csrf));
    HttpResponse<String> started = send(client, form);
    assertThat(started.headers().firstValue("Location")).contains("/rollouts/1?done=started");
    return csrf;
  }

  private static HttpResponse<String> get(
      TestFleet fleet, HttpClient client, String cookie, String path) throws Exception {
    return send(
        client,
        HttpRequest.newBuilder(URI.create(fleet.fleet.url() + path)).header("Cookie", cookie));
  }

  @Test
  void close_withALivePageOpen_doesNotWaitForIt() throws Exception {
    TestFleet fleet = TestFleet.start(TestDatabases.Kind.SQLITE, folder);
    try (HttpClient client = HttpClient.newHttpClient()) {
      String cookie = signIn(fleet, client, Scope.VIEWER);
      HttpResponse<java.io.InputStream> stream =
          client.send(
              HttpRequest.newBuilder(URI.create(fleet.fleet.url() + "/live/rollouts"))
                  .header("Cookie", cookie)
                  .build(),
              HttpResponse.BodyHandlers.ofInputStream());
      assertThat(stream.statusCode()).isEqualTo(200);
      long begin = System.nanoTime();
      fleet.close();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
      stream.body().close();
    }
  }
}
