package dev.skerry.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.agent.config.AgentConfig;
import dev.skerry.agent.control.ControlClient;
import dev.skerry.bundle.release.DeviceFacts;
import dev.skerry.graph.SkerryException;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.ModelStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent: real engine, real disk, signed repository, HTTP. */
class AgentTest {
  private static final String REQUEST =
      """
      {"inputs": [{"name": "x", "shape": [3], "datatype": "FP32", "data": [1, 2, 3]}]}
      """;

  @TempDir private Path folder;

  private final BlockingQueue<EventRecord> events = new LinkedBlockingQueue<>();
  private LiveRepository repository;

  @BeforeEach
  void publish() {
    repository = new LiveRepository(folder.resolve("repo"));
    repository.publish("m", 1, 0, 10, 10);
  }

  private Agent start() throws IOException {
    Path file = folder.resolve("agent.toml");
    Files.writeString(
        file,
        """
        repository = "repo"
        root = "repo/metadata/1.root.json"
        models = ["m"]
        listen = "127.0.0.1:0"
        [probe]
        time = "10 ms"
        max-latency-ratio = 1000
        [shadow]
        samples = 10
        max-disagreement = 1
        max-latency-ratio = 1000
        [probation]
        requests = 5
        time = "1 ms"
        max-latency-ratio = 1000
        """);
    DeviceFacts facts =
        new DeviceFacts(
            "x86-64",
            Set.of(),
            List.of("cpu"),
            1L << 30,
            1,
            "onnxruntime",
            new TreeMap<>(Map.of("ai.onnx", 21L)));
    return Agent.start(
        AgentConfig.read(file),
        new Agent.Host("test", "test", facts, InstantSource.system(), new Random(1), events::add));
  }

  private static String infer(Agent agent) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/v2/models/m/infer".formatted(agent.port())))
            .POST(HttpRequest.BodyPublishers.ofString(REQUEST))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body().replaceAll("\\s", "");
    }
  }

  /** Sends requests until an event of that name comes. */
  private EventRecord await(Agent agent, String name, boolean requests) throws Exception {
    for (int i = 0; i < 1000; i++) {
      if (requests) {
        assertThat(infer(agent)).contains("\"outputs\"");
      }
      EventRecord event = events.poll(requests ? 1 : 20_000, TimeUnit.MILLISECONDS);
      if (event != null && event.event().equals(name)) {
        return event;
      }
    }
    throw new AssertionError("no event " + name + "; " + agent.status());
  }

  @Test
  void agent_installsUpdatesAndGoesBack() throws Exception {
    try (Agent agent = start()) {
      await(agent, "passed-alone", false);
      await(agent, "done", true);
      assertThat(infer(agent)).contains("[11.0,12.0,13.0]");

      repository.publish("m", 2, 0, 20, 20);
      ControlClient client = new ControlClient("127.0.0.1", agent.port());
      assertThat(client.checkNow("m")).isTrue();
      assertThat(await(agent, "agreed", true).counter()).isEqualTo(2);
      await(agent, "done", true);
      assertThat(infer(agent)).contains("[21.0,22.0,23.0]");

      assertThat(client.rollback("m")).contains("m release 1");
      assertThat(infer(agent)).contains("[11.0,12.0,13.0]");
      ModelStatus status = client.status().orElseThrow().models().getFirst();
      assertThat(status.refused().getFirst().counter()).isEqualTo(2);
    }
  }

  @Test
  void agent_servesAtOnceAfterARestart() throws Exception {
    try (Agent agent = start()) {
      await(agent, "passed-alone", false);
      await(agent, "done", true);
    }
    Files.move(repository.folder().resolve("blobs"), folder.resolve("away"));
    try (Agent agent = start()) {
      assertThat(infer(agent)).contains("[11.0,12.0,13.0]");
    }
  }

  @Test
  void releaseThatDoesNotAnswerAsPromised_neverServes() throws Exception {
    try (Agent agent = start()) {
      await(agent, "passed-alone", false);
      await(agent, "done", true);
      repository.publish("m", 2, 0, 20, 21);
      agent.checkNow("m");

      EventRecord failed = await(agent, "failed", false);

      assertThat(failed.text()).contains("golden vectors: 1 of 1 samples differ");
      assertThat(infer(agent)).contains("[11.0,12.0,13.0]");
    }
  }

  @Test
  void secondAgent_mayNotUseTheSameData() throws Exception {
    try (Agent agent = start()) {
      assertThat(agent.port()).isPositive();
      assertThatThrownBy(this::start)
          .isInstanceOf(SkerryException.class)
          .hasMessageStartingWith("another agent uses ");
    }
  }

  @Test
  void missingRoot_saysWhatToDo() throws Exception {
    Files.move(repository.root(), folder.resolve("elsewhere.json"));

    assertThatThrownBy(this::start)
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("copy the repository's first root file");
  }
}
