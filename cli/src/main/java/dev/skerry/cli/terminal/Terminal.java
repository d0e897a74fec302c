package dev.skerry.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where a command speaks: results on one stream, progress and problems on the other.
 *
 * <p>Both are UTF-8 whatever the locale says, so that names of values survive a pipe. Colour and
 * lines that rewrite themselves appear on terminals only; {@code NO_COLOR} turns colour off.
 */
public final class Terminal {
  /** Columns when the terminal does not say how wide it is. */
  static final int USUAL_COLUMNS = 100;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean coloured;
  private final boolean live;
  private final int columns;

  private Terminal(PrintStream out, PrintStream err, boolean coloured, boolean live, int columns) {
    this.out = out;
    this.err = err;
    this.coloured = coloured;
    this.live = live;
    this.columns = columns;
  }

  /** This process's streams; the launcher says in system properties which are terminals. */
  public static Terminal system() {
    String noColor = System.getenv().getOrDefault("NO_COLOR", "");
    boolean dumb = System.getenv().getOrDefault("TERM", "dumb").equals("dumb");
    return new Terminal(
        utf8(new FileOutputStream(FileDescriptor.out)),
        utf8(new FileOutputStream(FileDescriptor.err)),
        isTerminal("skerry.stdout") && noColor.isEmpty() && !dumb,
        isTerminal("skerry.stderr") && !dumb,
        Integer.getInteger("skerry.columns", USUAL_COLUMNS));
  }

  /** Two plain streams that no person watches. */
  public static Terminal plain(OutputStream out, OutputStream err) {
    return new Terminal(utf8(out), utf8(err), false, false, USUAL_COLUMNS);
  }

  /** Streams that behave as a coloured terminal of {@code columns} columns. */
  public static Terminal watched(OutputStream out, OutputStream err, int columns) {
    return new Terminal(utf8(out), utf8(err), true, true, columns);
  }

  private static boolean isTerminal(String property) {
    return System.getProperty(property, "").equals("terminal");
  }

  private static PrintStream utf8(OutputStream stream) {
    return new PrintStream(stream, false, StandardCharsets.UTF_8);
  }

  /** Results. */
  public PrintStream out() {
    return out;
  }

  /** Progress and problems. */
  public PrintStream err() {
    return err;
  }

  public int columns() {
    return columns;
  }

  public boolean coloured() {
    return coloured;
  }

  /** {@code stream} for libraries that want a writer. */
  public PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /** A progress display of this terminal; one at a time. */
  public Progress progress() {
    return new Progress(err, live, columns);
  }

  public void flush() {
    out.flush();
    err.flush();
  }

  public String bold(String text) {
    return styled("1", text);
  }

  public String dim(String text) {
    return styled("2", text);
  }

  public String red(String text) {
    return styled("31", text);
  }

  public String green(String text) {
    return styled("32", text);
  }

  public String yellow(String text) {
    return styled("33", text);
  }

  public String cyan(String text) {
    return styled("36", text);
  }

  private String styled(String code, String text) {
    return coloured && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  /** {@code text} from a file, without characters that would steer the terminal. */
  public static String printable(String text) {
    if (text.codePoints().noneMatch(Character::isISOControl)) {
      return text;
    }
    return text.codePoints()
        .map(c -> Character.isISOControl(c) ? 0xFFFD : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
