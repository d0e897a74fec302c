package dev.skerry.cli.fleet;

import dev.skerry.bundle.json.JsonObject;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;

/** A rollout for people. */
final class RolloutText {
  private static final String INDENT = "  ";

  private RolloutText() {}

  static String state(Terminal terminal, String state) {
    return switch (state) {
      case "done" -> terminal.green(state);
      case "held", "rolling-back", "rolled-back" -> terminal.red(state);
      case "paused", "waiting" -> terminal.yellow(state);
      default -> Terminal.printable(state);
    };
  }

  /** All that the API says of it. */
  static String of(Terminal terminal, JsonObject rollout) {
    StringBuilder text = new StringBuilder();
    text.append(
        terminal.bold(
            "rollout %d: %s release %d%n"
                .formatted(
                    rollout.integer("id"),
                    Terminal.printable(rollout.text("model")),
                    rollout.integer("counter"))));
    TextTable head = TextTable.of(TextTable.Align.LEFT, TextTable.Align.LEFT);
    head.row("state", state(terminal, rollout.text("state")));
    head.row("why", Terminal.printable(rollout.text("why")));
    if (!rollout.text("needs").isEmpty()) {
      head.row("needs", terminal.yellow(Terminal.printable(rollout.text("needs"))));
    }
    head.row("devices", Terminal.printable(rollout.text("selector")));
    head.row(
        "made",
        Printed.time(rollout.text("created-at"))
            + " by "
            + Terminal.printable(rollout.text("created-by")));
    text.append(head.print(INDENT));
    text.append("\nwaves\n").append(waves(terminal, rollout));
    if (!rollout.objects("gates").isEmpty()) {
      text.append("\ngates\n").append(gates(terminal, rollout));
    }
    if (!rollout.objects("decisions").isEmpty()) {
      text.append("\ndecisions\n").append(decisions(terminal, rollout));
    }
    return text.toString();
  }

  private static String waves(Terminal terminal, JsonObject rollout) {
    TextTable table =
        TextTable.of(
            TextTable.Align.RIGHT,
            TextTable.Align.RIGHT,
            TextTable.Align.LEFT,
            TextTable.Align.LEFT);
    int number = 0;
    for (JsonObject wave : rollout.objects("waves")) {
      number++;
      String state = wave.text("state");
      table.row(
          Integer.toString(number),
          Terminal.printable(wave.text("size")),
          state.equals("current") ? terminal.bold(state) : state,
          "%d joined, %d active, %d failed%s%s"
              .formatted(
                  wave.integer("joined"),
                  wave.integer("active"),
                  wave.integer("failed"),
                  wave.integer("back") > 0 ? ", %d back".formatted(wave.integer("back")) : "",
                  needsApproval(wave)));
    }
    return table.print(INDENT);
  }

  private static String needsApproval(JsonObject wave) {
    if (!wave.flag("approval")) {
      return "";
    }
    return wave.flag("approved") ? ", approved" : ", needs an approval";
  }

  private static String gates(Terminal terminal, JsonObject rollout) {
    TextTable table = TextTable.of(TextTable.Align.LEFT, TextTable.Align.LEFT);
    for (JsonObject gate : rollout.objects("gates")) {
      String mark =
          switch (gate.text("verdict")) {
            case "passed" -> terminal.green("✓");
            case "failed" -> terminal.red("✗");
            default -> "·";
          };
      table.row(mark, Terminal.printable(gate.text("words")));
    }
    return table.print(INDENT);
  }

  private static String decisions(Terminal terminal, JsonObject rollout) {
    TextTable table =
        TextTable.of(
            TextTable.Align.LEFT, TextTable.Align.LEFT, TextTable.Align.LEFT, TextTable.Align.LEFT);
    for (JsonObject decision : rollout.objects("decisions")) {
      table.row(
          terminal.dim(Printed.time(decision.text("at"))),
          Terminal.printable(decision.text("who")),
          terminal.bold(Terminal.printable(decision.text("event"))),
          Terminal.printable(decision.text("why")));
    }
    return table.print(INDENT);
  }
}
