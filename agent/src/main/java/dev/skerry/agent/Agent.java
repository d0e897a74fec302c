package dev.skerry.agent;

import dev.skerry.agent.backend.Backends;
import dev.skerry.agent.backend.Considered;
import dev.skerry.agent.config.AgentConfig;
import dev.skerry.agent.control.Control;
import dev.skerry.agent.control.ControlApi;
import dev.skerry.agent.device.Bell;
import dev.skerry.agent.device.FolderLock;
import dev.skerry.agent.device.SystemConditions;
import dev.skerry.agent.engine.BudgetedEngine;
import dev.skerry.agent.engine.MemoryBudget;
import dev.skerry.agent.engine.ModelEngine;
import dev.skerry.agent.engine.OrtEngine;
import dev.skerry.agent.fleet.FleetLink;
import dev.skerry.agent.grpc.GrpcServer;
import dev.skerry.agent.metrics.AgentMetrics;
import dev.skerry.agent.schedule.Importance;
import dev.skerry.agent.schedule.ScheduledModel;
import dev.skerry.agent.schedule.Scheduler;
import dev.skerry.agent.schedule.Terms;
import dev.skerry.agent.sequence.Sequences;
import dev.skerry.agent.serve.InferenceServer;
import dev.skerry.agent.serve.Models;
import dev.skerry.agent.serve.ServeLimits;
import dev.skerry.agent.traffic.LiveTraffic;
import dev.skerry.agent.traffic.RunFigures;
import dev.skerry.agent.update.Goal;
import dev.skerry.agent.update.Journal;
import dev.skerry.agent.update.Policy;
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
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.ProcessMemory;
import dev.skerry.runtime.Ticker;
import dev.skerry.wire.AgentStatus;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.ModelStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
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
  private final Considered considered;
  private final Bell stop = new Bell();

  /** May grow while they are used: a fleet can want further models. */
  private final ConcurrentSkipListMap<String, LiveTraffic> traffic = new ConcurrentSkipListMap<>();

  private final ConcurrentSkipListMap<String, Driver> drivers = new ConcurrentSkipListMap<>();

  private final Optional<FleetLink> fleet;
  private final World world;
  private final Scheduler scheduler;
  private final Optional<MemoryBudget> memory;
  private final Models models;
  private final AgentMetrics metrics;
  private final InferenceServer server;

  /** Callers are answered meanwhile. */
  private final Thread warmUp;

  private final Optional<GrpcServer> grpc;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * What the agent runs on.
   *
   * @param version of Skerry
   * @param machine name of its processor
   * @param facts of this device; its memory is what a model may take
   * @param listener is told of every event
   */
  public record Host(
      String version,
      String machine,
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
      this.fleet = config.fleet().map(settings -> FleetLink.open(settings, platform(disk)));
      this.journal = Journal.open(disk, config.data(), this::happened);
      ServeLimits limits = ServeLimits.standard();
      this.scheduler = Models.scheduler(limits, config::termsOf);
      this.memory = config.memoryBudget().map(MemoryBudget::new);
      this.engine = new OrtEngine(config.threads(), OrtEngine.RUN_LIMIT);
      AgentConfig.EngineChoice choice = config.engine();
      this.considered = Considered.of(choice.library(), choice.providers(), choice.described());
      this.world = world(disk);
      config.models().forEach(this::prepare);
      fleet.map(FleetLink::models).orElse(Set.of()).forEach(this::prepare);
      this.models =
          new Models(
              traffic,
              scheduler,
              limits.tensorBytes(),
              new Sequences(config.sequences(), world.ticker()));
      this.metrics = new AgentMetrics(host.version(), engine.version(), models, scheduler, memory);
      Runnable warmUp =
          models.warmUp(limits, world.ticker(), memory.isPresent() ? 1 : Integer.MAX_VALUE);
      this.server =
          InferenceServer.start(
              config.host(),
              config.port(),
              models,
              limits,
              world.ticker(),
              host.version(),
              routing -> {
                new ControlApi(this).addTo(routing);
                metrics.addTo(routing);
              });
      this.grpc = config.grpc().map(address -> startGrpc(address, server, models, limits, host));
      this.warmUp = Thread.ofPlatform().daemon().name("warm-up").start(warmUp);
    } catch (RuntimeException | Error e) {
      drivers.values().forEach(driver -> driver.updater().close());
      lock.close();
      throw e;
    }
    drivers.values().forEach(Driver::start);
    fleet.ifPresent(link -> link.start(new Followed()));
  }

  /** Serves gRPC beside {@code rest}, or neither. */
  private static GrpcServer startGrpc(
      AgentConfig.Address address,
      InferenceServer rest,
      Models models,
      ServeLimits limits,
      Host host) {
    try {
      return GrpcServer.start(
          address.host(), address.port(), models, limits, Ticker.system(), host.version());
    } catch (RuntimeException | Error e) {
      rest.close();
      throw e;
    }
  }

  /** Takes up the life with {@code model}; its driver is started afterwards. */
  private Driver prepare(String model) {
    ScheduledModel scheduled = scheduler.model(model);
    int threads = scheduled.terms().threads();
    LiveTraffic live = new LiveTraffic(world.ticker(), threads, scheduler.turns(scheduled));
    Updater updater =
        Updater.of(
            model, world.withEngine(engine(scheduled)), live, config.policy(), backends(threads));
    updater.start();
    Driver driver = new Driver(String.valueOf(config.data().getFileName()), updater, this::fail);
    traffic.put(model, live);
    drivers.put(model, driver);
    return driver;
  }

  /** One engine for the releases of each model, all of them within one budget if there is one. */
  private ModelEngine engine(ScheduledModel model) {
    Terms terms = model.terms();
    OrtEngine usual = new OrtEngine(terms.threads(), OrtEngine.RUN_LIMIT, considered.providers());
    OrtEngine own = terms.importance() == Importance.BEST_EFFORT ? usual.inBackground() : usual;
    return memory
        .<ModelEngine>map(budget ->
            new BudgetedEngine(
                own, budget, model.name(), terms.importance().ordinal(), terms.memoryBytes()))
        .orElse(own);
  }

  private void happened(EventRecord event) {
    host.listener().accept(event);
    fleet.ifPresent(FleetLink::notice);
  }

  private FleetLink.Platform platform(Disk disk) {
    return new FleetLink.Platform(
        disk,
        config.data(),
        host.version(),
        host.facts(),
        host.wall(),
        Ticker.system(),
        host.random(),
        ProcessMemory::residentBytes,
        this::fail);
  }

  /** What the fleet sees of this device. */
  private final class Followed implements FleetLink.Device {
    @Override
    public List<ModelStatus> models() {
      return drivers.values().stream().map(driver -> driver.updater().status()).toList();
    }

    @Override
    public List<EventRecord> eventsAfter(long sequence, int most) {
      return journal.after(sequence, most);
    }

    @Override
    public Map<String, List<RunFigures>> runs() {
      Map<String, List<RunFigures>> runs = new LinkedHashMap<>();
      traffic.forEach((model, live) -> runs.put(model, live.runs()));
      return runs;
    }

    @Override
    public void follow(Set<String> wanted) {
      synchronized (drivers) {
        for (String model : wanted) {
          if (!drivers.containsKey(model) && !closed.get()) {
            prepare(model).start();
          }
        }
      }
      for (Driver driver : drivers.values()) {
        driver.updater().checkNow();
        driver.wake();
      }
    }
  }

  /**
   * Starts an agent; whoever starts it closes it.
   *
   * @throws SkerryException if the configuration does not fit this machine
   */
  public static Agent start(AgentConfig config, Host host) {
    return new Agent(config, host);
  }

  private World world(Disk disk) {
    Remote remote =
        AgentConfig.isAddress(config.repository())
            ? new HttpRemote(
                config.repository(),
                HttpRemote.Waits.usual(),
                () -> fleet.flatMap(link -> link.sockets(config.repository())))
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
        Ticker.system(),
        stop,
        host.random(),
        model -> fleet.map(link -> link.goal(model)).orElse(new Goal.Newest()),
        ProcessMemory::residentBytes);
  }

  private Backends backends(int threads) {
    DeviceFacts facts = host.facts();
    String conditions =
        "%s, %s of %d cores, %d threads, %s"
            .formatted(
                host.machine(), facts.architecture(), facts.cores(), threads, engine.version());
    return considered.backends(conditions, this::choice);
  }

  private Choice choice(List<Ladder> ladders, String backend) {
    Policy.Limits limits = config.policy().limits();
    return Choice.of(
        ladders,
        host.facts().withProviders(List.of(backend)),
        new Budgets(limits.latencyMicros(), limits.memoryBytes()));
  }

  private void fail(Throwable bug) {
    failure.compareAndSet(null, bug);
    ended.countDown();
  }

  /** The port that it serves on. */
  public int port() {
    return server.port();
  }

  /** The port that it serves gRPC on; empty when it does not. */
  public OptionalInt grpcPort() {
    return grpc.map(GrpcServer::port).map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  /**
   * Runs the model {@code name} once, as a request that came over HTTP would: its shadow sees it,
   * and it is counted.
   *
   * @param inputs one tensor per input; their memory is borrowed until this returns
   * @return all outputs, in the model's order
   * @throws SkerryException NOT_FOUND if there is no such model, BAD_DATA if {@code inputs} do not
   *     fit, BUSY if it is not ready or too many requests wait, ENGINE if the run fails
   */
  public SequencedMap<String, Tensor> infer(String name, Map<String, Tensor> inputs) {
    return models.infer(name, inputs);
  }

  /** What it serves, for programs in the same process. */
  public Models models() {
    return models;
  }

  /** Asks the fleet now what to run, if there is one. */
  public void askFleet() {
    fleet.ifPresent(FleetLink::askNow);
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
        fleet.map(FleetLink::status),
        drivers.values().stream().map(driver -> scheduled(driver.updater().status())).toList());
  }

  private ModelStatus scheduled(ModelStatus status) {
    return status
        .withScheduling(scheduler.scheduling(scheduler.model(status.model())))
        .withParts(metrics.parts(status.model()));
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
                    .formatted(model, String.join(", ", drivers.keySet()))));
  }

  /** It ends by itself, soon. */
  private void joinWarmUp() {
    try {
      warmUp.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends serving, lets requests in flight end, and frees everything. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    server.close();
    grpc.ifPresent(GrpcServer::close);
    fleet.ifPresent(FleetLink::close);
    synchronized (drivers) {
      drivers.values().forEach(driver -> driver.updater().stop());
    }
    stop.ringOn();
    joinWarmUp();
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
      scheduler.close();
    }
    ended.countDown();
  }
}
