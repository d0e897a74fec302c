package dev.skerry.cli.fleet;

import dev.skerry.bundle.json.JsonObject;
import dev.skerry.cli.terminal.Figures;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the releases that devices may be told to run. */
@Command(
    name = "releases",
    description = {
      "List the releases in the fleet's signed repository, and how many devices serve each.",
      ""
    })
final class FleetReleasesCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Mixin private Connection connection = new Connection();

  FleetReleasesCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    FleetClient client = connection.client();
    JsonObject found = client.get("/v1/releases", Map.of());
    JsonObject field = client.get("/v1/field", Map.of());
    TextTable table =
        TextTable.of(
            TextTable.Align.LEFT,
            TextTable.Align.RIGHT,
            TextTable.Align.LEFT,
            TextTable.Align.LEFT,
            TextTable.Align.RIGHT);
    for (JsonObject release : found.objects("releases")) {
      table.row(
          Terminal.printable(release.text("model")),
          Long.toString(release.integer("counter")),
          Terminal.printable(release.text("version")),
          release.objects("ladders").size() + " targets, smallest " + smallest(release),
          serving(field, release) + " devices");
    }
    String problem =
        found
            .optionalText("problem")
            .map(text -> terminal.red("the repository cannot be read: ") + text + "\n")
            .orElse("");
    Printed.print(
        terminal,
        json.getAsBoolean(),
        found.json(),
        (table.isEmpty() ? "no releases\n" : table.print("")) + problem);
    return 0;
  }

  private static String smallest(JsonObject release) {
    return Figures.bytes(
        release.objects("ladders").stream()
            .flatMap(ladder -> ladder.objects("variants").stream())
            .mapToLong(variant -> variant.integer("bytes"))
            .min()
            .orElse(0));
  }

  private static long serving(JsonObject field, JsonObject release) {
    return field.objects("serving").stream()
        .filter(one -> one.text("model").equals(release.text("model")))
        .filter(one -> one.integer("counter") == release.integer("counter"))
        .mapToLong(one -> one.integer("devices"))
        .sum();
  }
}
