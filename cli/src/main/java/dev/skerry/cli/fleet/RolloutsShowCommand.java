package dev.skerry.cli.fleet;

import dev.skerry.bundle.json.JsonObject;
import dev.skerry.cli.terminal.Terminal;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says all about one rollout. */
@Command(
    name = "show",
    description = {
      "Say all about a rollout: its waves, what its gates say and on which numbers, what was"
          + " decided.",
      ""
    })
final class RolloutsShowCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Mixin private Connection connection = new Connection();

  @Parameters(index = "0", paramLabel = "ID", description = "The rollout's number.")
  private long id;

  RolloutsShowCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    JsonObject rollout = connection.client().get("/v1/rollouts/" + id, Map.of());
    Printed.print(terminal, json.getAsBoolean(), rollout.json(), RolloutText.of(terminal, rollout));
    return 0;
  }
}
