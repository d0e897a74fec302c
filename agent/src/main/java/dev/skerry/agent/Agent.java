package dev.skerry.agent;

import dev.skerry.agent.config.AgentConfig;
import dev.skerry.agent.control.Control;
import dev.skerry.agent.control.ControlApi;
import dev.skerry.agent.device.Bell;
import dev.skerry.agent.device.FolderLock;
import dev.skerry.agent.device.SystemConditions;
import dev.skerry.agent.engine.ModelEngine;
import dev.skerry.agent.engine.OrtEngine;
import dev.skerry.agent.serve.InferenceServer;
import dev.skerry.agent.serve.Models;
import dev.skerry.agent.serve.ServeLimits;
import dev.skerry.agent.traffic.LiveTraffic;
import dev.skerry.agent.update.Journal;
import dev.skerry.agent.update.RepositorySource;
import dev.skerry.agent.update.Updater;
import dev.skerry.agent.update.World;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.net.FolderRemote;
import dev.skerry.bundle.net.HttpRemote;
import dev.skerry.bundle.net.Remote;
import dev.skerry.bundle.release.Budgets;
import dev.skerry.bundle.release.Choice;
import dev.skerry.bundle.release.DeviceFacts;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.bundle.tuf.TufClient;
import dev.skerry.bundle.tuf.TufLimits;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.ProcessMemory;
import dev.skerry.runtime.Ticker;
import dev.skerry.wire.AgentStatus;
import dev.skerry.wire.EventRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A running device: follows a repository, serves the models it names, and takes orders. What serves
 * was verified and is loaded before the server listens.
 */
public final class Agent implements Control, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long ROOT_LIMIT_BYTES = 512 << 10;

  private final AgentConfig config;
  private final Host host;
  private final FolderLock lock;
  private final Journal journal;
  private final ModelEngine engine;
  private final Bell stop = new Bell();
  private final SequencedMap<String, Driver> drivers = new LinkedHashMap<>();
  private final InferenceServer server;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * What the agent runs on.
   *
   * @param version of Skerry
   * @param facts of this device; its memory is what a model may take
   * @param listener is told of every event
   */
  public record Host(
      String version,
      DeviceFacts facts,
      InstantSource wall,
      RandomGenerator random,
      Consumer<EventRecord> listener) {}

  private Agent(AgentConfig config, Host host) {
    this.config = config;
    this.host = host;
    Disk disk = new SystemDisk();
    disk.createFolders(config.data());
    this.lock = FolderLock.of(config.data());
    try {
      this.journal = Journal.open(disk, config.data(), host.listener());
      this.engine = new OrtEngine(config.threads(), OrtEngine.RUN_LIMIT);
      Ticker ticker = Ticker.system();
      World world = world(disk, ticker);
      SequencedMap<String, LiveTraffic> traffic = new LinkedHashMap<>();
      for (String model : config.models()) {
        LiveTraffic live = new LiveTraffic(ticker, config.threads());
        traffic.put(model, live);
        Updater updater = Updater.of(model, world, live, config.policy(), this::choice);
        drivers.put(model, new Driver(updater, this::fail));
        updater.start();
      }
      ServeLimits limits = ServeLimits.standard();
      this.server =
          InferenceServer.start(
              config.host(),
              config.port(),
              new Models(traffic, limits),
              limits,
              ticker,
              host.version(),
              new ControlApi(this)::addTo);
    } catch (RuntimeException | Error e) {
      drivers.values().forEach(driver -> driver.updater().close());
      lock.close();
      throw e;
    }
    drivers.values().forEach(Driver::start);
  }

  /**
   * Starts an agent; whoever starts it closes it.
   *
   * @throws SkerryException if the configuration does not fit this machine
   */
  public static Agent start(AgentConfig config, Host host) {
    return new Agent(config, host);
  }

  private World world(Disk disk, Ticker ticker) {
    Remote remote =
        AgentConfig.isAddress(config.repository())
            ? new HttpRemote(config.repository(), HttpRemote.Waits.usual())
            : new FolderRemote(Path.of(config.repository()));
    Path metadata = config.data().resolve("metadata");
    TufClient client =
        new TufClient(disk, metadata, remote, "metadata/", host.wall(), TufLimits.usual());
    if (disk.isFile(config.root())) {
      client.init(disk.read(config.root(), ROOT_LIMIT_BYTES));
    } else if (disk.list(metadata).isEmpty()) {
      throw new SkerryException(
          ErrorCode.USAGE,
          "there is no %s; copy the repository's first root file (metadata/1.root.json) there, on a"
                  .formatted(config.root())
              + " way that you trust");
    }
    return new World(
        disk,
        config.data().resolve("models"),
        journal,
        new RepositorySource(client, remote),
        engine,
        new SystemConditions(SystemConditions.SUPPLIES, config.meteredFlag()),
        host.wall(),
        ticker,
        stop,
        host.random(),
        ProcessMemory::residentBytes);
  }

  private Choice choice(List<Ladder> ladders) {
    return Choice.of(
        ladders,
        host.facts(),
        new Budgets(
            config.policy().limits().latencyMicros(), config.policy().limits().memoryBytes()));
  }

  private void fail(Throwable bug) {
    failure.compareAndSet(null, bug);
    ended.countDown();
  }

  /** The port that it serves on. */
  public int port() {
    return server.port();
  }

  /** Returns when the agent was closed, and throws when a bug has stopped it. */
  public void await() throws InterruptedException {
    ended.await();
    Throwable bug = failure.get();
    if (bug != null) {
      throw new IllegalStateException("the agent's update thread ended", bug);
    }
  }

  @Override
  public AgentStatus status() {
    return new AgentStatus(
        host.version(),
        engine.version(),
        config.repository(),
        drivers.values().stream().map(driver -> driver.updater().status()).toList());
  }

  @Override
  public List<EventRecord> events(int most) {
    return journal.read(most);
  }

  @Override
  public String rollback(String model) {
    Driver driver = driver(model);
    String serves = driver.updater().rollback();
    driver.wake();
    return serves;
  }

  @Override
  public void checkNow(String model) {
    Driver driver = driver(model);
    driver.updater().checkNow();
    driver.wake();
  }

  private Driver driver(String model) {
    return Optional.ofNullable(drivers.get(model))
        .orElseThrow(() ->
            new UnknownModelException(
                "this agent does not run '%s', only %s"
                    .formatted(model, String.join(", ", drivers.sequencedKeySet()))));
  }

  /** Ends serving, lets requests in flight end, and frees everything. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    server.close();
    drivers.values().forEach(driver -> driver.updater().stop());
    stop.ringOn();
    List<Driver> busy = new ArrayList<>();
    for (Driver driver : drivers.values()) {
      if (driver.stop(PATIENCE)) {
        driver.updater().close();
      } else {
        busy.add(driver); // it may still run its model; the process ends anyway
      }
    }
    if (busy.isEmpty()) {
      lock.close();
    }
    ended.countDown();
  }
}
