package dev.skerry.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.fleet.access.Scope;
import dev.skerry.fleet.store.TestDatabases;
import dev.skerry.wire.Desired;
import dev.skerry.wire.EnrolReply;
import dev.skerry.wire.RenewRequest;
import dev.skerry.wire.ReportReply;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.OptionalLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Devices and people at a whole fleet, over HTTP. */
class FleetTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void device_enrolsPollsAndReports(TestDatabases.Kind kind) {
    try (TestFleet fleet = TestFleet.start(kind, folder)) {
      TestDevice device = fleet.enrol();

      Desired desired = Desired.of(device.poll().json());
      TestFleet.Reply again = device.poll("If-None-Match", "\"" + desired.etag() + "\"");
      ReportReply first = device.report(TestDevice.report(1, 1, 10));
      ReportReply repeated = device.report(TestDevice.report(1, 1, 10));

      assertThat(desired.models()).isEmpty();
      assertThat(desired.pollSeconds()).isEqualTo(300);
      assertThat(again.status()).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(first).isEqualTo(new ReportReply(1, desired.etag())).isEqualTo(repeated);
      String viewer = fleet.accessToken(Scope.VIEWER);
      JsonObject seen = fleet.get(viewer, "/v1/devices/" + device.id()).json();
      assertThat(seen.object("labels").text("site")).isEqualTo("berlin");
      assertThat(seen.objects("models").getFirst().text("model")).isEqualTo(TestFleet.MODEL);
      assertThat(
              fleet.get(viewer, "/v1/devices/" + device.id() + "/events").json().objects("events"))
          .hasSize(1);
      assertThat(
              fleet
                  .get(viewer, "/v1/field")
                  .json()
                  .objects("serving")
                  .getFirst()
                  .integer("devices"))
          .isEqualTo(1);
      assertThat(fleet.get(viewer, "/metrics").text())
          .contains("skerry_serving_devices{model=\"bearing-faults\",counter=\"1\"} 1.0")
          .contains(
              "skerry_http_requests_total{endpoint=\"POST /v1/device/report\",status=\"200\"} 2");
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void claimToken_forOneDevice_letsOneIn(TestDatabases.Kind kind) {
    try (TestFleet fleet = TestFleet.start(kind, folder)) {
      String token = fleet.claimToken(OptionalLong.of(1));
      KeyPair key = TestDevice.newKey();
      TestFleet.Reply first =
          fleet.send("POST", "", "/v1/enrol", TestDevice.request(key, token).toJson());
      // The answer was lost: the same device asks again.
      TestFleet.Reply again =
          fleet.send("POST", "", "/v1/enrol", TestDevice.request(key, token).toJson());
      TestFleet.Reply other =
          fleet.send(
              "POST", "", "/v1/enrol", TestDevice.request(TestDevice.newKey(), token).toJson());

      assertThat(first.status()).isEqualTo(200);
      assertThat(EnrolReply.of(again.json()).device())
          .isEqualTo(EnrolReply.of(first.json()).device());
      assertThat(other.status()).isEqualTo(403);
      assertThat(other.json().text("error")).contains("used up");
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void labels_ofPeople_winAndAreAudited(TestDatabases.Kind kind) {
    try (TestFleet fleet = TestFleet.start(kind, folder)) {
      TestDevice device = fleet.enrol();
      String operator = fleet.accessToken(Scope.OPERATOR);
      Json.Obj labels =
          Json.object().put("labels", Json.object().put("site", "köln'; --").build()).build();

      TestFleet.Reply set =
          fleet.send("PUT", operator, "/v1/devices/" + device.id() + "/labels", labels);
      device.report(TestDevice.report(1, 1, 1));

      assertThat(set.status()).isEqualTo(200);
      JsonObject seen = fleet.get(operator, "/v1/devices/" + device.id()).json();
      assertThat(seen.object("labels").text("site")).isEqualTo("köln'; --");
      assertThat(seen.object("own-labels").text("site")).isEqualTo("berlin");
      List<JsonObject> audit =
          fleet.get(operator, "/v1/audit?subject=" + device.id()).json().objects("entries");
      assertThat(audit)
          .extracting(entry -> entry.text("action"))
          .containsExactly("device.label", "device.enrol");
      assertThat(audit.getFirst().text("who")).isEqualTo("anna");
      assertThat(audit.getFirst().text("after")).contains("köln");
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void revokedDevice_isAnsweredNothing(TestDatabases.Kind kind) {
    try (TestFleet fleet = TestFleet.start(kind, folder)) {
      TestDevice device = fleet.enrol();
      device.report(TestDevice.report(1, 1, 1));
      String admin = fleet.accessToken(Scope.ADMIN);

      TestFleet.Reply revoked =
          fleet.send("POST", admin, "/v1/devices/" + device.id() + "/revoke", new byte[0]);

      assertThat(revoked.status()).isEqualTo(200);
      assertThat(device.poll().status()).isEqualTo(403);
      assertThat(fleet.get(admin, "/v1/field").json().objects("serving")).isEmpty();
    }
  }

  @Test
  void mutualTls_letsTheDeviceInByItsCertificate() throws Exception {
    try (TestFleet fleet =
        TestFleet.start(
            TestDatabases.place(TestDatabases.Kind.SQLITE, folder),
            folder,
            new FleetSettings.TlsMode.OwnCa())) {
      String token =
          fleet
              .fleet
              .ground()
              .claims()
              .create(
                  "test",
                  java.time.Duration.ofDays(1),
                  OptionalLong.empty(),
                  new java.util.TreeMap<>())
              .text();
      KeyPair key = TestDevice.newKey();
      X509Certificate ca = certificates(Files.readString(folder.resolve("data/ca.pem"))).getFirst();
      EnrolReply enrolled;
      try (HttpClient anonymous = client(ca, null, List.of())) {
        HttpResponse<byte[]> reply =
            post(anonymous, fleet, "/v1/enrol", TestDevice.request(key, token).toJson());
        enrolled =
            EnrolReply.of(
                new TestFleet.Reply(reply.statusCode(), reply.headers(), reply.body()).json());
        assertThat(get(anonymous, fleet, "/v1/device/desired").statusCode()).isEqualTo(401);
      }
      assertThat(enrolled.ca()).isEqualTo(Files.readString(folder.resolve("data/ca.pem")));
      List<X509Certificate> mine = certificates(enrolled.certificates());
      assertThat(mine.getFirst().getSubjectX500Principal().getName())
          .isEqualTo("CN=" + enrolled.device());

      KeyPair next = TestDevice.newKey();
      try (HttpClient device = client(ca, key, mine)) {
        assertThat(get(device, fleet, "/v1/device/desired").statusCode()).isEqualTo(200);
        String publicKey = TestDevice.publicKey(next);
        RenewRequest renew =
            new RenewRequest(publicKey, TestDevice.proof(next, RenewRequest.signed(publicKey)));
        HttpResponse<byte[]> renewed = post(device, fleet, "/v1/device/renew", renew.toJson());
        assertThat(renewed.statusCode()).isEqualTo(200);
        mine =
            certificates(
                new TestFleet.Reply(200, renewed.headers(), renewed.body())
                    .json()
                    .text("certificates"));
      }
      try (HttpClient device = client(ca, next, mine)) {
        assertThat(get(device, fleet, "/v1/device/desired").statusCode()).isEqualTo(200);
        fleet.fleet.devices().revoke("test", enrolled.device());
        assertThat(get(device, fleet, "/v1/device/desired").statusCode()).isEqualTo(403);
      }
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(folder.resolve("data/ca-key.pem"))))
          .isEqualTo("rw-------");
    }
  }

  private static HttpResponse<byte[]> get(HttpClient client, TestFleet fleet, String path)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(fleet.fleet.url() + path)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static HttpResponse<byte[]> post(
      HttpClient client, TestFleet fleet, String path, Json body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(fleet.fleet.url() + path))
            .POST(
                HttpRequest.BodyPublishers.ofByteArray(
                    dev.skerry.bundle.json.JsonWriter.pretty(body)))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static List<X509Certificate> certificates(String pem) throws Exception {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
        .stream()
        .map(X509Certificate.class::cast)
        .toList();
  }

  private static HttpClient client(
      X509Certificate ca,
      @org.jspecify.annotations.Nullable KeyPair key,
      List<X509Certificate> mine)
      throws Exception {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("ca", ca);
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(trust);
    SSLContext context = SSLContext.getInstance("TLS");
    if (key == null) {
      context.init(null, trusted.getTrustManagers(), null);
    } else {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry("me", key.getPrivate(), new char[0], mine.toArray(Certificate[]::new));
      KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
      own.init(keys, new char[0]);
      context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    }
    return HttpClient.newBuilder().sslContext(context).build();
  }

  @Test
  void repository_isServedWithRanges() {
    try (TestFleet fleet = TestFleet.start(TestDatabases.Kind.SQLITE, folder)) {
      byte[] whole = fleet.get("", "/repo/metadata/1.root.json").body();
      TestFleet.Reply part = fleet.get("", "/repo/metadata/1.root.json", "Range", "bytes=5-9");
      TestFleet.Reply rest = fleet.get("", "/repo/metadata/1.root.json", "Range", "bytes=5-");
      TestFleet.Reply beyond =
          fleet.get("", "/repo/metadata/1.root.json", "Range", "bytes=9999999-");

      assertThat(part.status()).isEqualTo(206);
      assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(whole, 5, 10));
      assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes 5-9/" + whole.length);
      assertThat(rest.body()).isEqualTo(java.util.Arrays.copyOfRange(whole, 5, whole.length));
      assertThat(beyond.status()).isEqualTo(416);
      for (String path :
          List.of(
              "/repo/../data/ca-key.pem",
              "/repo/%2e%2e/data/ca-key.pem",
              "/repo/..%2fdata%2fca-key.pem",
              "/repo/metadata/..%2f..%2fdata/ca-key.pem",
              "/repo//etc/passwd",
              "/repo/metadata")) {
        assertThat(fleet.get("", path).status()).as(path).isIn(400, 404);
      }
    }
  }

  @Test
  void releases_areThoseThatAreSigned() throws Exception {
    try (TestFleet fleet = TestFleet.start(TestDatabases.Kind.SQLITE, folder)) {
      String viewer = fleet.accessToken(Scope.VIEWER);
      assertThat(fleet.get(viewer, "/v1/releases").json().objects("releases")).hasSize(1);
      fleet.repository.publish(TestFleet.MODEL, 2, "2.0.0");
      JsonObject newest = fleet.get(viewer, "/v1/releases").json();
      for (int i = 0; i < 100 && newest.objects("releases").size() < 2; i++) {
        java.util.concurrent.locks.LockSupport.parkNanos(50_000_000); // looks once a second
        newest = fleet.get(viewer, "/v1/releases").json();
      }

      assertThat(newest.objects("releases"))
          .extracting(release -> release.integer("counter"))
          .containsExactly(2L, 1L);
      assertThat(newest.has("problem")).isFalse();
      assertThat(fleet.get(viewer, "/v1/releases/" + TestFleet.MODEL + "/2").json().text("version"))
          .isEqualTo("2.0.0");
      assertThat(fleet.get(viewer, "/v1/releases/" + TestFleet.MODEL + "/3").status())
          .isEqualTo(404);
    }
  }
}
