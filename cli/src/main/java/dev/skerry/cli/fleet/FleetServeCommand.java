package dev.skerry.cli.fleet;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;
import dev.skerry.fleet.Fleet;
import dev.skerry.fleet.Ground;
import dev.skerry.runtime.Ticker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the control plane. */
@Command(
    name = "serve",
    description = {
      "Run the control plane until stopped: devices, rollouts, dashboard, API and the repository.",
      "",
      "The first start makes the fleet's own CA and its database in the data folder. Several"
          + " servers may share one PostgreSQL database and a copy of the CA.",
      ""
    })
final class FleetServeCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;
  private final String version;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "How the fleet is set up (${DEFAULT-VALUE}).")
  private Path config = Path.of("fleet.toml");

  FleetServeCommand(Terminal terminal, BooleanSupplier json, String version) {
    this.terminal = terminal;
    this.json = json;
    this.version = version;
  }

  @Override
  public Integer call() throws InterruptedException {
    FleetToml read = FleetToml.read(config);
    terminal.err().print(configuration(read));
    terminal.flush();
    boolean first = Ground.isNew(read.settings().data());
    Fleet.Host host =
        new Fleet.Host(version, InstantSource.system(), Ticker.system()::nanos, new SecureRandom());
    try (Fleet fleet = Fleet.start(read.settings(), host)) {
      Runtime.getRuntime().addShutdownHook(new Thread(fleet::close, "stop"));
      say(fleet, first);
      fleet.await();
    }
    return 0;
  }

  private String configuration(FleetToml read) {
    TextTable table =
        TextTable.of(TextTable.Align.LEFT, TextTable.Align.LEFT, TextTable.Align.LEFT);
    for (FleetToml.Line line : read.lines()) {
      table.row(
          line.key(),
          Terminal.printable(line.value()),
          terminal.dim(line.given() ? config.getFileName().toString() : "default"));
    }
    return table.print("  ");
  }

  private void say(Fleet fleet, boolean first) {
    if (json.getAsBoolean()) {
      Json started = Json.object().put("url", fleet.url()).put("first", first).build();
      terminal.out().println(new String(JsonWriter.canonical(started), StandardCharsets.UTF_8));
    } else {
      terminal.out().println("serves on " + terminal.bold(fleet.url()));
      if (first) {
        terminal.out().println("made a new CA and a database; the first admin's token comes from");
        terminal
            .out()
            .println("  skerry fleet token create --owner YOU --scope admin --config " + config);
      }
    }
    terminal.flush();
  }
}
