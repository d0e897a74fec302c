package dev.skerry.agent.fleet;

import dev.skerry.agent.config.AgentConfig;
import dev.skerry.agent.device.Bell;
import dev.skerry.agent.traffic.RunFigures;
import dev.skerry.agent.update.Goal;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.release.DeviceFacts;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.Ticker;
import dev.skerry.wire.Desired;
import dev.skerry.wire.DesiredModel;
import dev.skerry.wire.DeviceReport;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.FleetStatus;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.RenewReply;
import dev.skerry.wire.RenewRequest;
import dev.skerry.wire.ReportReply;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A device's connection with its fleet: two threads that ask what to run and report how it goes.
 * Whatever happens to the network or the fleet, the device goes on with what it was last told.
 */
public final class FleetLink implements AutoCloseable {
  /** Models that a fleet may want of one device. */
  private static final int MOST_MODELS = 100;

  /** First wait after a failure; doubled after each further one, varied by half. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** Longest wait after a failure, unless the fleet is asked less often anyway. */
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

  /** Events that come together are reported together. */
  private static final Duration GATHER = Duration.ofMillis(200);

  private static final int MOST_DOUBLINGS = 20;
  private static final int USUAL_SECONDS = 30;
  private static final String UNTOLD = "the fleet has not said yet what this device should run";

  private final AgentConfig.Fleet config;
  private final Platform platform;
  private final URI address;
  private final IdentityFile file;
  private final FleetState state;
  private final Bell asking = new Bell();
  private final Bell reporting = new Bell();
  private final Bell gathering = new Bell();
  private final AtomicReference<Secured> secured;
  private final AtomicReference<String> problem = new AtomicReference<>("");
  private volatile @Nullable Instant contact;
  private volatile boolean stopped;

  /**
   * What the link runs on.
   *
   * @param version of Skerry
   * @param residentBytes main memory that the process has in use; empty where it cannot be told
   * @param failed is told of a bug, after which nothing is asked or reported any more
   */
  public record Platform(
      Disk disk,
      Path data,
      String version,
      DeviceFacts facts,
      InstantSource wall,
      Ticker ticker,
      RandomGenerator random,
      Supplier<OptionalLong> residentBytes,
      Consumer<Throwable> failed) {}

  /** The device, as the link sees it. Threads may use it at the same time. */
  public interface Device {
    List<ModelStatus> models();

    /** The oldest events after number {@code sequence}, at most {@code most}. */
    List<EventRecord> eventsAfter(long sequence, int most);

    /** Figures by the name of the model. */
    Map<String, List<RunFigures>> runs();

    /** Goals of these models may have changed; those that are not followed yet are from now on. */
    void follow(Set<String> models);
  }

  /** What goes with one certificate. */
  private record Secured(
      Identity identity, FleetClient client, Optional<SSLSocketFactory> sockets) {}

  private FleetLink(AgentConfig.Fleet config, Platform platform, Identity identity) {
    this.config = config;
    this.platform = platform;
    this.address = FleetAddress.of(config.url());
    this.file = IdentityFile.in(platform.data());
    this.state = FleetState.open(platform.disk(), platform.data());
    this.secured = new AtomicReference<>(secured(identity));
  }

  /**
   * The link of a device that was enrolled; nothing is sent before {@link #start}.
   *
   * @throws SkerryException USAGE if it was not
   */
  public static FleetLink open(AgentConfig.Fleet config, Platform platform) {
    IdentityFile file = IdentityFile.in(platform.data());
    Identity identity =
        file.read()
            .orElseThrow(() ->
                new SkerryException(
                    ErrorCode.USAGE,
                    "this device belongs to no fleet yet (there is no %s); run 'skerry agent enroll %s --token TOKEN', or remove [fleet] from agent.toml"
                        .formatted(file.path(), config.url())));
    return new FleetLink(config, platform, identity);
  }

  private Secured secured(Identity identity) {
    Optional<SSLContext> tls =
        FleetAddress.isSecure(address) ? Optional.of(FleetTls.mutual(identity)) : Optional.empty();
    return new Secured(
        identity,
        new FleetClient(address, tls, identity.token()),
        tls.map(SSLContext::getSocketFactory));
  }

  /** Whom to trust for releases that lie at {@code repository}; empty for the usual. */
  public Optional<SSLSocketFactory> sockets(String repository) {
    return FleetAddress.isSameServer(address, URI.create(repository))
        ? now().sockets()
        : Optional.empty();
  }

  private Secured now() {
    return secured.get();
  }

  /** Begins to ask and to report. */
  public void start(Device device) {
    String process = Long.toHexString(platform.random().nextLong());
    Reports reports =
        new Reports(
            FleetFacts.of(platform.facts(), config.target(), platform.version()),
            config.labels(),
            device,
            process,
            platform.residentBytes());
    String name = now().identity().device();
    thread("ask-" + name, () -> ask(device));
    thread("report-" + name, () -> report(reports));
  }

  private void thread(String name, Runnable work) {
    Thread.ofVirtual()
        .name("skerry-" + name)
        .start(() -> {
          try {
            work.run();
          } catch (RuntimeException | Error e) {
            if (!stopped) {
              platform.failed().accept(e);
            }
          }
        });
  }

  /** Something happened that the fleet should know soon. */
  public void notice() {
    reporting.ring();
  }

  /** Asks the fleet now. */
  public void askNow() {
    asking.ring();
  }

