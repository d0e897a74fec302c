package dev.skerry.cli;

import dev.skerry.agent.config.AgentConfig;
import dev.skerry.cli.terminal.Figures;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;
import dev.skerry.wire.AgentStatus;
import dev.skerry.wire.DesiredModel;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.FleetStatus;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.RefusalRecord;
import dev.skerry.wire.SlotRecord;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Collectors;

/** What the agent says to people. */
final class AgentText {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private AgentText() {}

  /** The effective configuration, and where each value came from. */
  static String configuration(Terminal terminal, AgentConfig config) {
    TextTable table =
        TextTable.of(TextTable.Align.LEFT, TextTable.Align.LEFT, TextTable.Align.LEFT);
    for (AgentConfig.Line line : config.lines()) {
      table.row(
          line.key(),
          Terminal.printable(line.value()),
          terminal.dim(line.given() ? "agent.toml" : "default"));
    }
    return table.print("  ");
  }

  /** One line. */
  static String event(Terminal terminal, EventRecord event, ZoneId zone) {
    String release = event.counter() == 0 ? "" : " release " + event.counter();
    return "%s  %s%s  %s  %s"
        .formatted(
            terminal.dim(TIME.format(event.at().atZone(zone))),
            event.model(),
            release,
            coloured(terminal, event.event()),
            Terminal.printable(event.text()));
  }

  private static String coloured(Terminal terminal, String event) {
    return switch (event) {
      case "failed", "disagreed", "disappointed", "worn-out", "unfit", "banned", "lost" ->
          terminal.red(event);
      case "held", "passed", "passed-alone", "agreed" -> terminal.green(event);
      default -> terminal.bold(event);
    };
  }

  static String events(Terminal terminal, List<EventRecord> events, ZoneId zone) {
    if (events.isEmpty()) {
      return "nothing has happened yet\n";
    }
    StringBuilder text = new StringBuilder();
    events.forEach(event -> text.append(event(terminal, event, zone)).append('\n'));
    return text.toString();
  }

  static String status(Terminal terminal, AgentStatus status, ZoneId zone) {
    StringBuilder text = new StringBuilder();
    for (ModelStatus model : status.models()) {
      text.append(terminal.bold(model.model()))
          .append("  ")
          .append(model.state())
          .append(": ")
          .append(Terminal.printable(model.doing()))
          .append('\n')
          .append(slots(model).print("  "));
      if (model.served().requests() > 0) {
        text.append(
            "  served %s requests, %s failed, p50 %s, p99 %s%n"
                .formatted(
                    Figures.whole(model.served().requests()),
                    Figures.whole(model.served().failed()),
                    Figures.micros(model.served().p50Micros()),
                    Figures.micros(model.served().p99Micros())));
      }
      if (!model.parts().isEmpty()) {
        text.append("  ").append(parts(model.parts())).append('\n');
      }
      model
          .scheduling()
          .filter(said -> said.costMicros() > 0)
          .ifPresent(said -> text.append("  ").append(scheduling(said)).append('\n'));
      model
          .backend()
          .filter(said -> said.considered().size() > 1)
          .ifPresent(said -> text.append(backend(said)));
      if (model.floor() > 0) {
        text.append("  security floor %d%n".formatted(model.floor()));
      }
      for (RefusalRecord refusal : model.refused()) {
        text.append(
            "  %s release %d is not tried again, %s: %s%n"
                .formatted(
                    terminal.red("✗"),
                    refusal.counter(),
                    refusal.reason(),
                    Terminal.printable(refusal.evidence())));
      }
    }
    status.fleet().ifPresent(fleet -> text.append(fleet(terminal, fleet, status, zone)));
    return text.append(
            terminal.dim("follows %s with %s%n".formatted(status.repository(), status.engine())))
        .toString();
  }

