package dev.skerry.cli.demo;

import dev.skerry.agent.Agent;
import dev.skerry.agent.engine.OrtEngine;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.release.DeviceFacts;
import dev.skerry.cli.Skerry;
import dev.skerry.fleet.Fleet;
import dev.skerry.fleet.FleetSettings;
import dev.skerry.fleet.access.Scope;
import dev.skerry.fleet.api.Gate;
import dev.skerry.fleet.rollout.RolloutDetail;
import dev.skerry.fleet.store.Database;
import dev.skerry.runtime.Engine;
import dev.skerry.runtime.Ticker;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.RefusalRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/** The demo's control plane on SQLite, and its twelve devices of three classes of hardware. */
final class DemoFleet implements AutoCloseable {
  static final int DEVICES = 12;

  private static final List<String> SITES = List.of("berlin", "oslo", "porto", "turin");
  private static final Duration TOKEN_LIFE = Duration.ofDays(1);
  private static final long DEVICE_MEMORY_BYTES = 2L << 30;
  private static final int DEVICE_CORES = 4;

  /** What a device of each class says of its processor, as the targets need it. */
  private static final Map<String, Set<String>> FEATURES =
      Map.of(
          "x86-64-vnni", Set.of("avx2", "avx512_vnni", "avx_vnni"),
          "x86-64-v3", Set.of("avx2"),
          "arm64-dot", Set.of("asimddp"));

  private final Fleet fleet;
  private final String model;
  private final Path folder;
  private final SecureRandom random = new SecureRandom();
  private final List<DemoDevice> devices = new ArrayList<>();
  private final DemoDevice.Tally tally = new DemoDevice.Tally();

  private DemoFleet(Fleet fleet, String model, Path folder) {
    this.fleet = fleet;
    this.model = model;
    this.folder = folder;
  }

  /**
   * Starts the control plane on loopback, without TLS so that a browser takes it as it is.
   *
   * @param port 0 for any that is free
   */
  static DemoFleet start(Path folder, Path repository, String model, int port) {
    Path data = folder.resolve("fleet");
    FleetSettings settings =
        new FleetSettings(
            "127.0.0.1",
            port,
            Optional.empty(),
            data,
            Database.Place.of("jdbc:sqlite:" + data.resolve("fleet.db")),
            new FleetSettings.Repository.Folder(repository),
            Optional.empty(),
            new FleetSettings.TlsMode.Off(),
            Duration.ofDays(30),
            1,
            Duration.ofDays(30),
            Duration.ofDays(30),
            new Gate.Rates(1000, 1000, 1000));
    Ticker ticker = Ticker.system();
    Fleet fleet =
        Fleet.start(
            settings,
            new Fleet.Host(
                Skerry.VERSION, InstantSource.system(), ticker::nanos, new SecureRandom()));
    return new DemoFleet(fleet, model, folder);
  }

  String url() {
    return fleet.url();
  }

  /** A token with which a person may do everything. */
  String adminToken() {
    return fleet.ground().tokens().create("demo", "demo", Scope.ADMIN, TOKEN_LIFE).text();
  }

  DemoDevice.Tally tally() {
    return tally;
  }

  /**
   * Enrols and starts the devices.
   *
   * @param interval between two requests to the model of a device
   */
  void enrol(References references, Duration interval, DemoDevice.Shadow shadow)
      throws IOException {
    String token =
        fleet
            .ground()
            .claims()
            .create("demo", TOKEN_LIFE, OptionalLong.of(DEVICES), new TreeMap<>())
            .text();
    for (int i = 0; i < DEVICES; i++) {
      String target = DemoVersions.TARGETS.get(i % DemoVersions.TARGETS.size());
      String name = "device-%02d".formatted(i + 1);
      DeviceFacts facts = facts(target);
      SequencedMap<String, String> labels = new LinkedHashMap<>();
      labels.put("name", name);
      labels.put("site", SITES.get(i % SITES.size()));
      devices.add(
          DemoDevice.start(
              new DemoDevice.Kind(name, model, target, labels, facts, folder.resolve(name), shadow),
              url(),
              token,
              new Agent.Host(
                  Skerry.VERSION, "demo", facts, InstantSource.system(), random, _ -> {}),
              references,
              tally,
              interval));
    }
  }

  private static DeviceFacts facts(String target) {
    return new DeviceFacts(
        target.startsWith("arm64") ? "arm64" : "x86-64",
        FEATURES.getOrDefault(target, Set.of()),
        List.of("cpu"),
        DEVICE_MEMORY_BYTES,
        DEVICE_CORES,
        "onnxruntime " + Engine.version(),
        new TreeMap<>(OrtEngine.OPERATORS));
  }

  /** Begins a rollout of {@code plan}, in the words of the API, and gives its number. */
  long rollOut(Json.Obj plan) {
    return fleet.rollouts().create(JsonObject.of("plan", plan), "demo").rollout().id();
  }

  RolloutDetail rollout(long id) {
    return fleet.rollouts().show(id);
  }

  /** Devices that serve the release {@code counter} and have nothing on their way. */
  long settledOn(long counter) {
    return devices.stream().filter(device -> isSettledOn(device.status(), counter)).count();
  }

  private static boolean isSettledOn(ModelStatus status, long counter) {
    return status.state().equals("idle")
        && status.slots().stream()
            .anyMatch(slot -> slot.place().equals("active") && slot.counter() == counter);
  }

  /** What devices have against the release {@code counter}. */
  List<RefusalRecord> refusals(long counter) {
    return devices.stream()
        .flatMap(device -> device.status().refused().stream())
        .filter(refusal -> refusal.counter() == counter)
        .toList();
  }

  /** Returns when the control plane was closed. */
  void await() throws InterruptedException {
    fleet.await();
  }

  @Override
  public void close() {
    devices.forEach(DemoDevice::close);
    devices.clear();
    fleet.close();
  }
}