  /** Models that the fleet wants, as far as it was told. */
  public Set<String> models() {
    Set<String> models = new LinkedHashSet<>();
    state.desired().map(Desired::models).orElse(List.of()).stream()
        .map(DesiredModel::model)
        .filter(AgentConfig::isModelName)
        .limit(MOST_MODELS)
        .forEach(models::add);
    return models;
  }

  /** What the fleet wants of {@code model}. */
  public Goal goal(String model) {
    Optional<Desired> desired = state.desired();
    if (desired.isEmpty()) {
      return new Goal.Keep(UNTOLD);
    }
    return desired.get().models().stream()
        .filter(wanted -> wanted.model().equals(model))
        .findFirst()
        .<Goal>map(wanted ->
            wanted.counter() == DesiredModel.KEEP
                ? new Goal.Keep(wanted.why())
                : new Goal.Exactly(wanted.counter(), wanted.why()))
        .orElse(new Goal.Keep("the fleet says nothing about it"));
  }

  public FleetStatus status() {
    Identity identity = now().identity();
    return new FleetStatus(
        config.url(),
        identity.device(),
        identity.expires(),
        Optional.ofNullable(contact),
        problem.get(),
        state.desired().map(Desired::models).orElse(List.of()));
  }

  private void ask(Device device) {
    int failures = 0;
    while (!stopped) {
      Duration wait;
      try {
        renewIfDue();
        Answer answer = askOnce();
        if (answer.changed() || failures > 0) {
          device.follow(models());
        }
        failures = 0;
        wait = untilNext(answer);
      } catch (SkerryException | BundleException | UncheckedIOException e) {
        wait = failed(e, failures++);
      }
      asking.pause(wait);
    }
  }

  private void succeeded() {
    contact = platform.wall().instant();
    problem.set("");
  }

  /** The wait after a failure. */
  private Duration failed(RuntimeException e, int failures) {
    problem.set(String.valueOf(e.getMessage()));
    Duration longest = interval().compareTo(LONGEST_RETRY) > 0 ? interval() : LONGEST_RETRY;
    Duration doubled = RETRY.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
    return varied(doubled.compareTo(longest) < 0 ? doubled : longest, 0.5);
  }

  private Duration interval() {
    return Duration.ofSeconds(state.desired().map(Desired::pollSeconds).orElse(USUAL_SECONDS));
  }

  private Duration varied(Duration time, double share) {
    double factor = 1 + share * (2 * platform.random().nextDouble() - 1);
    return Duration.ofNanos((long) (time.toNanos() * factor));
  }

  /**
   * What came of a question.
   *
   * @param nanos that it took, for telling whether the fleet waits with its answer
   */
  private record Answer(boolean changed, long nanos) {}

  private Answer askOnce() {
    String etag = state.desired().map(Desired::etag).orElse("");
    long start = platform.ticker().nanos();
    Optional<Desired> told = now().client().desired(etag, config.longPoll());
    long nanos = platform.ticker().nanos() - start;
    succeeded();
    told.ifPresent(state::want);
    return new Answer(told.isPresent(), nanos);
  }

  /** A fleet that waits until there is something new is asked again at once. */
  private Duration untilNext(Answer answer) {
    Duration longPoll = config.longPoll();
    boolean waits = answer.changed() || answer.nanos() >= longPoll.toNanos() / 2;
    return longPoll.isPositive() && waits ? GATHER : varied(interval(), config.jitter());
  }

  private void renewIfDue() {
    Identity identity = now().identity();
    if (platform.wall().instant().isBefore(identity.renewal())) {
      return;
    }
    KeyPair pair = DeviceKey.generate();
    String publicKey = DeviceKey.publicText(pair);
    RenewReply reply =
        now()
            .client()
            .renew(
                new RenewRequest(publicKey, DeviceKey.proof(pair, RenewRequest.signed(publicKey))));
    Identity renewed = Identity.of(pair, reply.certificates(), identity.ca(), identity.token());
    if (!renewed.device().equals(identity.device())) {
      throw new BundleException(
          "the fleet gave a certificate of '%s' to '%s'"
              .formatted(renewed.device(), identity.device()));
    }
    file.write(renewed);
    secured.getAndSet(secured(renewed)).client().close();
  }

  private void report(Reports reports) {
    int failures = 0;
    while (!stopped) {
      Duration wait;
      try {
        boolean more = reportOnce(reports);
        failures = 0;
        wait = more ? Duration.ZERO : config.report();
      } catch (SkerryException | BundleException | UncheckedIOException e) {
        wait = failed(e, failures++);
      }
      if (!wait.isZero()) {
        reporting.pause(wait);
      }
      gathering.pause(GATHER);
    }
  }

  /** Whether there is more to tell than fits into one report. */
  private boolean reportOnce(Reports reports) {
    long before = state.acknowledged();
    Optional<Reports.Draft> draft = reports.next(before);
    if (draft.isEmpty()) {
      return false;
    }
    ReportReply reply = now().client().report(draft.get().report());
    succeeded();
    reports.arrived(draft.get());
    state.acknowledge(reply.acknowledged());
    if (!reply.desired().equals(state.desired().map(Desired::etag).orElse(""))) {
      asking.ring();
    }
    return reply.acknowledged() > before
        && draft.get().report().events().size() == DeviceReport.MOST_EVENTS;
  }

  /** Ends what is under way; nothing is asked or reported afterwards. */
  @Override
  public void close() {
    stopped = true;
    now().client().close();
    asking.ringOn();
    reporting.ringOn();
    gathering.ringOn();
  }
}
