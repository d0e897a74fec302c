package dev.skerry.cli;

import dev.skerry.agent.config.AgentConfig;
import dev.skerry.agent.control.ControlClient;
import dev.skerry.agent.update.Journal;
import dev.skerry.agent.update.Shown;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.wire.AgentStatus;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.SlotRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a device, or talks to the one that runs here. */
@Command(
    name = "agent",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Run a device: follow a repository of signed releases, prove each new one, serve it.",
      ""
    })
final class AgentCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Spec private CommandSpec spec = CommandSpec.create();

  AgentCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  /** The option that every subcommand has. */
  static final class Config {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "What the device follows and serves (${DEFAULT-VALUE}).")
    private Path file = AgentRun.USUAL_FILE;

    AgentConfig read() {
      return AgentConfig.read(file);
    }
  }

  /** Called when no subcommand is named. */
  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Which command of agent?");
  }

  @Command(name = "run", description = "Follow the repository and serve, until stopped.")
  Integer run(@picocli.CommandLine.Mixin Config config) throws InterruptedException {
    new AgentRun(terminal, json.getAsBoolean()).run(config.file);
    return 0;
  }

  @Command(name = "status", description = "Say what the running agent serves and does.")
  Integer status(@picocli.CommandLine.Mixin Config config) {
    AgentStatus status = client(config.read()).status().orElseThrow(() -> notRunning(config));
    print(status.toJson(), AgentText.status(terminal, status, ZoneId.systemDefault()));
    return 0;
  }

  @Command(
      name = "slots",
      description = "List the installed releases, of a device that runs or does not.")
  Integer slots(@picocli.CommandLine.Mixin Config config) {
    AgentConfig read = config.read();
    List<ModelStatus> models =
        client(read).status().map(AgentStatus::models).orElseGet(() -> atRest(read));
    List<SlotRecord> slots = models.stream().flatMap(model -> model.slots().stream()).toList();
    print(
        Json.object().put("slots", slots.stream().map(SlotRecord::toJson).toList()).build(),
        AgentText.slots(terminal, models));
    return 0;
  }

  private static List<ModelStatus> atRest(AgentConfig config) {
    return names(config).stream()
        .map(model ->
            Shown.atRest(new SystemDisk(), config.data().resolve("models").resolve(model), model))
        .toList();
  }

  @Command(
      name = "events",
      description = "List what happened, of a device that runs or does not, newest last.")
  Integer events(
      @picocli.CommandLine.Mixin Config config,
      @Option(
              names = "--limit",
              paramLabel = "COUNT",
              defaultValue = "50",
              description = "Only the newest (${DEFAULT-VALUE}).")
          int limit) {
    Limits.require("--limit", limit, 1);
    AgentConfig read = config.read();
    List<EventRecord> events =
        client(read)
            .events(limit)
            .orElseGet(() -> Journal.read(new SystemDisk(), read.data(), limit));
    print(
        Json.object().put("events", events.stream().map(EventRecord::toJson).toList()).build(),
        AgentText.events(terminal, events, ZoneId.systemDefault()));
    return 0;
  }

  @Command(
      name = "rollback",
      description = {
        "Go back to the release that served before, at once.",
        "",
        "What is newer is not tried again, until a release with another counter is published."
      })
  Integer rollback(
      @picocli.CommandLine.Mixin Config config,
      @Option(names = "--model", paramLabel = "NAME", description = "When there are several.")
          @Nullable String model) {
    AgentConfig read = config.read();
    String name = model(read, model);
    String serves = client(read).rollback(name).orElseThrow(() -> notRunning(config));
    print(
        Json.object().put("model", name).put("serves", serves).build(),
        "%s %s serves\n".formatted(terminal.green("✓"), serves));
    return 0;
  }

  @Command(name = "update", description = "Ask the repository now, and not at the next poll.")
  Integer update(
      @picocli.CommandLine.Mixin Config config,
      @Option(names = "--model", paramLabel = "NAME", description = "When there are several.")
          @Nullable String model) {
    AgentConfig read = config.read();
    String name = model(read, model);
    if (!client(read).checkNow(name)) {
      throw notRunning(config);
    }
    print(
        Json.object().put("model", name).build(),
        "asks for a newer release of %s; 'skerry agent status' says what comes of it\n"
            .formatted(name));
    return 0;
  }

  private static String model(AgentConfig config, @Nullable String named) {
    if (named != null) {
      return named;
    }
    List<String> names = names(config);
    if (names.size() != 1) {
      throw new SkerryException(
          ErrorCode.USAGE,
          names.isEmpty()
              ? "this device has no model yet; give --model"
              : "which model? Give --model with one of " + String.join(", ", names));
    }
    return names.getFirst();
  }

  /** Models that the file names, and those that a fleet wanted of this device. */
  private static List<String> names(AgentConfig config) {
    Stream<String> there =
        new SystemDisk()
            .list(config.data().resolve("models")).stream()
                .map(folder -> String.valueOf(folder.getFileName()))
                .filter(_ -> config.fleet().isPresent());
    return Stream.concat(config.models().stream(), there).distinct().toList();
  }

  private static ControlClient client(AgentConfig config) {
    return new ControlClient(config.host(), config.port());
  }

  private static SkerryException notRunning(Config config) {
    AgentConfig read = config.read();
    return new SkerryException(
        ErrorCode.REMOTE,
        "no agent runs at %s:%d; start it with 'skerry agent run --config %s'"
            .formatted(read.host(), read.port(), config.file));
  }

  private void print(Json facts, String text) {
    terminal
        .out()
        .print(
            json.getAsBoolean()
                ? new String(JsonWriter.pretty(facts), StandardCharsets.UTF_8)
                : text);
  }
}
