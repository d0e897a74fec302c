package dev.skerry.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.fleet.access.Scope;
import dev.skerry.fleet.store.TestDatabases;
import dev.skerry.wire.DeviceReport;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goes through the API by its own OpenAPI document: each endpoint with each kind of caller, then
 * with random and hostile input. Nothing is a server's error, and nobody gets what their scope does
 * not hold.
 */
class ApiWalkTest {
  private static final long SEED = 20261124;
  private static final int ROUNDS = 25;
  private static final Set<Integer> REFUSED = Set.of(401, 403);

  private static final List<String> HOSTILE =
      List.of(
          "",
          " ",
          "'",
          "' or '1'='1",
          "'; drop table devices; --",
          "\" or \"\"=\"",
          "%",
          "_",
          "\\",
          "..",
          "../../etc/passwd",
          "a/b",
          "\u0000",
          "\u0001",
          "\uD800",
          "ü€😀",
          "-1",
          "0",
          "1e9",
          "9223372036854775807",
          "9223372036854775808",
          "NaN",
          "null",
          "true",
          "{}",
          "[]",
          "<script>alert(1)</script>",
          "${jndi:ldap://x}",
          "{{7*7}}",
          "a".repeat(5000),
          "site = berlin",
          "site = (",
          "not not not",
          "((((((((((((((((((((((((((((((((");

  @TempDir private Path folder;

  private record Operation(String method, String path, String audience, boolean body) {}

  private final SplittableRandom random = new SplittableRandom(SEED);

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void everyEndpoint_withHostileInput(TestDatabases.Kind kind) {
    try (TestFleet fleet = TestFleet.start(kind, folder)) {
      TestDevice device = fleet.enrol();
      device.report(TestDevice.report(1, 1, 5));
      Map<String, String> callers = callers(fleet, device);
      List<Operation> operations = operations(fleet);
      assertThat(operations).hasSizeGreaterThan(18);

      for (Operation operation : operations) {
        for (Map.Entry<String, String> caller : callers.entrySet()) {
          requireScope(fleet, operation, caller.getKey(), caller.getValue());
        }
      }
      List<String> tokens = List.copyOf(callers.values());
      for (Operation operation : operations) {
        for (int i = 0; i < ROUNDS; i++) {
          attack(fleet, operation, tokens.get(random.nextInt(tokens.size())));
        }
      }
      mutateReports(fleet, device);

      assertThat(device.poll().status()).isEqualTo(200);
      assertThat(fleet.get("", "/readyz").status()).isEqualTo(200);
    }
  }

  private static Map<String, String> callers(TestFleet fleet, TestDevice device) {
    Map<String, String> callers = new LinkedHashMap<>();
    callers.put("nobody", "");
    callers.put("garbage", "sku_x_" + "0".repeat(64));
    callers.put("viewer", fleet.accessToken(Scope.VIEWER));
    callers.put("operator", fleet.accessToken(Scope.OPERATOR));
    callers.put("admin", fleet.accessToken(Scope.ADMIN));
    callers.put("device", device.enrolled.deviceToken());
    return callers;
  }

  private static List<Operation> operations(TestFleet fleet) {
    JsonObject document = fleet.get("", "/v1/openapi.json").json();
    assertThat(document.text("openapi")).isEqualTo("3.1.0");
    List<Operation> operations = new ArrayList<>();
    JsonObject paths = document.object("paths");
    for (String path : paths.keys()) {
      JsonObject methods = paths.object(path);
      for (String method : methods.keys()) {
        JsonObject operation = methods.object(method);
        operations.add(
            new Operation(
                method.toUpperCase(Locale.ROOT),
                path,
                operation.text("x-audience"),
                operation.has("requestBody")));
      }
    }
    return operations;
  }

  private static boolean mayAsk(String audience, String caller) {
    return switch (audience) {
      case "anyone" -> true;
      case "device" -> caller.equals("device");
      case "viewer" -> Set.of("viewer", "operator", "admin").contains(caller);
      case "operator" -> Set.of("operator", "admin").contains(caller);
      case "admin" -> caller.equals("admin");
      default -> throw new AssertionError(audience);
    };
  }

  /** Names of things that do not exist, so that nothing is changed by who may. */
  private static void requireScope(
      TestFleet fleet, Operation operation, String caller, String token) {
    String path = operation.path.replaceAll("\\{\\w+}", "nothing");
    byte[] body = operation.body ? "{}".getBytes(StandardCharsets.UTF_8) : new byte[0];
    TestFleet.Reply reply = fleet.send(operation.method, token, path, body);
    String what = caller + " " + operation + " " + reply.text();
    assertThat(reply.status()).as(what).isLessThan(500);
    if (!mayAsk(operation.audience, caller)) {
      assertThat(reply.status()).as(what).isIn(REFUSED);
      assertThat(reply.json().keys()).as(what).containsExactly("error");
    } else if (!operation.audience.equals("anyone")) {
      assertThat(reply.status()).as(what).isNotIn(REFUSED);
    }
  }

