package dev.skerry.cli.fleet;

import dev.skerry.bundle.json.JsonObject;
import dev.skerry.cli.terminal.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Steers a rollout, by an order that takes nothing but its number. */
@Command
final class RolloutsOrderCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;
  private final String order;

  @Mixin private Connection connection = new Connection();

  @Parameters(index = "0", paramLabel = "ID", description = "The rollout's number.")
  private long id;

  private RolloutsOrderCommand(Terminal terminal, BooleanSupplier json, String order) {
    this.terminal = terminal;
    this.json = json;
    this.order = order;
  }

  /**
   * The command of an order.
   *
   * @param order as in the API's path
   */
  static CommandLine line(
      Terminal terminal, BooleanSupplier json, String order, String description) {
    CommandLine line = new CommandLine(new RolloutsOrderCommand(terminal, json, order));
    line.getCommandSpec().name(order).usageMessage().description(description, "");
    return line;
  }

  @Override
  public Integer call() {
    JsonObject rollout =
        connection
            .client()
            .send("POST", "/v1/rollouts/%d/%s".formatted(id, order), Optional.empty());
    Printed.print(terminal, json.getAsBoolean(), rollout.json(), RolloutText.of(terminal, rollout));
    return 0;
  }
}
