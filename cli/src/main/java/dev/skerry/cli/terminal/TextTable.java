package dev.skerry.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of cells in columns as wide as their widest cell. Cells may hold colour, which takes no
 * room; trailing spaces are left out.
 */
public final class TextTable {
  /** Where a column's cells stand. */
  public enum Align {
    LEFT,
    RIGHT
  }

  private static final String GAP = "  ";

  private final List<Align> columns;
  private final List<List<String>> rows = new ArrayList<>();

  private TextTable(List<Align> columns) {
    this.columns = columns;
  }

  public static TextTable of(Align... columns) {
    return new TextTable(List.of(columns));
  }

  public TextTable row(String... cells) {
    if (cells.length > columns.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells in a table of " + columns.size() + " columns");
    }
    rows.add(List.of(cells));
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** One line per row, each after {@code indent}, each ended by a line feed. */
  public String print(String indent) {
    int[] widths = new int[columns.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(indent);
      for (int i = 0; i < row.size(); i++) {
        line.append(i == 0 ? "" : GAP).append(pad(row.get(i), widths[i], columns.get(i)));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String pad(String cell, int width, Align align) {
    String room = " ".repeat(width - width(cell));
    return switch (align) {
      case LEFT -> cell + room;
      case RIGHT -> room + cell;
    };
  }

  /** Columns that {@code text} takes: its code points, without the sequences that colour it. */
  static int width(String text) {
    int width = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      if (text.charAt(i) == '\u001b') {
        i = text.indexOf('m', i);
      } else {
        width++;
      }
    }
    return width;
  }
}
