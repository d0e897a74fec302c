package dev.skerry.cli.fleet;

import dev.skerry.bundle.json.JsonObject;
import dev.skerry.cli.terminal.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says yes to a wave. */
@Command(
    name = "approve",
    description = {"Say yes to the wave that waits for an approval.", ""})
final class RolloutsApproveCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Mixin private Connection connection = new Connection();

  @Parameters(index = "0", paramLabel = "ID", description = "The rollout's number.")
  private long id;

  @Option(
      names = "--wave",
      paramLabel = "NUMBER",
      description = "Another wave, from 1, ahead of time.")
  private int wave;

  RolloutsApproveCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    String path = "/v1/rollouts/%d/approve".formatted(id);
    JsonObject rollout =
        connection
            .client()
            .send("POST", wave == 0 ? path : path + "?wave=" + wave, Optional.empty());
    Printed.print(terminal, json.getAsBoolean(), rollout.json(), RolloutText.of(terminal, rollout));
    return 0;
  }
}
