package dev.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code skerry bench --scenario}, on models that it makes itself. */
class ScenarioBenchTest {
  private static final String THREE =
      """
      seconds = 0.4
      [load.steady]
      chain-nodes = 2
      chain-size = 32
      class = "critical"
      deadline-ms = 5000
      arrivals = "uniform"
      rate = 50
      jitter-ms = 5
      [load.random]
      chain-nodes = 2
      chain-size = 32
      arrivals = "poisson"
      rate = 40
      [load.traced]
      chain-nodes = 2
      chain-size = 32
      arrivals = "trace"
      trace = "moments.txt"
      [load.greedy]
      chain-nodes = 20
      chain-size = 64
      class = "best-effort"
      """;

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String scenario, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("scenario.toml"), scenario);
    Files.writeString(folder.resolve("moments.txt"), "10\n20.5\n\n900\n");
    String[] args = new String[options.length + 3];
    args[0] = "bench";
    args[1] = "--scenario";
    args[2] = file.toString();
    System.arraycopy(options, 0, args, 3, options.length);
    Terminal terminal = Terminal.plain(out, err);
    int exitCode = Skerry.run(terminal, args);
    terminal.flush();
    return exitCode;
  }

  @Test
  void everyPolicy_answersAllRequests_andIsInReportAndJson() throws IOException {
    Path page = folder.resolve("page.html");
    int exitCode =
        run(
            THREE,
            "--json",
            "--policy=alone,skerry,fifo,concurrent,concurrent-spin,kill",
            "--report=" + page);

    assertThat(exitCode).as(err.toString(StandardCharsets.UTF_8)).isZero();
    JsonNode arms = JsonMapper.shared().readTree(out.toByteArray()).get("arms");
    assertThat(arms).hasSize(6);
    assertThat(arms.get(0).get("loads")).hasSize(1);
    for (int arm = 1; arm < 6; arm++) {
      JsonNode loads = arms.get(arm).get("loads");
      assertThat(loads).hasSize(4);
      assertThat(loads.get(0).get("requests").asInt()).isEqualTo(20);
      assertThat(loads.get(0).get("missed").asInt()).isZero();
      assertThat(loads.get(1).get("requests").asInt()).isBetween(3, 40);
      assertThat(loads.get(2).get("requests").asInt()).isEqualTo(2); // the third comes too late
      assertThat(loads.get(3).get("perSecond").asDouble()).isPositive();
    }
    assertThat(page).content().contains("skerry", "concurrent-spin", "<svg").doesNotContain("NaN");
  }

  @Test
  void badScenario_saysAllThatIsWrong() throws IOException {
    int exitCode =
        run(
            """
            secnds = 3
            [load.a]
            class = "urgent"
            arrivals = "poisson"
            """);

    assertThat(exitCode).isEqualTo(3);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains(
            "secnds: unknown key",
            "load.a.class: unknown class \"urgent\"",
            "load.a.rate: is missing",
            "load.a.model: is missing");
  }

  @Test
  void badPolicy_namesThoseThereAre() throws IOException {
    assertThat(run(THREE, "--policy=skery")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("did you mean 'skerry'?");
  }

  @Test
  void bench_withoutModelAndScenario_saysWhatToGive() {
    Terminal terminal = Terminal.plain(out, err);
    assertThat(Skerry.run(terminal, "bench")).isEqualTo(2);
    terminal.flush();
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("MODEL", "--scenario");
  }
}
