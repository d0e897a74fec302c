package dev.skerry.agent.config;

import dev.skerry.agent.schedule.Terms;
import dev.skerry.agent.sequence.SequenceLimits;
import dev.skerry.agent.update.Policy;
import dev.skerry.bundle.BundleException;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.Provider;
import dev.skerry.runtime.describe.DescriptionTable;
import dev.skerry.wire.Labels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * What {@code agent.toml} says. Paths are relative to the file.
 *
 * @param repository a folder, or an address that begins with {@code http://} or {@code https://}
 * @param root file with the root metadata that the device trusts to begin with
 * @param data folder that the agent keeps everything in
 * @param port 0 for any that is free
 * @param grpc where gRPC is served; not at all when empty
 * @param threads that one inference may use
 * @param memoryBudget bytes that all models may take together
 * @param fleet that the device belongs to
 * @param meteredFlag file that is there while the network costs by the byte
 * @param engine library and backends
 * @param terms how requests of a model are scheduled, for those of which something is said
 * @param sequences how many are kept
 * @param lines every key with its value, in order
 */
public record AgentConfig(
    String repository,
    Path root,
    List<String> models,
    Path data,
    String host,
    int port,
    Optional<Address> grpc,
    int threads,
    Optional<Long> memoryBudget,
    Optional<Path> meteredFlag,
    Optional<Fleet> fleet,
    Policy policy,
    EngineChoice engine,
    SequencedMap<String, Terms> terms,
    SequenceLimits sequences,
    List<Line> lines) {
  private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[(0*:)*:?0*1\\])");
  private static final Duration LONGEST_POLL = Duration.ofSeconds(60);
  static final int MOST_THREADS = 256;
  private static final int MOST_RESTARTS = 1000;
  private static final int MOST_REQUESTS = 1_000_000_000;
  private static final double MOST_RATIO = 1e6;
  private static final int MOST_SEQUENCES = 1_000_000;

  public AgentConfig {
    models = List.copyOf(models);
    terms = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(terms));
    lines = List.copyOf(lines);
  }

  /**
   * One key of the effective configuration.
   *
   * @param given whether the file has it; otherwise the value is the default
   */
  public record Line(String key, String value, boolean given) {}

  /**
   * What runs the models.
   *
   * @param library a build of the engine, in place of the one that Skerry brings
   * @param providers to be considered, the preferred first; all that there are when empty
   * @param described those of which the file has a table, with their libraries and options
   */
  public record EngineChoice(
      Optional<Path> library, List<Provider> providers, List<Provider> described) {
    /** The engine that Skerry brings, with what it has. */
    public static final EngineChoice USUAL =
        new EngineChoice(Optional.empty(), List.of(), List.of());

    public EngineChoice {
      providers = List.copyOf(providers);
      described = List.copyOf(described);
    }
  }

  /**
   * Where a server listens.
   *
   * @param port 0 for any that is free
   */
  public record Address(String host, int port) {}

  /**
   * The fleet that says which releases the device runs.
   *
   * @param url {@code https://HOST:PORT}
   * @param target class of devices that this one says it belongs to
   * @param labels that the device gives itself
   * @param report how often figures are reported; events are at once
   * @param jitter share by which the time between two questions varies
   * @param longPoll how long the fleet may wait for something new with its answer; 0 for not at all
   */
  public record Fleet(
      String url,
      Optional<String> target,
      SequencedMap<String, String> labels,
      Duration report,
      double jitter,
      Duration longPoll) {
    public Fleet {
      labels = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(labels));
    }
  }

  /**
   * Reads a configuration.
   *
   * @throws SkerryException BAD_DESCRIPTION with all problems at once
   */
  public static AgentConfig read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      if (!Files.exists(file)) {
        throw new SkerryException(
            ErrorCode.USAGE,
            "there is no %s; write one (docs/guides/device.md begins with an example), or name it with --config"
                .formatted(file),
            e);
      }
      throw new UncheckedIOException(e);
    }
    return parse(file, text);
  }

  /** As {@link #read}, of a text that would stand in {@code file}. */
  public static AgentConfig parse(Path file, String toml) {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    List<Line> lines = new ArrayList<>();
    return DescriptionTable.read(
        file.toString(), toml, table -> read(new Reading("", table, lines), folder, lines));
  }

  private static AgentConfig read(Reading read, Path folder, List<Line> lines) {
    String repository = read.requiredText("repository", "https://example.org/models");
    Path root = folder.resolve(read.requiredText("root", "root.json"));
    Optional<Fleet> fleet =
        read.has("fleet") ? Optional.of(read.table("fleet", AgentConfig::fleet)) : Optional.empty();
    List<String> models = models(read, fleet.isPresent());
    Path data = folder.resolve(read.text("data", "agent-data"));
    Address listen = address(read, "listen", read.text("listen", "127.0.0.1:8090"));
    Optional<Address> grpc =
        read.optionalText("listen-grpc").map(text -> address(read, "listen-grpc", text));
    int threads = read.count("threads", 1, MOST_THREADS);
    Optional<Long> budget = read.optionalBytes("memory-budget").filter(bytes -> bytes > 0);
    Policy standard = Policy.standard();
    int restarts = read.count("max-restarts", standard.mostRestarts(), MOST_RESTARTS);
    Policy.Polling polling = read.table("poll", AgentConfig::polling);
    Optional<Path> flag = read.optionalText("metered-flag").map(folder::resolve);
    Policy policy =
        new Policy(
            polling,
            read.table("download", AgentConfig::download),
            read.table("limits", AgentConfig::limits),
            read.table("probe", AgentConfig::probing),
            read.table("shadow", AgentConfig::shadow),
            read.table("probation", AgentConfig::probation),
            restarts);
    EngineChoice engine = EngineTables.read(read, folder);
    SequencedMap<String, Terms> terms =
        read.table("model", inner -> ModelTables.read(inner, threads, models));
    return new AgentConfig(
        isAddress(repository) ? repository : folder.resolve(repository).normalize().toString(),
        root.normalize(),
        models,
        data.normalize(),
        listen.host(),
        listen.port(),
        grpc,
        threads,
        budget,
        flag,
        fleet,
        policy,
        engine,
        terms,
        read.table("sequences", AgentConfig::sequences),
        lines);
  }

  private static SequenceLimits sequences(Reading read) {
    SequenceLimits standard = SequenceLimits.STANDARD;
    Duration idle = read.time("idle", standard.idle());
    if (idle.isZero()) {
      read.problem("idle", "is 0, so that no sequence would be kept");
    }
    long memory = read.bytes("memory", standard.bytes());
    if (memory == 0) {
      read.problem("memory", "is 0, so that no sequence could be kept");
    }
    return new SequenceLimits(
        read.count("most", standard.most(), MOST_SEQUENCES),
        idle.isZero() ? standard.idle() : idle,
        memory == 0 ? standard.bytes() : memory);
  }

  /** How requests of {@code model} are scheduled. */
  public Terms termsOf(String model) {
    return terms.getOrDefault(model, Terms.USUAL.withThreads(threads));
  }

  /** Whether {@code repository} is reached over a network. */
  public static boolean isAddress(String repository) {
    return repository.startsWith("http://") || repository.startsWith("https://");
  }

  /** Whether {@code name} can be the name of a model, and so of a folder. */
  public static boolean isModelName(String name) {
    return MODEL.matcher(name).matches();
  }

  /** Whether {@code url} is {@code https://HOST[:PORT]}, or HTTP on this machine. */
  public static boolean isFleetAddress(String url) {
    try {
      URI uri = new URI(url);
      String host = uri.getHost();
      boolean bare =
          host != null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && uri.getRawUserInfo() == null;
      return bare
          && ("https".equals(uri.getScheme())
              || ("http".equals(uri.getScheme()) && LOOPBACK.matcher(host).matches()));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static Fleet fleet(Reading read) {
    String url = read.requiredText("url", "https://fleet.example.org:8443");
    if (!isFleetAddress(url)) {
      read.problem(
          "url", "expected https://HOST:PORT (http:// only on this machine), got \"" + url + "\"");
    }
    Duration longPoll = read.time("long-poll", Duration.ZERO);
    if (longPoll.compareTo(LONGEST_POLL) > 0) {
      read.problem("long-poll", "is longer than 60 s");
    }
    return new Fleet(
        url,
        read.optionalText("target"),
        labels(read),
        read.time("report", Duration.ofSeconds(30)),
        read.share("jitter", 0.1),
        longPoll);
  }

  private static SequencedMap<String, String> labels(Reading read) {
    SequencedMap<String, String> labels = new LinkedHashMap<>();
    for (String label : read.texts("labels")) {
      int equals = label.indexOf('=');
      if (equals < 0) {
        read.problem("labels", "\"%s\" is not NAME=VALUE".formatted(label));
      } else {
        labels.put(label.substring(0, equals), label.substring(equals + 1));
      }
    }
    try {
      Labels.check(labels);
    } catch (BundleException e) {
      read.problem("labels", String.valueOf(e.getMessage()));
    }
    return labels;
  }

  /**
   * @param optional because the fleet names those that are wanted
   */
  private static List<String> models(Reading read, boolean optional) {
    List<String> models = read.texts("models");
    if (models.isEmpty() && !optional) {
      read.problem("models", "is missing; add models = [\"resnet8-cifar10\"]");
    }
    for (String model : models) {
      if (!MODEL.matcher(model).matches()) {
        read.problem(
            "models",
            "\"%s\" is no name of a model: letters, digits, '.', '_' and '-' were expected"
                .formatted(model));
      }
    }
    return models.stream().distinct().toList();
  }

  private static Address address(Reading read, String key, String text) {
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon > 0 && port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65535) {
      return new Address(text.substring(0, colon), Integer.parseInt(port));
    }
    read.problem(key, "expected HOST:PORT such as \"127.0.0.1:8090\", got \"" + text + "\"");
    return new Address(text, 0);
  }

  private static Policy.Polling polling(Reading read) {
    Policy.Polling standard = Policy.standard().polling();
    return new Policy.Polling(
        read.time("interval", standard.interval()), read.share("jitter", standard.jitter()));
  }

  private static Policy.Download download(Reading read) {
    Policy.Download standard = Policy.standard().download();
    Optional<Long> rate = read.optionalBytes("bytes-per-second");
    if (rate.filter(bytes -> bytes == 0).isPresent()) {
      read.problem("bytes-per-second", "nothing would ever arrive at this rate");
    }
    return new Policy.Download(
        rate.map(OptionalLong::of).orElse(OptionalLong.empty()),
        read.time("retry", standard.retry()),
        read.time("longest-retry", standard.longestRetry()),
        read.share("min-battery", standard.minBattery()),
        read.choice("metered", Metered.values(), Metered.WAIT) == Metered.GO);
  }

  /** What is done while the network costs by the byte. */
  private enum Metered {
    WAIT,
    GO
  }

  private static Policy.Limits limits(Reading read) {
    return new Policy.Limits(
        read.optionalBytes("disk").map(OptionalLong::of).orElse(OptionalLong.empty()),
        read.optionalBytes("memory"),
        read.optionalTime("latency").map(time -> time.toNanos() / 1e3));
  }

  private static Policy.Probing probing(Reading read) {
    Policy.Probing standard = Policy.standard().probing();
    return new Policy.Probing(
        read.time("time", standard.time()),
        read.number("max-latency-ratio", standard.maxLatencyRatio(), 0, MOST_RATIO));
  }

  private static Policy.Shadow shadow(Reading read) {
    Policy.Shadow standard = Policy.standard().shadow();
    return new Policy.Shadow(
        read.share("share", standard.share()),
        read.count("samples", (int) standard.samples(), MOST_REQUESTS),
        read.share("max-disagreement", standard.maxDisagreement()),
        read.number("max-latency-ratio", standard.maxLatencyRatio(), 0, MOST_RATIO),
        read.time("time-limit", standard.timeLimit()),
        read.choice("when-idle", Policy.WhenIdle.values(), standard.whenIdle()));
  }

  private static Policy.Probation probation(Reading read) {
    Policy.Probation standard = Policy.standard().probation();
    Duration time = read.time("time", standard.time());
    Duration limit = read.time("time-limit", standard.timeLimit());
    if (limit.compareTo(time) < 0) {
      read.problem("time-limit", "is shorter than time");
    }
    return new Policy.Probation(
        read.count("requests", (int) standard.requests(), MOST_REQUESTS),
        time,
        limit,
        read.share("max-error-rate", standard.maxErrorRate()),
        read.number("max-latency-ratio", standard.maxLatencyRatio(), 0, MOST_RATIO));
  }
}
