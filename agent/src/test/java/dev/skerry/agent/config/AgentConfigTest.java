package dev.skerry.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.agent.schedule.Importance;
import dev.skerry.agent.schedule.OnLate;
import dev.skerry.agent.schedule.Terms;
import dev.skerry.agent.update.Policy;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.Provider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgentConfigTest {
  private static final String SHORTEST =
      """
      repository = "https://example.org/models"
      root = "root.json"
      models = ["m"]
      """;

  private static AgentConfig parse(String toml) {
    return AgentConfig.parse(Path.of("/etc/skerry/agent.toml"), toml);
  }

  @Test
  void shortest_hasThreeLines() {
    AgentConfig config = parse(SHORTEST);

    assertThat(config.policy()).isEqualTo(Policy.standard());
    assertThat(config.root()).isEqualTo(Path.of("/etc/skerry/root.json"));
    assertThat(config.data()).isEqualTo(Path.of("/etc/skerry/agent-data"));
    assertThat(config.host()).isEqualTo("127.0.0.1");
    assertThat(config.port()).isEqualTo(8090);
  }

  @Test
  void folder_isRelativeToTheFile() {
    AgentConfig config = parse(SHORTEST.replace("https://example.org/models", "../repo"));

    assertThat(config.repository()).isEqualTo("/etc/repo");
  }

  @Test
  void units_areRead() {
    AgentConfig config =
        parse(
            SHORTEST
                + """
                [poll]
                interval = "1.5 h"
                [limits]
                disk = "64 MiB"
                memory = "2MB"
                latency = "20 ms"
                """);

    assertThat(config.policy().polling().interval()).isEqualTo(Duration.ofMinutes(90));
    assertThat(config.policy().limits().diskBytes()).hasValue(64 << 20);
    assertThat(config.policy().limits().memoryBytes()).contains(2_000_000L);
    assertThat(config.policy().limits().latencyMicros()).contains(20_000.0);
  }

  @Test
  void models_areScheduledAsTheirTablesSay() {
    AgentConfig config =
        parse(
            SHORTEST
                + """
                [model.m]
                class = "critical"
                deadline = "10 ms"
                rate = 40
                on-late = "drop"
                memory = "2 MB"
                """);

    assertThat(config.termsOf("m"))
        .isEqualTo(
            new Terms(
                Importance.CRITICAL,
                Optional.of(Duration.ofMillis(10)),
                Optional.of(Duration.ofMillis(25)),
                OnLate.DROP,
                1,
                Optional.of(2_000_000L)));
    assertThat(config.termsOf("another")).isEqualTo(Terms.USUAL);
  }

  @Test
  void modelTables_ofOthers_andWithoutSense_areProblems() {
    assertThatThrownBy(() ->
            parse(
                SHORTEST
                    + """
                    [model.mm]
                    class = "urgent"
                    on-late = "skip"
                    period = "0 ms"
                    """))
        .hasMessageContainingAll(
            "model.mm: is none of the models; ",
            "model.mm.class: unknown class \"urgent\"",
            "on-late: needs a deadline",
            "period: is 0");
  }

  @Test
  void lines_sayWhereEachValueCameFrom() {
    AgentConfig config = parse(SHORTEST + "[shadow]\nsamples = 7\n");

    assertThat(config.lines())
        .contains(
            new AgentConfig.Line("shadow.samples", "7", true),
            new AgentConfig.Line("shadow.time-limit", "1 h", false),
            new AgentConfig.Line("limits.disk", "none", false));
  }

  @Test
  void problems_areReportedAllAtOnce() {
    assertThatThrownBy(() ->
            parse(
                """
                repositry = "x"
                root = "root.json"
                models = ["../up"]
                listen = "8090"
                [poll]
                interval = "5 parsecs"
                [shadow]
                share = 3
                when-idle = "sleep"
                [probation]
                time = "2 h"
                """))
        .isInstanceOf(SkerryException.class)
        .hasMessageContainingAll(
            "has 8 problems",
            "repository: is missing",
            "repositry: unknown key; did you mean 'repository'?",
            "\"../up\" is no name of a model",
            "listen: expected HOST:PORT",
            "poll.interval: expected a time such as \"30 s\"",
            "shadow.share: expected a number from 0 to 1",
            "shadow.when-idle: unknown when-idle \"sleep\"",
            "probation.time-limit: is shorter than time");
  }

  @Test
  void missingFile_saysWhatToDo() {
    assertThatThrownBy(() -> AgentConfig.read(Path.of("/nowhere/agent.toml")))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("there is no /nowhere/agent.toml; write one");
  }

  @Test
  void engineAndProviders_areRead() {
    AgentConfig config =
        parse(
            SHORTEST
                + """
                [engine]
                library = "lib/libonnxruntime.so"
                providers = ["qnn", "WebGPU", "cpu"]
                [[provider]]
                name = "qnn"
                library = "/opt/qnn/provider.so"
                options = { backend_path = "libQnnHtp.so" }
                """);

    assertThat(config.engine().library()).contains(Path.of("/etc/skerry/lib/libonnxruntime.so"));
    assertThat(config.engine().providers())
        .containsExactly(
            Provider.plugin(
                "qnn", Path.of("/opt/qnn/provider.so"), Map.of("backend_path", "libQnnHtp.so")),
            Provider.named("webgpu"),
            Provider.CPU);
  }

  @Test
  void unsaidEngine_isTheUsualOne() {
    assertThat(parse(SHORTEST).engine()).isEqualTo(AgentConfig.EngineChoice.USUAL);
  }

  @Test
  void unknownProviders_areNamedWithWhatToDo() {
    assertThatThrownBy(() ->
            parse(
                SHORTEST
                    + """
                    [engine]
                    providers = ["webgppu"]
                    [[provider]]
                    name = "mine"
                    libary = "x.so"
                    [[provider]]
                    name = "mine"
                    """))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("engine.providers: \"webgppu\" is no execution provider")
        .hasMessageContaining("did you mean 'webgpu'")
        .hasMessageContaining("provider[0].libary: unknown key")
        .hasMessageContaining("'mine' is described more than once");
  }
}