  /** Such as {@code preprocess p50 80 µs, p99 120 µs; predict …}. */
  private static String parts(List<ModelStatus.Part> parts) {
    return parts.stream()
        .map(part ->
            "%s p50 %s, p99 %s"
                .formatted(
                    part.name(),
                    Figures.micros(part.p50Micros()),
                    Figures.micros(part.p99Micros())))
        .collect(Collectors.joining("; "));
  }

  private static String scheduling(ModelStatus.Scheduling said) {
    String deadline =
        said.deadlineMicros()
            .map(micros ->
                "; answers within %s of %s"
                    .formatted(
                        said.responseMicros().map(Figures::micros).orElse("no bound"),
                        Figures.micros(micros)))
            .orElse("");
    return "%s: runs take up to %s, can be stopped within %s%s; %s late, %s refused, %s restarted"
        .formatted(
            said.importance(),
            Figures.micros(said.costMicros()),
            Figures.micros(said.blockingMicros()),
            deadline,
            Figures.whole(said.late()),
            Figures.whole(said.refused()),
            Figures.whole(said.restarts()));
  }

  /** What it runs on, and why not on something else. */
  private static String backend(ModelStatus.Backend said) {
    StringBuilder text = new StringBuilder("  runs on %s%n".formatted(said.name()));
    for (ModelStatus.Considered each : said.considered()) {
      text.append(
          "    %s%s%s%s%n"
              .formatted(
                  each.backend(),
                  each.variant().map(name -> " with " + name).orElse(""),
                  each.p50Micros().map(micros -> ": " + Figures.micros(micros)).orElse(""),
                  each.why().isEmpty() ? "" : ": not chosen: " + Terminal.printable(each.why())));
    }
    return text.toString();
  }

  private static String fleet(
      Terminal terminal, FleetStatus fleet, AgentStatus status, ZoneId zone) {
    StringBuilder text =
        new StringBuilder(
            "%s %s as %s%n  certificate until %s, last contact %s%n"
                .formatted(
                    terminal.bold("fleet"),
                    fleet.url(),
                    Terminal.printable(fleet.device()),
                    TIME.format(fleet.expires().atZone(zone)),
                    fleet
                        .contact()
                        .map(time -> TIME.format(time.atZone(zone)))
                        .orElse("none since it runs")));
    if (!fleet.problem().isEmpty()) {
      text.append("  %s %s%n".formatted(terminal.red("✗"), Terminal.printable(fleet.problem())));
    }
    for (DesiredModel wanted : fleet.desired()) {
      text.append(
          "  %s: wants %s (%s), runs %s%n"
              .formatted(
                  Terminal.printable(wanted.model()),
                  wanted.counter() == DesiredModel.KEEP
                      ? "what is there"
                      : "release " + wanted.counter(),
                  Terminal.printable(wanted.why()),
                  runs(status, wanted.model())));
    }
    return text.toString();
  }

  private static String runs(AgentStatus status, String model) {
    return status.models().stream()
        .filter(found -> found.model().equals(model))
        .flatMap(found -> found.slots().stream())
        .filter(slot -> slot.place().equals("active"))
        .map(slot -> "release " + slot.counter())
        .findFirst()
        .orElse("nothing");
  }

  static String slots(Terminal terminal, List<ModelStatus> models) {
    StringBuilder text = new StringBuilder();
    for (ModelStatus model : models) {
      text.append(terminal.bold(model.model())).append('\n');
      text.append(model.slots().isEmpty() ? "  nothing is installed\n" : slots(model).print("  "));
    }
    return text.toString();
  }

  private static TextTable slots(ModelStatus model) {
    TextTable table =
        TextTable.of(
            TextTable.Align.LEFT, TextTable.Align.LEFT, TextTable.Align.LEFT, TextTable.Align.LEFT);
    for (SlotRecord slot : model.slots()) {
      table.row(slot.place(), "release " + slot.counter(), slot.variant(), slot.file().brief());
    }
    return table;
  }
}