  private void attack(TestFleet fleet, Operation operation, String token) {
    String path = operation.path;
    while (path.contains("{")) {
      path = path.replaceFirst("\\{\\w+}", encoded(hostile()));
    }
    if (random.nextBoolean()) {
      path +=
          "?%s=%s&limit=%s"
              .formatted(
                  List.of("selector", "after", "before", "subject", encoded(hostile()))
                      .get(random.nextInt(5)),
                  encoded(hostile()),
                  encoded(hostile()));
    }
    byte[] body = operation.body || random.nextInt(4) == 0 ? body() : new byte[0];
    TestFleet.Reply reply;
    try {
      reply = fleet.send(operation.method, token, path, body);
    } catch (java.io.UncheckedIOException e) {
      return; // a refused body may end the connection before it was sent
    }
    assertThat(reply.status())
        .as("seed %d: %s %s %s", SEED, operation.method, path, reply.text())
        .isLessThan(500);
  }

  private String hostile() {
    return HOSTILE.get(random.nextInt(HOSTILE.size()));
  }

  private static String encoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
      encoded.append("%%%02X".formatted(unit & 0xff));
    }
    return encoded.toString();
  }

  private byte[] body() {
    return switch (random.nextInt(6)) {
      case 0 -> hostile().getBytes(StandardCharsets.UTF_8);
      case 1 -> new byte[random.nextInt(200_000)];
      case 2 -> "[".repeat(random.nextInt(1, 10_000)).getBytes(StandardCharsets.UTF_8);
      case 3 -> "{\"a\":\"\\u0000\",\"b\":\"\\ud800\"}".getBytes(StandardCharsets.UTF_8);
      default -> JsonWriter.pretty(object(0));
    };
  }

  private Json.Obj object(int depth) {
    Json.ObjectBuilder built = Json.object();
    List<String> keys =
        List.of(
            "labels",
            "owner",
            "scope",
            "days",
            "uses",
            "token",
            "public-key",
            "proof",
            "facts",
            "models",
            "events",
            "quality",
            "model",
            "counter",
            "selector",
            "waves",
            "gates");
    for (String key : keys) {
      if (random.nextInt(3) > 0) {
        built.put(key, value(depth));
      }
    }
    return built.build();
  }

  private Json value(int depth) {
    return switch (random.nextInt(depth > 2 ? 4 : 6)) {
      case 0 -> Json.of(hostile());
      case 1 -> Json.of(random.nextLong());
      case 2 -> Json.of(random.nextBoolean());
      case 3 -> new Json.Null();
      case 4 -> Json.array(List.of(value(depth + 1), value(depth + 1)));
      default -> object(depth + 1);
    };
  }

  /** Reports that are right but for one value, which is where parsers give way. */
  private void mutateReports(TestFleet fleet, TestDevice device) {
    DeviceReport report = TestDevice.report(2, 1, 5);
    for (int i = 0; i < 400; i++) {
      Json changed = mutated(report.toJson(), random.nextInt(40));
      TestFleet.Reply reply =
          fleet.send(
              "POST",
              device.enrolled.deviceToken(),
              "/v1/device/report",
              JsonWriter.pretty(changed));
      assertThat(reply.status())
          .as("seed %d: %s", SEED, new String(JsonWriter.pretty(changed), StandardCharsets.UTF_8))
          .isLessThan(500);
    }
  }

  private int steps;

  private Json mutated(Json json, int at) {
    steps = at;
    return walk(json);
  }

  private Json walk(Json json) {
    if (steps-- == 0) {
      return switch (random.nextInt(3)) {
        case 0 -> Json.of(hostile());
        case 1 -> Json.of(random.nextBoolean() ? Long.MAX_VALUE : random.nextLong());
        default -> value(2);
      };
    }
    return switch (json) {
      case Json.Obj object -> {
        Json.ObjectBuilder built = Json.object();
        object.members().forEach((key, member) -> built.put(key, walk(member)));
        yield built.build();
      }
      case Json.Arr array -> Json.array(array.items().stream().map(this::walk).toList());
      case Json.Text _, Json.Num _, Json.Bool _, Json.Null _ -> json;
    };
  }

  @ParameterizedTest
  @EnumSource(value = TestDatabases.Kind.class, names = "SQLITE")
  void bytesThatAreNoHttp_areRefused(TestDatabases.Kind kind) throws IOException {
    try (TestFleet fleet = TestFleet.start(kind, folder)) {
      for (String bytes :
          List.of(
              "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
              "GET /repo/../data/ca-key.pem HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
              "GET /repo/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
              "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
              "GET / HTTP/9.9\r\n\r\n",
              "\u0016\u0003\u0001\r\n\r\n",
              "POST /v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n{")) {
        String answer = raw(fleet.fleet.port(), bytes);
        assertThat(answer).as(bytes).matches("(?s)(HTTP/1.1 4\\d\\d .*)?");
        assertThat(answer).doesNotContain("PRIVATE KEY", "root:");
      }
    }
  }

  private static String raw(int port, String bytes) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readNBytes(2000), StandardCharsets.ISO_8859_1);
    }
  }
}
