package dev.skerry.cli.terminal;

import java.io.PrintStream;

/**
 * What long work is at: one line that rewrites itself on a terminal, a line per step elsewhere.
 *
 * <p>Draws only when the text changes, so it may be told of every item.
 */
public final class Progress implements AutoCloseable {
  private static final String ERASE_LINE = "\r\u001b[2K";
  private static final int BAR_CELLS = 24;

  private final PrintStream stream;
  private final boolean live;
  private final int columns;
  private String step = "";
  private String shown = "";

  Progress(PrintStream stream, boolean live, int columns) {
    this.stream = stream;
    this.live = live;
    this.columns = columns;
  }

  /** Begins the next step, such as {@code "calibrating"}. */
  public void step(String name) {
    step = name;
    show(name);
  }

  /** Says how much of the present step is done; plain output leaves it out. */
  public void at(long done, long total) {
    if (!live || total <= 0) {
      return;
    }
    int cells = (int) Math.min(BAR_CELLS, BAR_CELLS * done / total);
    String bar = "█".repeat(cells) + "░".repeat(BAR_CELLS - cells);
    show("%s  %s %3d %%".formatted(step, bar, Math.min(100, 100 * done / total)));
  }

  /** Says how the present step stands, and how much of it is done; plain output leaves it out. */
  public void at(String state, long done, long total) {
    if (live) {
      step = state;
    }
    at(done, total);
  }

  /** A line that stays, such as the outcome of a step. */
  public void note(String line) {
    if (live) {
      stream.print(ERASE_LINE);
    }
    stream.println(line);
    shown = "";
    stream.flush();
  }

  private void show(String line) {
    if (line.equals(shown)) {
      return;
    }
    shown = line;
    if (live) {
      stream.print(ERASE_LINE + line.substring(0, Math.min(line.length(), columns - 1)));
    } else {
      stream.println(line);
    }
    stream.flush();
  }

  /** Takes the line off the terminal. */
  @Override
  public void close() {
    if (live && !shown.isEmpty()) {
      stream.print(ERASE_LINE);
      stream.flush();
    }
  }
}
