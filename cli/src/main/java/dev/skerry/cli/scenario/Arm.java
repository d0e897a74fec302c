package dev.skerry.cli.scenario;

import dev.skerry.agent.schedule.Importance;
import dev.skerry.agent.schedule.OnLate;
import dev.skerry.agent.schedule.Rules;
import dev.skerry.agent.schedule.Scheduler;
import dev.skerry.agent.schedule.Terms;
import dev.skerry.cli.bench.RandomInputs;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Binding;
import dev.skerry.runtime.RunStop;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.ThreadPriority;
import dev.skerry.runtime.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** One measurement of a scenario under one policy: its sessions, clients and scheduler. */
final class Arm implements AutoCloseable {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final Duration UNLIMITED = Duration.ofDays(1);
  private static final int WAITING = 1024;
  private static final int WARM_UP_RUNS = 5;

  private final Scenario scenario;
  private final Policy policy;
  private final int cores;
  private final Ticker ticker;
  private final Optional<Scheduler> scheduler;
  private final Map<Scenario.Load, Session> sessions = new LinkedHashMap<>();

  /**
   * What came of it.
   *
   * @param restarts runs that were stopped for others, by load
   * @param cpuNanos of the whole process meanwhile
   */
  record Outcome(
      Map<Scenario.Load, List<Request>> records,
      Map<Scenario.Load, Long> restarts,
      long wallNanos,
      long cpuNanos) {}

  Arm(Scenario scenario, Policy policy, int cores, Ticker ticker) {
    this.scenario = scenario;
    this.policy = policy;
    this.cores = cores;
    this.ticker = ticker;
    this.scheduler = rules(policy, cores).map(rules -> new Scheduler(rules, this::termsOf, ticker));
    try {
      loads().forEach(load -> sessions.put(load, open(load)));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private static Optional<Rules> rules(Policy policy, int cores) {
    Rules usual = Rules.standard(cores, WAITING, LONGEST_WAIT);
    return switch (policy) {
      case SKERRY -> Optional.of(usual.withBeside(true));
      case FIFO -> Optional.of(usual.withOrder(Rules.Order.BY_ARRIVAL).withRestarts(0));
      case KILL -> Optional.of(usual.withRestarts(Integer.MAX_VALUE).withPatience(UNLIMITED));
      case ALONE, CONCURRENT, CONCURRENT_SPIN -> Optional.empty();
    };
  }

  private List<Scenario.Load> loads() {
    return scenario.loads().stream()
        .filter(load -> policy != Policy.ALONE || load.terms().importance() == Importance.CRITICAL)
        .toList();
  }

  private Terms termsOf(String name) {
    Terms own =
        loads().stream().filter(load -> load.name().equals(name)).findFirst().orElseThrow().terms();
    return switch (policy) {
      case SKERRY -> own;
      // one at a time, and nobody knows of deadlines: a better class stops a run at once
      case ALONE, FIFO, CONCURRENT, CONCURRENT_SPIN, KILL ->
          new Terms(
              own.importance(),
              Optional.empty(),
              own.period(),
              OnLate.QUEUE,
              cores,
              Optional.empty());
    };
  }

  private Session open(Scenario.Load load) {
    boolean ours = policy == Policy.SKERRY || policy == Policy.ALONE;
    SessionConfig config =
        SessionConfig.standard()
            .withThreads(ours ? Math.min(cores, load.terms().threads()) : cores)
            .withSpinning(policy == Policy.CONCURRENT_SPIN);
    Supplier<Session> session =
        switch (load.source()) {
          case Scenario.Source.File(var path) -> () -> Session.open(path, config);
          case Scenario.Source.Chain(int nodes, int size) ->
              () -> Session.open(ChainModel.of(nodes, size, scenario.seed()), config);
        };
    boolean background =
        policy == Policy.SKERRY && load.terms().importance() == Importance.BEST_EFFORT;
    return background ? ThreadPriority.lowered(ThreadPriority.LOW, session) : session.get();
  }

  /** Runs it. */
  Outcome run() throws InterruptedException {
    Map<Scenario.Load, List<Future<List<Request>>>> clients = new LinkedHashMap<>();
    int count = loads().stream().mapToInt(Scenario.Load::clients).sum();
    CountDownLatch ready = new CountDownLatch(count);
    CountDownLatch go = new CountDownLatch(1);
    long[] origin = new long[1];
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      for (Scenario.Load load : loads()) {
        Clock clock = Clock.of(load, scenario.seconds(), scenario.seed());
        List<Future<List<Request>>> own = new ArrayList<>();
        for (int i = 0; i < load.clients(); i++) {
          own.add(threads.submit(() -> client(load, clock, ready, go, origin)));
        }
        clients.put(load, own);
      }
      ready.await();
      long cpu = ticker.cpuNanos();
      origin[0] = ticker.nanos();
      go.countDown();
      Map<Scenario.Load, List<Request>> records = new LinkedHashMap<>();
      for (Map.Entry<Scenario.Load, List<Future<List<Request>>>> entry : clients.entrySet()) {
        records.put(entry.getKey(), joined(entry.getValue()));
      }
      return new Outcome(records, restarts(), ticker.nanos() - origin[0], ticker.cpuNanos() - cpu);
    }
  }

  private static List<Request> joined(List<Future<List<Request>>> clients)
      throws InterruptedException {
    List<Request> all = new ArrayList<>();
    for (Future<List<Request>> client : clients) {
      try {
        all.addAll(client.get());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof SkerryException failed) {
          throw failed;
        }
        throw new IllegalStateException(e);
      }
    }
    return all;
  }

