package dev.skerry.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.cli.Skerry;
import dev.skerry.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetRolloutsCommandTest {
  private static final String ROLLOUT =
      """
      {"id": 12, "model": "bearing-faults", "counter": 3, "state": "held", "wave": 1, "of-waves": 2,
       "why": "held at wave 1 of 2: error rate 9.0 %", "needs": "resume or roll back",
       "selector": "site = berlin", "created-at": "2026-03-02T10:00:00Z", "created-by": "ada",
       "devices": {"joined": 1, "active": 1},
       "waves": [{"size": "1", "state": "current", "joined": 1, "active": 1, "failed": 0, "back": 0,
                  "approval": false, "approved": false},
                 {"size": "100 %", "state": "ahead", "joined": 0, "active": 0, "failed": 0,
                  "back": 0, "approval": true, "approved": false}],
       "gates": [{"verdict": "failed", "words": "error rate 9.0 % exceeds 1 %"}],
       "decisions": [{"at": "2026-03-02T10:00:01Z", "who": "fleet", "event": "stopped",
                      "why": "held at wave 1 of 2"}]}
      """;

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  @TempDir private Path folder;

  private final HttpServer server;

  /** What a command printed, and the code that it ended with. */
  private record Ran(int code, String out, String err) {}

  FleetRolloutsCommandTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
  }

  @BeforeEach
  void serve() {
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(
        "%s %s %s".formatted(exchange.getRequestMethod(), exchange.getRequestURI(), body).strip());
    boolean list = exchange.getRequestURI().getPath().equals("/v1/rollouts") && body.isEmpty();
    byte[] answer =
        (list ? "{\"rollouts\": [" + ROLLOUT + "]}" : ROLLOUT).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private Ran run(String... args) {
    List<String> all = new ArrayList<>(List.of("fleet", "rollouts"));
    all.addAll(List.of(args));
    all.addAll(
        List.of("--url", "http://127.0.0.1:" + server.getAddress().getPort(), "--token", "t"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = Terminal.plain(out, err);
    int code = Skerry.run(terminal, all.toArray(new String[0]));
    terminal.flush();
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void list_saysWhyEachIsWhereItIs() {
    Ran ran = run("list");

    assertThat(ran.code).as(ran.err).isZero();
    assertThat(ran.out)
        .contains("12  bearing-faults 3  held  wave 1 of 2  1 of 1 devices  held at wave 1 of 2");
    assertThat(asked).containsExactly("GET /v1/rollouts");
  }

  @Test
  void show_hasWavesGatesAndDecisions() {
    Ran ran = run("show", "12");

    assertThat(ran.out)
        .contains(
            "rollout 12: bearing-faults release 3",
            "resume or roll back",
            "✗  error rate 9.0 % exceeds 1 %",
            "1 joined, 1 active, 0 failed",
            "needs an approval",
            "stopped");
    assertThat(run("show", "12", "--json").out).contains("\"of-waves\": 2");
  }

  @Test
  void create_fromAFileAndOptions_sendsThePlan() throws IOException {
    Path plan = folder.resolve("rollout.toml");
    Files.writeString(
        plan,
        """
        model = "bearing-faults"
        counter = 3
        priority = 1
        waves = [{ size = "1", soak = "30 s", approval = true }, { size = "100 %" }]
        gates = ["error-rate <= 1 %", { expression = "memory-ratio <= 1.5", confidence = 0.99 }]
        """);

    Ran ran = run("create", plan.toString(), "--selector", "site = berlin", "--priority", "7");

    assertThat(ran.code).as(ran.err).isZero();
    String body = asked.getFirst().replaceFirst("POST /v1/rollouts ", "");
    assertThat(JsonReader.read("body", body.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(
            JsonReader.read(
                "expected",
                """
                {"model": "bearing-faults", "counter": 3, "priority": 7,
                 "selector": "site = berlin",
                 "waves": [{"size": "1", "soak": "30 s", "approval": true}, {"size": "100 %"}],
                 "gates": ["error-rate <= 1 %",
                           {"expression": "memory-ratio <= 1.5", "confidence": 0.99}]}
                """
                    .getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void create_withoutAModel_saysWhatIsMissing() {
    Ran ran = run("create", "--selector", "all");

    assertThat(ran.code).isEqualTo(2);
    assertThat(ran.err).contains("which release? Give --model and --release");
    assertThat(asked).isEmpty();
  }

  @Test
  void create_fromWhatIsNoToml_saysWhere() throws IOException {
    Path plan = folder.resolve("rollout.toml");
    Files.writeString(plan, "model = \n");

    assertThat(run("create", plan.toString()).code).isEqualTo(3);
  }

  @Test
  void orders_goToTheirPaths() {
    assertThat(run("pause", "12").code).isZero();
    assertThat(run("resume", "12").code).isZero();
    assertThat(run("cancel", "12").code).isZero();
    assertThat(run("rollback", "12").code).isZero();
    assertThat(run("approve", "12").code).isZero();
    assertThat(run("approve", "12", "--wave", "3").code).isZero();

    assertThat(asked)
        .containsExactly(
            "POST /v1/rollouts/12/pause",
            "POST /v1/rollouts/12/resume",
            "POST /v1/rollouts/12/cancel",
            "POST /v1/rollouts/12/rollback",
            "POST /v1/rollouts/12/approve",
            "POST /v1/rollouts/12/approve?wave=3");
  }
}
