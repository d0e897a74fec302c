package dev.skerry.cli.fleet;

import dev.skerry.bundle.json.JsonObject;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists who changed what. */
@Command(
    name = "audit",
    description = {"List who changed what, newest last.", ""})
final class FleetAuditCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Mixin private Connection connection = new Connection();

  @Option(
      names = "--subject",
      paramLabel = "ID",
      description = "Only about this device, token or rollout.")
  private String subject = "";

  @Option(
      names = "--limit",
      paramLabel = "COUNT",
      description = "Only the newest (${DEFAULT-VALUE}).")
  private int limit = 50;

  FleetAuditCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    JsonObject found =
        connection
            .client()
            .get("/v1/audit", Map.of("subject", subject, "limit", Integer.toString(limit)));
    List<JsonObject> entries = found.objects("entries");
    TextTable table =
        TextTable.of(
            TextTable.Align.LEFT,
            TextTable.Align.LEFT,
            TextTable.Align.LEFT,
            TextTable.Align.LEFT,
            TextTable.Align.LEFT);
    for (JsonObject entry : entries.reversed()) {
      table.row(
          terminal.dim(Printed.time(entry.text("at"))),
          Terminal.printable(entry.text("who")),
          terminal.bold(entry.text("action")),
          Terminal.printable(entry.text("subject")),
          change(entry));
    }
    Printed.print(
        terminal,
        json.getAsBoolean(),
        found.json(),
        table.isEmpty() ? "nothing was changed yet\n" : table.print(""));
    return 0;
  }

  private static String change(JsonObject entry) {
    String before = brief(entry.text("before"));
    String after = brief(entry.text("after"));
    return before.isEmpty() ? after : before + " → " + after;
  }

  /** One line of a document. */
  private static String brief(String document) {
    String line = Terminal.printable(document.replaceAll("\\s+", " "));
    return line.length() > 80 ? line.substring(0, 79) + "…" : line;
  }
}
