package dev.skerry.cli;

import dev.skerry.cli.report.ScenarioPage;
import dev.skerry.cli.scenario.Policy;
import dev.skerry.cli.scenario.Scenario;
import dev.skerry.cli.scenario.ScenarioBench;
import dev.skerry.cli.scenario.ScenarioFacts;
import dev.skerry.cli.terminal.Json;
import dev.skerry.cli.terminal.Progress;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.Engine;
import dev.skerry.runtime.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code bench} for several models at once. */
final class ScenarioOptions {
  @Option(
      names = "--scenario",
      paramLabel = "FILE",
      description = "Measure several models at once, under the load that this file describes.")
  private @Nullable Path file;

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      split = ",",
      description =
          "With --scenario: how they share the cores, of alone, skerry, fifo, concurrent,"
              + " concurrent-spin, kill (alone,skerry).")
  private List<String> policies = List.of("alone", "skerry");

  @Option(
      names = "--rounds",
      paramLabel = "COUNT",
      description = "With --scenario: rounds of all policies in turns (${DEFAULT-VALUE}).")
  private int rounds = 1;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "With --scenario: write a page with figures and timelines there.")
  private @Nullable Path report;

  boolean isGiven() {
    return file != null;
  }

  int run(Terminal terminal, boolean json) throws InterruptedException {
    Path scenario = file == null ? Path.of("") : file;
    Limits.require("--rounds", rounds, 1);
    List<Policy> chosen = policies.stream().map(ScenarioOptions::policy).distinct().toList();
    Scenario read = Scenario.read(scenario);
    Engine.version(); // loads the engine, which is no part of the measurement
    ScenarioFacts facts;
    try (Progress progress = terminal.progress()) {
      facts = ScenarioBench.run(scenario.toString(), read, chosen, rounds, progress::step);
    }
    if (report != null) {
      write(report, ScenarioPage.render(facts));
    }
    terminal.out().print(json ? Json.print(facts) : facts.text(terminal));
    return 0;
  }

  private static Policy policy(String label) {
    return Policy.labelled(label)
        .orElseThrow(() ->
            new SkerryException(
                ErrorCode.USAGE,
                "there is no policy '%s', only %s%s"
                    .formatted(
                        label,
                        String.join(", ", Policy.labels()),
                        Nearest.suggestion(label, Policy.labels()))));
  }

  private static void write(Path page, String content) {
    try {
      Files.writeString(page, content);
    } catch (IOException e) {
      throw new SkerryException(
          ErrorCode.USAGE, "cannot write the report %s: %s".formatted(page, e.getMessage()), e);
    }
  }
}
