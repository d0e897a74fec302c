package dev.skerry.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What reaches a terminal, and what reaches a file. */
class TerminalTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Terminal plain = Terminal.plain(OutputStream.nullOutputStream(), err);
  private final Terminal watched = Terminal.watched(OutputStream.nullOutputStream(), err, 40);

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void colour_isForTerminalsOnly() {
    assertThat(plain.red("x")).isEqualTo("x");
    assertThat(watched.red("x")).isEqualTo("\u001b[31mx\u001b[0m");
  }

  @Test
  void printable_takesOutWhatSteersTheTerminal() {
    assertThat(Terminal.printable("a\u001b[2Jb\nc")).isEqualTo("a\uFFFD[2Jb\uFFFDc");
  }

  @Test
  void progress_isALinePerStepInAFile() {
    try (Progress progress = plain.progress()) {
      progress.step("reading");
      progress.at(1, 2);
      progress.step("writing");
    }

    assertThat(err()).isEqualTo("reading\nwriting\n");
  }

  @Test
  void progress_rewritesOneLineOnATerminalAndTakesItAway() {
    try (Progress progress = watched.progress()) {
      progress.step("reading");
      progress.at(1, 2);
    }

    assertThat(err()).doesNotContain("\n").contains("50 %").endsWith("\r\u001b[2K");
  }

  @Test
  void table_alignsColouredCells() {
    String text =
        TextTable.of(TextTable.Align.LEFT, TextTable.Align.RIGHT)
            .row(watched.bold("ab"), "1")
            .row("abcd", "22")
            .print("");

    assertThat(text).isEqualTo("\u001b[1mab\u001b[0m     1\nabcd  22\n");
  }

  @Test
  void figures_keepThreeDigits() {
    assertThat(Figures.bytes(320_138)).isEqualTo("313 KiB");
    assertThat(Figures.bytes(1023)).isEqualTo("1023 B");
    assertThat(Figures.count(77_810)).isEqualTo("77.8 k");
    assertThat(Figures.micros(0.5)).isEqualTo("0.50 µs");
    assertThat(Figures.micros(2410)).isEqualTo("2.41 ms");
    assertThat(Figures.factor(2.7)).isEqualTo("2.70×");
  }
}
