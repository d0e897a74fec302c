package dev.skerry.cli;

import dev.skerry.agent.fleet.EnrolOrder;
import dev.skerry.agent.fleet.Enrolment;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.cli.terminal.Terminal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes this device part of a fleet. */
@Command(
    name = "enroll",
    description = {
      "Make this device part of a fleet.",
      "",
      "A key is made here and never leaves the device; the fleet gives a certificate for it."
          + " Nothing is sent to a server that is not the token's fleet. agent.toml then names the"
          + " fleet, and 'skerry agent run' follows it.",
      ""
    })
final class AgentEnrollCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "URL", description = "The fleet, https://HOST:PORT.")
  private String url = "";

  @Option(
      names = "--token",
      required = true,
      paramLabel = "TOKEN",
      description = "As 'skerry fleet token create --claim' printed it.")
  private String token = "";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Is written, or completed if it is there (${DEFAULT-VALUE}).")
  private Path config = AgentRun.USUAL_FILE;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "Which the device gives itself; may be given several times.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--target",
      paramLabel = "CLASS",
      description = "Class of devices that this one belongs to; its architecture if not given.")
  private @Nullable String target;

  @Option(
      names = "--replace",
      description = "Give a device that belongs to a fleet already a new key and name.")
  private boolean replace;

  AgentEnrollCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    Enrolment.Enrolled enrolled =
        Enrolment.enrol(
            new EnrolOrder(
                url,
                token,
                config,
                Optional.ofNullable(target),
                new LinkedHashMap<>(labels),
                replace,
                AgentRun.facts(Optional.empty()),
                Skerry.VERSION));
    terminal.out().print(json.getAsBoolean() ? facts(enrolled) : text(enrolled));
    return 0;
  }

  private static String facts(Enrolment.Enrolled enrolled) {
    Json facts =
        Json.object()
            .put("device", enrolled.device())
            .put("url", enrolled.url())
            .put("repository", enrolled.repository())
            .put("config", enrolled.config().toString())
            .put("identity", enrolled.identity().toString())
            .put("expires", enrolled.expires().toString())
            .build();
    return new String(JsonWriter.pretty(facts), StandardCharsets.UTF_8);
  }

  private String text(Enrolment.Enrolled enrolled) {
    return """
    %s this device is %s of %s
      its key      %s
      repository   %s
      next         skerry agent run%s
    """
        .formatted(
            terminal.green("✓"),
            terminal.bold(Terminal.printable(enrolled.device())),
            enrolled.url(),
            enrolled.identity(),
            Terminal.printable(enrolled.repository()),
            config.equals(AgentRun.USUAL_FILE) ? "" : " --config " + config);
  }
}
