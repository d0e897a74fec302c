package dev.skerry.cli.fleet;

import dev.skerry.bundle.json.JsonObject;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists rollouts. */
@Command(
    name = "list",
    description = {"List rollouts, newest first, with why each is where it is.", ""})
final class RolloutsListCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Mixin private Connection connection = new Connection();

  RolloutsListCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    JsonObject found = connection.client().get("/v1/rollouts", Map.of());
    TextTable table =
        TextTable.of(
            TextTable.Align.RIGHT,
            TextTable.Align.LEFT,
            TextTable.Align.LEFT,
            TextTable.Align.LEFT,
            TextTable.Align.RIGHT,
            TextTable.Align.LEFT);
    for (JsonObject rollout : found.objects("rollouts")) {
      table.row(
          Long.toString(rollout.integer("id")),
          Terminal.printable(rollout.text("model")) + " " + rollout.integer("counter"),
          RolloutText.state(terminal, rollout.text("state")),
          "wave %d of %d".formatted(rollout.integer("wave"), rollout.integer("of-waves")),
          "%d of %d devices"
              .formatted(
                  rollout.object("devices").integer("active"),
                  rollout.object("devices").integer("joined")),
          Terminal.printable(rollout.text("why")));
    }
    Printed.print(
        terminal,
        json.getAsBoolean(),
        found.json(),
        table.isEmpty() ? "no rollouts\n" : table.print(""));
    return 0;
  }
}
