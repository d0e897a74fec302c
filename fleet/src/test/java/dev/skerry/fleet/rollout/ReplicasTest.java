package dev.skerry.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.fleet.Ground;
import dev.skerry.fleet.TestRepository;
import dev.skerry.fleet.access.Scope;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.TestDatabases;
import dev.skerry.wire.Desired;
import dev.skerry.wire.DesiredModel;
import dev.skerry.wire.DeviceReport;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.QualityRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three fleet processes on one PostgreSQL, devices that poll and report over HTTP, and one process
 * that is killed in the middle of a rollout.
 */
class ReplicasTest {
  private static final int REPLICAS = 3;
  private static final int DEVICES = 60;
  private static final Duration LIMIT = Duration.ofSeconds(120);

  private static final String PLAN =
      """
      {"model": "bearing-faults", "counter": 3,
       "waves": [{"size": 1, "soak": "1 s"}, {"size": 10, "soak": "1 s"},
                 {"size": "50 %", "soak": "1 s"}, {"size": "100 %", "soak": "1 s"}],
       "gates": ["validation-failures == 0", "shadow-disagreement <= 3 %", "error-rate <= 1 %"]}
      """;

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<URI> alive = new CopyOnWriteArrayList<>();
  private final List<Process> processes = new ArrayList<>();
  private final AtomicInteger failedOver = new AtomicInteger();
  private String access = "";

  @TempDir private Path folder;

  @Test
  void killedReplica_inTheMiddleOfARollout_losesNothing() throws Exception {
    Database.Place place = TestDatabases.place(TestDatabases.Kind.POSTGRES, folder);
    publish();
    Path data = prepare(place);
    try {
      for (int i = 0; i < REPLICAS; i++) {
        start(copy(data, i), place);
      }
      Instant begun = Instant.now();
      long id = send("POST", access, "/v1/rollouts", PLAN).integer("id");
      run(id);
      check(id);
      System.out.printf(
          "%d devices, %d processes, one killed: done after %d s, %d requests asked again%n",
          DEVICES, REPLICAS, Duration.between(begun, Instant.now()).toSeconds(), failedOver.get());
    } finally {
      processes.forEach(Process::destroyForcibly);
      client.close();
    }
  }

  private void publish() {
    TestRepository repository = new TestRepository(folder.resolve("repo"), InstantSource.system());
    repository.publish(TestFleet.MODEL, 2, "1.0.0");
    repository.publish(TestFleet.MODEL, 3, "1.1.0");
  }

  /** A CA, an operator's token, and the rows of devices. */
  private Path prepare(Database.Place place) {
    Path data = folder.resolve("data");
    try (Ground ground =
        Ground.open(
            ReplicaMain.settings(data, folder.resolve("repo"), place),
            new SecureRandom(),
            InstantSource.system())) {
      access = ground.tokens().create("test", "ada", Scope.OPERATOR, Duration.ofDays(1)).text();
    }
    try (TestFleet rows = new TestFleet(place, new TestFleet.Clock())) {
      for (int i = 0; i < DEVICES; i++) {
        String device = "d" + i;
        rows.enrol(device, Map.of());
        rows.database.change(handle ->
            handle
                .createUpdate("update devices set token_hash = :hash where id = :id")
                .bind("hash", Digest.of(secret(device).getBytes(StandardCharsets.UTF_8)).hex())
                .bind("id", device)
                .execute());
      }
    }
    return data;
  }

  private static String secret(String device) {
    return Digest.of(("secret of " + device).getBytes(StandardCharsets.UTF_8)).hex();
  }

