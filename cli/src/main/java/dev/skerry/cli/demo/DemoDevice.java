package dev.skerry.cli.demo;

import dev.skerry.agent.Agent;
import dev.skerry.agent.config.AgentConfig;
import dev.skerry.agent.fleet.EnrolOrder;
import dev.skerry.agent.fleet.Enrolment;
import dev.skerry.bundle.release.DeviceFacts;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.wire.ModelStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One device of the demo: an agent, and a caller that asks it without end and knows the answers.
 */
final class DemoDevice implements AutoCloseable {
  /** Waits are short and latencies lenient: a dozen devices share this machine. */
  private static final String CONFIG =
      """
      repository = "-"
      root       = "-"
      models     = ["%s"]
      listen     = "127.0.0.1:0"

      [poll]
      interval = "1 s"

      [probe]
      time              = "200 ms"
      max-latency-ratio = 4.0

      [shadow]
      share             = 1.0
      samples           = %d
      max-disagreement  = %s
      max-latency-ratio = 4.0

      [probation]
      time              = "2 s"
      requests          = 40
      max-latency-ratio = 4.0
      """;

  private final Agent agent;
  private final String model;
  private final References references;
  private final Tally tally;
  private final Duration interval;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread caller;

  /** Requests of all devices: asked, failed, and answered as no good version answers. */
  record Tally(AtomicLong asked, AtomicLong failed, AtomicLong wrong) {
    Tally() {
      this(new AtomicLong(), new AtomicLong(), new AtomicLong());
    }
  }

  /**
   * What a device is.
   *
   * @param target class of hardware that it says it is of
   * @param folder of its configuration and data
   * @param shadow how new releases are compared
   */
  record Kind(
      String name,
      String model,
      String target,
      SequencedMap<String, String> labels,
      DeviceFacts facts,
      Path folder,
      Shadow shadow) {}

  /**
   * How a device compares a new release with the one that serves.
   *
   * @param samples live requests
   * @param maxDisagreement share of them that may be answered otherwise
   */
  record Shadow(int samples, double maxDisagreement) {
    /** Answers that may differ where nothing is expected to. */
    private static final double LEAST = 0.05;

    /** For a new version that is known to answer this share of validation data otherwise. */
    static Shadow expecting(double disagreement) {
      double share = LEAST + 2 * disagreement;
      return new Shadow(share > 1.2 * LEAST ? 120 : 60, share); // what lies closer takes longer
    }
  }

  private DemoDevice(
      Agent agent, Kind kind, References references, Tally tally, Duration interval) {
    this.agent = agent;
    this.model = kind.model();
    this.references = references;
    this.tally = tally;
    this.interval = interval;
    this.caller =
        Thread.ofPlatform().daemon().name("caller-" + kind.name()).unstarted(this::callWithoutEnd);
  }

  /** Enrols a device with {@code token} at the fleet at {@code url}, and starts it. */
  static DemoDevice start(
      Kind kind,
      String url,
      String token,
      Agent.Host host,
      References references,
      Tally tally,
      Duration interval)
      throws IOException {
    Files.createDirectories(kind.folder());
    Path config = kind.folder().resolve("agent.toml");
    Files.writeString(
        config,
        CONFIG.formatted(kind.model(), kind.shadow().samples(), kind.shadow().maxDisagreement()));
    Enrolment.enrol(
        new EnrolOrder(
            url,
            token,
            config,
            Optional.of(kind.target()),
            kind.labels(),
            false,
            kind.facts(),
            host.version()));
    DemoDevice device =
        new DemoDevice(
            Agent.start(AgentConfig.read(config), host), kind, references, tally, interval);
    device.caller.start();
    return device;
  }

  private void callWithoutEnd() {
    int index = 0;
    boolean served = false;
    while (!isStoppedAfter(interval)) {
      index = (index + 1) % references.size();
      Optional<Map<String, Tensor>> answer = ask(index);
      served |= answer.isPresent();
      if (served) { // before its first release a device has nothing to answer with
        count(index, answer);
      }
    }
  }

  private Optional<Map<String, Tensor>> ask(int index) {
    try {
      return Optional.of(agent.infer(model, references.input(index)));
    } catch (SkerryException e) {
      return Optional.empty();
    }
  }

  private void count(int index, Optional<Map<String, Tensor>> answer) {
    tally.asked().incrementAndGet();
    if (answer.isEmpty()) {
      tally.failed().incrementAndGet();
    } else if (!references.isRight(index, answer.get())) {
      tally.wrong().incrementAndGet();
    }
  }

  /** How the device is with its model. */
  ModelStatus status() {
    return agent.status().models().getFirst();
  }

  private boolean isStoppedAfter(Duration time) {
    try {
      return stopped.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() {
    stopped.countDown();
    try {
      caller.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    agent.close();
  }
}
