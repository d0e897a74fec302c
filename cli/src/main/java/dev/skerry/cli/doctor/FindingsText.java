package dev.skerry.cli.doctor;

import dev.skerry.cli.terminal.Terminal;
import dev.skerry.optimize.OptimizationReport.Finding;
import java.util.List;

/** Findings as a person reads them: what, then where, what mending is worth, and what to do. */
public final class FindingsText {
  /** Columns before a finding, and before what is said about it. */
  private static final int TEXT = 4;

  private static final int DETAIL = 12;

  private final Terminal terminal;
  private final StringBuilder text = new StringBuilder();

  private FindingsText(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Several lines, the last ended by a line feed; says so when there is nothing. */
  public static String of(Terminal terminal, String title, List<Finding> findings) {
    FindingsText lines = new FindingsText(terminal);
    lines.text.append(terminal.bold(Terminal.printable(title))).append('\n');
    if (findings.isEmpty()) {
      lines.text.append("  ").append(terminal.green("✓")).append(" nothing found\n");
    }
    findings.forEach(lines::add);
    return lines.text.toString();
  }

  private void add(Finding finding) {
    text.append("  ").append(mark(finding)).append(' ');
    wrap(Terminal.printable(finding.what()), TEXT);
    line("at", finding.where());
    line("worth", finding.worth());
    line("do", finding.advice());
  }

  private String mark(Finding finding) {
    return switch (finding.severity()) {
      case PROBLEM -> terminal.red("✗");
      case WARNING -> terminal.yellow("!");
      case ADVICE -> terminal.cyan("·");
    };
  }

  private void line(String label, String content) {
    if (!content.isEmpty()) {
      text.append("      ").append(terminal.dim("%-6s".formatted(label)));
      wrap(Terminal.printable(content), DETAIL);
    }
  }

  /** Breaks {@code content} between words where the terminal ends, and goes on at {@code left}. */
  private void wrap(String content, int left) {
    int room = Math.max(30, terminal.columns() - left - 1);
    int used = 0;
    for (String word : content.split(" ", -1)) {
      if (used > 0 && used + 1 + word.length() > room) {
        text.append('\n').append(" ".repeat(left));
        used = 0;
      } else if (used > 0) {
        text.append(' ');
        used++;
      }
      text.append(word);
      used += word.length();
    }
    text.append('\n');
  }
}
