package dev.skerry.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.Agent;
import dev.skerry.agent.LiveRepository;
import dev.skerry.agent.config.AgentConfig;
import dev.skerry.bundle.release.DeviceFacts;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.wire.DeviceReport;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.FleetStatus;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.QualityRecord;
import dev.skerry.wire.QualityRecord.Side;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole agents that follow a fleet: real engine, real disk, signed repository, mutual TLS. */
class FleetDeviceTest {
  private static final String POLICY =
      """

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
      """;

  @TempDir private Path folder;
  private LiveRepository repository;
  private FakeFleet fleet;

  @BeforeEach
  void publish() {
    repository = new LiveRepository(folder.resolve("repo"));
    repository.publish("m", 1, 0, 10, 10);
    repository.publish("m", 2, 0, 20, 20);
    fleet = new FakeFleet(folder.resolve("repo"), true);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  static DeviceFacts facts() {
    return new DeviceFacts(
        "x86-64",
        Set.of("avx2"),
        List.of("cpu"),
        1L << 30,
        1,
        "onnxruntime",
        new TreeMap<>(Map.of("ai.onnx", 21L)));
  }

  private Path enrol(String name) throws IOException {
    return enrol(name, fleet);
  }

  private Path enrol(String name, FakeFleet with) throws IOException {
    Path config = Files.createDirectories(folder.resolve(name)).resolve("agent.toml");
    Enrolment.enrol(
        new EnrolOrder(
            with.url(),
            with.token().text(),
            config,
            Optional.of("test-target"),
            new LinkedHashMap<>(Map.of("site", "berlin")),
            false,
            facts(),
            "test"));
    String text = Files.readString(config);
    Files.writeString(
        config, "listen = \"127.0.0.1:0\"\n" + text + "report = \"100 ms\"\n" + POLICY);
    return config;
  }

  private static Agent start(Path config) {
    return start(config, _ -> {});
  }

  private static Agent start(Path config, Consumer<EventRecord> listener) {
    return Agent.start(
        AgentConfig.read(config),
        new Agent.Host("test", "test", facts(), InstantSource.system(), new Random(), listener));
  }

  private static float infer(Agent agent, float x) {
    return agent
        .infer("m", Map.of("x", Tensor.ofFloats(new long[] {3}, x, 2, 3)))
        .firstEntry()
        .getValue()
        .toFloats()[0];
  }

  /** Sends requests until it is so. */
  private static void await(Agent agent, String what, BooleanSupplier condition) throws Exception {
    for (int i = 0; i < 3000 && !condition.getAsBoolean(); i++) {
      if (serves(agent) > 0) {
        infer(agent, i);
      }
      new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
    }
    assertThat(condition.getAsBoolean()).as("%s: %s", what, agent.status()).isTrue();
  }

  private static long serves(Agent agent) {
    return agent.status().models().stream()
        .flatMap(model -> model.slots().stream())
        .filter(slot -> slot.place().equals("active"))
        .mapToLong(slot -> slot.counter())
        .findFirst()
        .orElse(0);
  }

  private static boolean rests(Agent agent, long counter) {
    return serves(agent) == counter
        && agent.status().models().stream().map(ModelStatus::state).allMatch("idle"::equals);
  }

  @Test
  void device_runsWhatTheFleetWants_goesBack_andReports() throws Exception {
    fleet.want("m", 1);
    try (Agent agent = start(enrol("a"))) {
      await(agent, "1", () -> rests(agent, 1));
      fleet.want("m", 2);
      agent.askFleet();
      await(agent, "2", () -> rests(agent, 2));
      assertThat(infer(agent, 1)).isEqualTo(21);

      fleet.want("m", 1);
      agent.askFleet();
      await(agent, "1 again", () -> rests(agent, 1));
      assertThat(infer(agent, 1)).isEqualTo(11);
      await(agent, "reported", () -> reported(1));

      FleetStatus status = agent.status().fleet().orElseThrow();
      assertThat(status.device()).isEqualTo("dev-1");
      assertThat(status.contact()).isPresent();
      assertThat(status.problem()).isEmpty();
    }
    DeviceReport first = fleet.reports.getFirst();
    assertThat(first.facts().orElseThrow().target()).isEqualTo("test-target");
    assertThat(first.labels()).containsEntry("site", "berlin");
    List<Long> sequences = fleet.events().stream().map(EventRecord::sequence).distinct().toList();
    assertThat(sequences).isSorted().startsWith(1L).hasSizeGreaterThan(10);
    assertThat(fleet.events()).extracting(EventRecord::event).contains("agreed", "recalled");
    assertThat(shadowOfTwo().shadow().orElseThrow().against()).isEqualTo(1);
    assertThat(shadowOfTwo().requests()).isGreaterThanOrEqualTo(10);
  }

  private boolean reported(long counter) {
    return !fleet.reports.isEmpty()
        && fleet.reports.getLast().models().stream()
            .flatMap(model -> model.slots().stream())
            .anyMatch(slot -> slot.place().equals("active") && slot.counter() == counter)
        && fleet.events().stream().anyMatch(event -> event.event().equals("recalled"));
  }

  /** The last record of release 2 beside release 1. */
  private QualityRecord shadowOfTwo() {
    return fleet.reports.stream()
        .flatMap(report -> report.quality().stream())
        .filter(record -> record.side() == Side.SHADOW && record.counter() == 2)
        .reduce((_, last) -> last)
        .orElseThrow();
  }

  @Test
  void device_goesOnOffline_alsoAfterARestart_andCatchesUp() throws Exception {
    fleet.want("m", 1);
    Path config = enrol("a");
    try (Agent agent = start(config)) {
      await(agent, "1", () -> rests(agent, 1));
      await(agent, "reported", () -> !fleet.reports.isEmpty());
    }
    fleet.stop();
    int before = fleet.events().size();
    try (Agent agent = start(config)) {
      assertThat(infer(agent, 1)).isEqualTo(11);
      await(
          agent,
          "knows",
          () -> agent.status().fleet().orElseThrow().problem().contains("cannot be reached"));
      assertThat(agent.status().fleet().orElseThrow().desired().getFirst().counter()).isEqualTo(1);

      fleet.want("m", 2);
      fleet.start();
      agent.askFleet();
      await(agent, "2", () -> rests(agent, 2));
      await(agent, "caught up", () -> fleet.events().size() > before);
      List<Long> sequences = fleet.events().stream().map(EventRecord::sequence).distinct().toList();
      assertThat(sequences.getLast()).isEqualTo(sequences.size());
    }
  }

  @Test
  void certificate_isRenewedAtTwoThirdsOfItsLife() throws Exception {
    fleet.certificateLife = Duration.ofSeconds(20);
    fleet.early = 2;
    fleet.want("m", 1);
    Path config = enrol("a");
    IdentityFile file = IdentityFile.in(AgentConfig.read(config).data());
    Identity first = file.read().orElseThrow();
    try (Agent agent = start(config)) {
      await(agent, "renewed", () -> fleet.renewals > 0);
      await(agent, "1", () -> rests(agent, 1));
      assertThat(agent.status().fleet().orElseThrow().expires()).isAfter(first.expires());
    }
    Identity renewed = file.read().orElseThrow();
    assertThat(renewed.key()).isNotEqualTo(first.key());
    assertThat(renewed.expires()).isAfter(first.expires());
    assertThat(fleet.renewals).isEqualTo(1);
  }

  @Test
  void device_provesItselfByToken_whereThereIsNoTls() throws Exception {
    try (FakeFleet plain = new FakeFleet(folder.resolve("repo"), false)) {
      plain.want("m", 2);
      try (Agent agent = start(enrol("a", plain))) {
        await(agent, "2", () -> rests(agent, 2));
        await(agent, "reported", () -> !plain.reports.isEmpty());
      }
    }
  }

  @Test
  void modelThatTheFleetMayNotName_isNotFollowed() throws Exception {
    fleet.want("../../m", 1);
    try (Agent agent = start(enrol("a"))) {
      await(agent, "told", () -> !agent.status().fleet().orElseThrow().desired().isEmpty());
      assertThat(agent.status().models()).isEmpty();
    }
  }

  /** Decision 16: what devices see stays on them. */
  @Test
  void inputsAndOutputs_areNeverSent() throws Exception {
    fleet.want("m", 1);
    // As floats: x = 55501.25, y = 55511.25; both exact, also as the sum with 10.
    float marker = 55501.25f;
    try (Agent agent = start(enrol("a"))) {
      await(agent, "1", () -> rests(agent, 1));
      fleet.want("m", 2);
      agent.askFleet();
      for (int i = 0; i < 200; i++) {
        infer(agent, marker);
        failing(agent, marker);
      }
      await(
          agent,
          "2",
          () -> {
            infer(agent, marker);
            return rests(agent, 2);
          });
      int reports = fleet.reports.size();
      agent.askFleet();
      await(agent, "reported", () -> fleet.reports.size() > reports);
    }
    String sent = fleet.received.toString(StandardCharsets.ISO_8859_1);
    assertThat(sent).contains("/v1/device/report", "\"quality\"", "\"event\":\"agreed\"");
    for (String form : List.of("55501", "55511", "55521", "5.5501", "5.5511", "5.5521", "marker")) {
      assertThat(sent).as("'%s' was sent", form).doesNotContain(form);
    }
    byte[] bits = new byte[4];
    ByteBuffer.wrap(bits).order(ByteOrder.LITTLE_ENDIAN).putFloat(marker);
    assertThat(sent).doesNotContain(new String(bits, StandardCharsets.ISO_8859_1));
    assertThat(sent).doesNotContain(Base64.getEncoder().encodeToString(bits).substring(0, 5));
  }

  /** A request that the model cannot take, with names and values that would show in its failure. */
  private static void failing(Agent agent, float marker) {
    try {
      agent.infer("m", Map.of("marker", Tensor.ofFloats(new long[] {2}, marker, marker)));
      throw new AssertionError("the request should have been refused");
    } catch (SkerryException e) {
      assertThat(e).hasMessageContaining("marker");
    }
  }

  @Test
  void agentsInOneProcess_liveSideBySide() throws Exception {
    fleet.want("m", 2);
    List<Agent> agents = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        agents.add(start(enrol("device-" + i)));
      }
      for (Agent agent : agents) {
        await(agent, "2", () -> rests(agent, 2));
        assertThat(infer(agent, 1)).isEqualTo(21);
      }
      assertThat(agents).extracting(Agent::port).doesNotHaveDuplicates();
    } finally {
      agents.forEach(Agent::close);
    }
  }
}
