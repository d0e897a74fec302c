package dev.skerry.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.cli.Skerry;
import dev.skerry.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    Terminal terminal = Terminal.plain(out, err);
    int exitCode = Skerry.run(terminal, args);
    terminal.flush();
    return exitCode;
  }

  @Test
  void once_thirdVersionIsStoppedAndNobodyGetsAWrongAnswer() {
    assertThat(run("demo", "--once", "--json"))
        .as(() -> err.toString(StandardCharsets.UTF_8))
        .isZero();

    JsonObject outcome = JsonReader.readObject("the summary", out.toByteArray());
    assertThat(outcome.text("version-2")).isEqualTo("done");
    assertThat(outcome.text("version-3")).isEqualTo("rolled-back");
    assertThat(outcome.text("version-3-why")) // the device and the fleet see the same answers
        .containsPattern("wave 1 of 3: (validation failures|shadow disagreement) ");
    assertThat(outcome.integer("on-version-2", 0)).isEqualTo(12);
    assertThat(outcome.integer("requests", 0)).isGreaterThan(500);
    assertThat(outcome.integer("wrong", 0)).isZero();
    assertThat(outcome.integer("failed", 0)).isZero();
  }

  @Test
  void model_thatIsNotThere_isSaid() {
    Path missing = Path.of("no", "model.toml");
    assertThat(run("demo", "--once", "--model", missing.toString())).isEqualTo(3);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(missing.toString());
  }
}