  /** Each process has a folder of its own, with the same CA. */
  private Path copy(Path data, int replica) throws IOException {
    Path copy = Files.createDirectory(folder.resolve("data-" + replica));
    try (var files = Files.list(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private void start(Path data, Database.Place place) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ReplicaMain.class.getName(),
                data.toString(),
                folder.resolve("repo").toString(),
                place.url(),
                place.user(),
                place.password())
            .redirectError(folder.resolve(data.getFileName() + ".log").toFile())
            .start();
    processes.add(process);
    String url =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    assertThat(url).as("what the process says first").startsWith("http://");
    alive.add(URI.create(url));
  }

  /** Devices run on their own threads; the first process is killed in the second wave. */
  private void run(long id) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        AutoCloseable _ = () -> over.set(true)) { // or the devices would go on after a failure
      List<Future<?>> running =
          IntStream.range(0, DEVICES)
              .<Future<?>>mapToObj(i -> threads.submit(() -> live(i, over)))
              .toList();
      Instant end = Instant.now().plus(LIMIT);
      boolean killed = false;
      JsonObject rollout = get(id);
      while (!rollout.text("state").equals("done") && Instant.now().isBefore(end)) {
        LockSupport.parkNanos(100_000_000);
        if (!killed && rollout.integer("wave") >= 2) {
          killed = true;
          processes.getFirst().destroyForcibly().waitFor(); // SIGKILL
          assertThat(processes.getFirst().isAlive()).isFalse();
        }
        rollout = get(id);
      }
      over.set(true);
      for (Future<?> each : running) {
        each.get();
      }
      assertThat(killed).isTrue();
      assertThat(rollout.text("state")).as(rollout.text("why")).isEqualTo("done");
    }
  }

  private void live(int number, AtomicBoolean over) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(number);
    TestDevice device = new TestDevice("d" + number, 2, random, new HashMap<>());
    TestDevice.Link link = new Http();
    while (!over.get()) {
      device.step(link);
      LockSupport.parkNanos(random.nextLong(200_000_000, 600_000_000));
    }
    assertThat(device.installs).as("installs of %s", device.id).isEqualTo(1);
    assertThat(device.active).isEqualTo(3);
  }

  /** A device's way to the fleet. */
  private final class Http implements TestDevice.Link {
    private static String token(String id) {
      return "skd_%s_%s".formatted(id, secret(id));
    }

    @Override
    public DesiredModel poll(String id) {
      return Desired.of(send("GET", token(id), "/v1/device/desired", "")).models().stream()
          .findFirst()
          .orElse(new DesiredModel(TestFleet.MODEL, 0, 0, "nothing"));
    }

    @Override
    public void report(String id, ModelStatus status, QualityRecord... quality) {
      DeviceReport report =
          new DeviceReport(
              Optional.empty(),
              new LinkedHashMap<>(),
              List.of(status),
              List.of(),
              List.of(quality));
      send(
          "POST",
          token(id),
          "/v1/device/report",
          new String(JsonWriter.compact(report.toJson()), StandardCharsets.UTF_8));
    }
  }

  private JsonObject get(long id) {
    return send("GET", access, "/v1/rollouts/" + id, "");
  }

  /** Asks any process, and another one where that does not answer. */
  private JsonObject send(String method, String token, String path, String body) {
    IOException last = new IOException("no process answers");
    for (int attempt = 0; attempt < 20; attempt++) {
      URI replica = alive.get(Math.floorMod((token + path + attempt).hashCode(), alive.size()));
      HttpRequest request =
          HttpRequest.newBuilder(replica.resolve(path))
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .header("Authorization", "Bearer " + token)
              .timeout(Duration.ofSeconds(20))
              .build();
      try {
        HttpResponse<byte[]> response =
            client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() == 503) { // asks to try again, which devices do
          last = new IOException(new String(response.body(), StandardCharsets.UTF_8));
          failedOver.incrementAndGet();
          LockSupport.parkNanos(100_000_000);
          continue;
        }
        assertThat(response.statusCode())
            .as("%s %s: %s", method, path, new String(response.body(), StandardCharsets.UTF_8))
            .isEqualTo(200);
        return JsonReader.readObject("the answer", response.body());
      } catch (IOException e) {
        last = e;
        failedOver.incrementAndGet();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new UncheckedIOException(last);
  }

  private void check(long id) {
    JsonObject rollout = get(id);
    assertThat(rollout.objects("decisions").stream().map(decision -> decision.text("event")))
        .as("each wave is decided once")
        .containsExactly("begun", "advanced", "advanced", "advanced", "finished");
    assertThat(rollout.objects("waves").get(0).integer("joined")).isEqualTo(1);
    assertThat(rollout.objects("waves").get(1).integer("joined")).isEqualTo(9);
    JsonObject devices = rollout.object("devices");
    assertThat(devices.integer("joined")).isEqualTo(DEVICES);
    assertThat(devices.integer("active")).isEqualTo(DEVICES);
    assertThat(devices.integer("settled")).isEqualTo(DEVICES);
    List<JsonObject> members =
        send("GET", access, "/v1/rollouts/%d/devices".formatted(id), "").objects("devices");
    assertThat(members).hasSize(DEVICES);
    assertThat(members).allMatch(member -> member.text("progress").equals("active"));
  }
}
