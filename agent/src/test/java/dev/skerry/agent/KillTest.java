package dev.skerry.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.config.AgentConfig;
import dev.skerry.agent.control.ControlClient;
import dev.skerry.bundle.release.DeviceFacts;
import dev.skerry.runtime.Ticker;
import dev.skerry.wire.AgentStatus;
import dev.skerry.wire.ModelStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Agents in processes of their own are killed at random moments of updates while callers ask
 * without pause. No answer may be wrong, and the last release must be reached. {@code
 * -Dskerry.kills=200} kills more often and prints how long it took until the next answer.
 */
class KillTest {
  private static final int KILLS = Integer.getInteger("skerry.kills", 4);
  private static final String REQUEST =
      """
      {"inputs": [{"name": "x", "shape": [3], "datatype": "FP32", "data": [1, 2, 3]}]}
      """;

  @TempDir private Path folder;

  private final Random random = new Random(7);
  private final AtomicInteger right = new AtomicInteger();
  private final AtomicInteger unreached = new AtomicInteger();
  private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean done;
  private volatile CountDownLatch answered = new CountDownLatch(1);
  private LiveRepository repository;
  private int port;

  /** The process that is killed. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
      DeviceFacts facts =
          new DeviceFacts(
              "any",
              Set.of(),
              List.of("cpu"),
              1L << 30,
              1,
              "onnxruntime",
              new TreeMap<>(Map.of("ai.onnx", 21L)));
      Agent.start(
              AgentConfig.read(Path.of(arguments[0])),
              new Agent.Host("test", "test", facts, InstantSource.system(), new Random(1), _ -> {}))
          .await();
    }
  }

  @BeforeEach
  void configure() throws IOException {
    repository = new LiveRepository(folder.resolve("repo"));
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.writeString(
        folder.resolve("agent.toml"),
        """
        repository = "repo"
        root = "repo/metadata/1.root.json"
        models = ["m"]
        listen = "127.0.0.1:%d"
        max-restarts = 1000
        [poll]
        interval = "50 ms"
        [probe]
        time = "50 ms"
        max-latency-ratio = 1000
        [shadow]
        samples = 30
        max-disagreement = 1
        max-latency-ratio = 1000
        [probation]
        requests = 30
        time = "100 ms"
        max-latency-ratio = 1000
        """
            .formatted(port));
  }

  @AfterEach
  void stop() {
    done = true;
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            folder.resolve("agent.toml").toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("agent.log").toFile()))
        .start();
  }

  private void publish(long counter) {
    float added = counter % 2 == 1 ? 10 : 20;
    repository.publish("m", counter, 0, added, added);
  }

  private void ask() {
    while (!done) {
      try {
        HttpURLConnection connection =
            (HttpURLConnection)
                URI.create("http://127.0.0.1:%d/v2/models/m/infer".formatted(port))
                    .toURL()
                    .openConnection();
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
          out.write(REQUEST.getBytes(StandardCharsets.UTF_8));
        }
        int status = connection.getResponseCode();
        if (status != HttpURLConnection.HTTP_OK) {
          if (right.get() > 0) { // before the first install there is nothing to answer
            wrong.add("status " + status);
          }
          continue;
        }
        try (InputStream in = connection.getInputStream()) {
          judge(new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("\\s", ""));
        }
      } catch (IOException e) {
        unreached.incrementAndGet(); // a process that was killed takes its connections with it
        Thread.onSpinWait();
      }
    }
  }

  private void judge(String answer) {
    if (answer.contains("[11.0,12.0,13.0]") || answer.contains("[21.0,22.0,23.0]")) {
      right.incrementAndGet();
      answered.countDown();
    } else {
      wrong.add(answer);
    }
  }

  /** Counter of the active release when nothing is on its way; 0 otherwise. */
  private long settled() {
    Optional<AgentStatus> status = new ControlClient("127.0.0.1", port).status();
    return status.stream()
        .flatMap(agent -> agent.models().stream())
        .filter(model -> model.state().equals("idle"))
        .map(ModelStatus::slots)
        .flatMap(List::stream)
        .filter(slot -> slot.place().equals("active"))
        .mapToLong(slot -> slot.counter())
        .findFirst()
        .orElse(0);
  }

  private void awaitSettled(long counter) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < 1200 && settled() != counter; i++) {
      assertThat(never.await(50, TimeUnit.MILLISECONDS)).isFalse();
    }
    assertThat(settled()).isEqualTo(counter);
  }

  @Test
  void kills_neverMakeAnAnswerWrong() throws Exception {
    publish(1);
    Process process = start();
    List<Long> millis = new ArrayList<>();
    try {
      Thread.ofPlatform().daemon().start(this::ask);
      awaitSettled(1);
      CountDownLatch never = new CountDownLatch(1);
      for (int kill = 1; kill <= KILLS; kill++) {
        publish(1 + kill);
        assertThat(never.await(random.nextInt(1500), TimeUnit.MILLISECONDS)).isFalse();
        process.destroyForcibly().waitFor();
        answered = new CountDownLatch(1);
        long began = Ticker.system().nanos();
        process = start();
        assertThat(answered.await(60, TimeUnit.SECONDS)).as("serves after kill %d", kill).isTrue();
        millis.add(Duration.ofNanos(Ticker.system().nanos() - began).toMillis());
      }
      awaitSettled(1 + KILLS);
    } finally {
      done = true;
      process.destroyForcibly().waitFor();
    }

    Collections.sort(millis);
    System.getLogger(KillTest.class.getName())
        .log(
            System.Logger.Level.INFO,
            "%d kills, %d right answers, next answer after %d ms (median), %d ms (most)"
                .formatted(KILLS, right.get(), millis.get(KILLS / 2), millis.getLast()));
    assertThat(wrong).isEmpty();
    assertThat(right.get()).isGreaterThan(KILLS);
  }
}
