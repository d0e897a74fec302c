package dev.skerry.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.Digest;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.wire.AgentStatus;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.RefusalRecord;
import dev.skerry.wire.SlotRecord;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlApiTest {
  private static final Digest DIGEST = Digest.of(new byte[] {1});

  /** Knows the model {@code m}, which can go back once. */
  private static final class Recorded implements Control {
    private int rollbacks;
    private int checks;

    @Override
    public AgentStatus status() {
      return new AgentStatus(
          "0",
          "engine 1",
          "https://example.org",
          java.util.Optional.empty(),
          List.of(
              new ModelStatus(
                  "m",
                  "probation",
                  Instant.EPOCH,
                  "probation: 3 requests",
                  2,
                  List.of(new SlotRecord("active", "m", 3, "v.1", DIGEST, DIGEST)),
                  List.of(new RefusalRecord("m", 2, "probe", "too \"slow\"", Instant.EPOCH)),
                  new ModelStatus.Served(3, 1, 10.5, 20))));
    }

    @Override
    public List<EventRecord> events(int most) {
      return IntStream.rangeClosed(1, most)
          .mapToObj(i -> new EventRecord(i, Instant.EPOCH, "m", 1, "idle", "done", "text"))
          .toList();
    }

    @Override
    public String rollback(String model) {
      requireKnown(model);
      if (rollbacks++ > 0) {
        throw new SkerryException(ErrorCode.BAD_DATA, "m cannot go back: nothing is there");
      }
      return "m release 2";
    }

    @Override
    public void checkNow(String model) {
      requireKnown(model);
      checks++;
    }

    private static void requireKnown(String model) {
      if (!model.equals("m")) {
        throw new UnknownModelException("this agent does not run '" + model + "', only m");
      }
    }
  }

  private final Recorded control = new Recorded();
  private final WebServer server = server(control);
  private final ControlClient client = new ControlClient("127.0.0.1", server.port());

  private static WebServer server(Control control) {
    HttpRouting.Builder routing = HttpRouting.builder();
    new ControlApi(control).addTo(routing);
    return WebServer.builder()
        .shutdownHook(false)
        .host("127.0.0.1")
        .port(0)
        .routing(routing)
        .build()
        .start();
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.port() + "/v1/agent/" + path));
  }

  @Test
  void status_arrivesAsItWas() {
    assertThat(client.status()).contains(control.status());
  }

  @Test
  void events_arriveAsTheyWere() {
    assertThat(client.events(3)).contains(control.events(3));
  }

  @Test
  void rollback_saysWhatServes() {
    assertThat(client.rollback("m")).contains("m release 2");
  }

  @Test
  void rollback_withNothingToGoBackToSaysWhy() {
    client.rollback("m");

    assertThatThrownBy(() -> client.rollback("m"))
        .isInstanceOf(SkerryException.class)
        .hasMessage("m cannot go back: nothing is there");
  }

  @Test
  void orders_forAnUnknownModelNameTheKnownOnes() {
    assertThatThrownBy(() -> client.checkNow("x"))
        .isInstanceOf(SkerryException.class)
        .hasMessage("this agent does not run 'x', only m");
  }

  @Test
  void checkNow_reachesTheAgent() {
    assertThat(client.checkNow("m")).isTrue();
    assertThat(control.checks).isEqualTo(1);
  }

  @Test
  void client_tellsWhenNoAgentRuns() {
    server.stop();

    assertThat(client.status()).isEmpty();
    assertThat(client.rollback("m")).isEmpty();
  }

  @Test
  void requestOfAWebPage_isRefused() throws Exception {
    HttpResponse<String> answer =
        send(
            to("rollback")
                .header("Origin", "https://evil.example")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\": \"m\"}")));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(control.rollbacks).isZero();
  }

  @Test
  void malformedRequest_namesWhatIsWrong() throws Exception {
    HttpResponse<String> answer =
        send(to("rollback").POST(HttpRequest.BodyPublishers.ofString("{\"name\": \"m\"}")));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("the request lacks the key 'model'");
    assertThat(send(to("events?limit=x").GET()).statusCode()).isEqualTo(400);
  }
}
