package dev.skerry.fleet.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages refuse, and how they are sent. */
final class PageSecurityTest {
  @TempDir private Path folder;
  private FixtureServer server;
  private HttpClient client;

  @BeforeEach
  void start() {
    server = new FixtureServer(folder);
    client = HttpClient.newHttpClient();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.url(path)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String cookie, String body) throws Exception {
    return send(
        request(path)
            .header("Cookie", cookie)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private String signIn(String token) throws Exception {
    String cookie =
        post("/login", "a=b", "token=" + token).headers().firstValue("Set-Cookie").get();
    assertThat(cookie).contains("HttpOnly").contains("SameSite=Lax");
    return cookie.split(";", 2)[0];
  }

  private String csrf(String cookie) throws Exception {
    String page = send(request("/rollouts/7").header("Cookie", cookie)).body();
    Matcher matcher = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"").matcher(page);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/devices", "/devices/edge-1", "/rollouts/7", "/audit", "/releases"})
  void page_nobodySignedIn_leadsToLogin(String path) throws Exception {
    HttpResponse<String> response = send(request(path));
    assertThat(response.statusCode()).isEqualTo(303);
    assertThat(response.headers().firstValue("Location").orElse(""))
        .isEqualTo("/login?next=" + URLEncoder.encode(path, StandardCharsets.UTF_8));
  }

  @Test
  void stream_nobodySignedIn_isRefused() throws Exception {
    assertThat(send(request("/live/rollouts/7")).statusCode()).isEqualTo(401);
  }

  @Test
  void part_sessionOver_reloadsTheWholePage() throws Exception {
    HttpResponse<String> response = send(request("/rollouts/7").header("HX-Request", "true"));
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("HX-Refresh")).contains("true");
  }

  @Test
  void page_policyAllowsNoInlineScriptAndNothingFromElsewhere() throws Exception {
    String policy = send(request("/login")).headers().firstValue("Content-Security-Policy").get();
    assertThat(policy)
        .contains("default-src 'none'")
        .contains("script-src 'self';")
        .doesNotContain("unsafe")
        .doesNotContain("http");
  }

  @Test
  void form_withoutOrWithForeignToken_changesNothing() throws Exception {
    String ada = signIn(server.operator);
    String other = csrf(signIn(server.operator));
    assertThat(post("/rollouts/7/pause", ada, "").statusCode()).isEqualTo(403);
    assertThat(post("/rollouts/7/pause", ada, "csrf=" + other).statusCode()).isEqualTo(403);
    assertThat(server.fleet.asked).isEmpty();

    assertThat(post("/rollouts/7/pause", ada, "csrf=" + csrf(ada)).statusCode()).isEqualTo(303);
    assertThat(server.fleet.asked).hasSize(1);
  }

  @Test
  void form_fromAnotherSite_changesNothing() throws Exception {
    String ada = signIn(server.operator);
    HttpResponse<String> response =
        send(
            request("/rollouts/7/pause")
                .header("Cookie", ada)
                .header("Sec-Fetch-Site", "cross-site")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("csrf=" + csrf(ada))));
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(server.fleet.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/rollouts/7/pause",
        "/rollouts/7/roll-back",
        "/devices/edge-1/labels",
        "/releases/m/3/rollouts"
      })
  void form_ofAViewer_changesNothing(String path) throws Exception {
    String vera = signIn(server.viewer);
    HttpResponse<String> response = post(path, vera, "csrf=" + csrf(vera) + "&name=a&value=b");
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("needs the scope operator");
    assertThat(server.fleet.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"//evil.example", "/\\evil.example", "https://evil.example", "", "/a\tb"})
  void login_nextElsewhere_staysHere(String next) throws Exception {
    HttpResponse<String> response =
        post(
            "/login",
            "a=b",
            "token="
                + server.operator
                + "&next="
                + URLEncoder.encode(next, StandardCharsets.UTF_8));
    assertThat(response.headers().firstValue("Location")).contains("/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/rollouts/99",
        "/rollouts/x",
        "/rollouts/9223372036854775808",
        "/devices/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/releases/m/99",
        "/audit?before=x",
        "/assets/..%2Fpage.css"
      })
  void page_thatIsNot_saysSoWithoutRunningTheName(String path) throws Exception {
    HttpResponse<String> response = send(request(path).header("Cookie", signIn(server.operator)));
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).doesNotContain("<script>alert");
  }

  @Test
  void form_brokenBody_isRefusedClearly() throws Exception {
    String ada = signIn(server.operator);
    assertThat(post("/rollouts/7/pause", ada, "csrf=%zz&%").statusCode()).isEqualTo(400);
  }

  @Test
  void form_tooLarge_isRefused() throws Exception {
    String body = "csrf=" + "a".repeat(FormFields.MAX_BYTES);
    assertThat(post("/rollouts/7/pause", signIn(server.operator), body).statusCode())
        .isEqualTo(413);
  }

  @Test
  void asset_isKeptForEver_underAnAddressOfItsContent() throws Exception {
    HttpResponse<String> response = send(request(Assets.path("page.css")));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Cache-Control").get()).contains("immutable");
    assertThat(response.headers().firstValue("Content-Type").get()).startsWith("text/css");
  }

  @Test
  void hostileTexts_areTextOnEveryPage() throws Exception {
    String cookie = signIn(server.operator);
    for (String path : new String[] {"/devices", "/devices/edge-1", "/audit"}) {
      String page = send(request(path).header("Cookie", cookie)).body();
      assertThat(page).contains("&lt;script&gt;alert(1)").doesNotContain("<script>alert");
      assertThat(page.codePoints().filter(c -> c == 0x202E || c == 7).count()).isZero();
    }
  }

  @Test
  void search_hostileSelector_staysInItsField() throws Exception {
    String selector = URLEncoder.encode("\"><script>alert(1)</script>", StandardCharsets.UTF_8);
    String page =
        send(request("/devices?selector=" + selector).header("Cookie", signIn(server.operator)))
            .body();
    assertThat(page).doesNotContain("<script>alert").contains("&#34;>&lt;script>");
  }

  @Test
  void stream_saysWhenThePageChanged() throws IOException, InterruptedException, Exception {
    String cookie = signIn(server.operator);
    HttpResponse<java.io.InputStream> stream =
        client.send(
            request("/live/rollouts/7").header("Cookie", cookie).build(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (var reader =
        new java.io.BufferedReader(
            new java.io.InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      assertThat(reader.readLine()).isEqualTo("event:changed");
      reader.readLine();
      reader.readLine();
      server.fleet.hold();
      assertThat(reader.readLine()).isEqualTo("event:changed");
    }
  }
}