  private Map<Scenario.Load, Long> restarts() {
    Map<Scenario.Load, Long> restarts = new LinkedHashMap<>();
    for (Scenario.Load load : loads()) {
      restarts.put(
          load, scheduler.map(by -> by.figures(by.model(load.name())).restarts()).orElse(0L));
    }
    return restarts;
  }

  private List<Request> client(
      Scenario.Load load, Clock clock, CountDownLatch ready, CountDownLatch go, long[] origin)
      throws InterruptedException {
    Binding bound;
    try {
      bound = bind(load);
    } finally {
      ready.countDown(); // also when it fails, which the others need not wait for
    }
    try (Binding binding = bound) {
      Optional<Scheduler.Seat> seat = scheduler.map(by -> by.seat(by.model(load.name())));
      List<Request> records = new ArrayList<>();
      go.await();
      for (long due; (due = clock.await(ticker, origin[0])) >= 0; ) {
        records.add(request(binding, seat, due, origin[0]));
      }
      return records;
    }
  }

  private Binding bind(Scenario.Load load) {
    Session session = sessions.get(load);
    if (session == null) {
      throw new IllegalStateException("no session of " + load.name());
    }
    Map<String, Tensor> inputs =
        RandomInputs.of(
            session.inputs(), Map.of(), Map.of(), new SplittableRandom(scenario.seed()));
    Binding binding =
        session.bind(inputs, session.outputs().stream().map(ValueInfo::name).toList());
    for (int i = 0; i < WARM_UP_RUNS; i++) {
      binding.run();
    }
    return binding;
  }

  private Request request(Binding binding, Optional<Scheduler.Seat> seat, long due, long origin) {
    long[] began = new long[1];
    Scheduler.Work<Boolean> work =
        stop -> {
          began[0] = ticker.nanos() - origin;
          binding.run(stop);
          return true;
        };
    boolean refused = false;
    try {
      if (seat.isPresent()) {
        seat.get().run(Optional.empty(), work);
      } else {
        work.run(new RunStop());
      }
    } catch (SkerryException e) {
      if (e.code() != ErrorCode.BUSY) {
        throw e;
      }
      refused = true;
    }
    return new Request(due, began[0], ticker.nanos() - origin, refused);
  }

  @Override
  public void close() {
    sessions.values().forEach(Session::close);
    scheduler.ifPresent(Scheduler::close);
  }
}
