package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.SkerryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
  @TempDir private Path folder;

  /**
   * The engine's telemetry, where it is compiled in, writes below the home directory and opens a
   * log unless it is switched off before the library loads. The plain run proves that it would.
   */
  @Test
  void session_withEmptyHome_writesNothingThereAndReportsToNobody() throws IOException {
    Ran skerry = probe("skerry");
    assertThat(skerry.written()).isEmpty();
    assertThat(skerry.facts()).noneMatch(fact -> fact.startsWith("file socket:"));
    assertThat(skerry.facts()).noneMatch(fact -> fact.contains("mat-debug"));

    Ran plain = probe("plain");
    if (plain.written().isEmpty()) {
      Assumptions.abort("skipped: this build of the engine writes nothing even when it may");
    }
    assertThat(skerry.threads()).isLessThanOrEqualTo(plain.threads());
  }

  private record Ran(List<Path> written, List<String> facts) {
    long threads() {
      return facts.stream().filter(fact -> fact.startsWith("thread ")).count();
    }
  }

  private Ran probe(String way) throws IOException {
    Path home = Files.createDirectory(folder.resolve(way));
    Path facts = folder.resolve(way + ".txt");
    ChildJvm.run(
        TelemetryProbe.class, variables -> emptyHome(variables, home), way, facts.toString());
    try (Stream<Path> files = Files.walk(home)) {
      return new Ran(files.filter(Files::isRegularFile).toList(), Files.readAllLines(facts));
    }
  }

  private static void emptyHome(Map<String, String> variables, Path home) {
    variables.keySet().removeIf(name -> name.equals("CI") || name.startsWith("ORT_"));
    variables.keySet().removeIf(name -> name.startsWith("XDG_"));
    variables.put("HOME", home.toString());
    variables.put("XDG_CACHE_HOME", home.resolve("cache").toString());
    variables.put("XDG_CONFIG_HOME", home.resolve("config").toString());
    variables.put("XDG_DATA_HOME", home.resolve("data").toString());
    variables.put("XDG_STATE_HOME", home.resolve("state").toString());
  }

  @Test
  void loadFrom_afterTheEngineWasUsed_isRefused() {
    assertThat(Engine.version()).isNotEmpty();
    assertThatThrownBy(() -> Engine.loadFrom(folder)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void loadFrom_missingFolder_isRefused() {
    assertThatThrownBy(() -> Engine.loadFrom(folder.resolve("none")))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("there is no engine at");
  }

  @Test
  void childJvm_thatFails_tellsWhatItPrinted() {
    assertThatThrownBy(() -> ChildJvm.run(TelemetryProbe.class, _ -> {}, "neither"))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("neither");
  }
}
