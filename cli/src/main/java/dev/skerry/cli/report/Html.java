package dev.skerry.cli.report;

import java.util.List;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/**
 * A piece of HTML that may stand in a page as it is. Text becomes one only by being escaped, so
 * that names from a model that nobody vouches for stay names.
 */
record Html(String markup) {
  static final Html NONE = new Html("");

  /** {@code text} as a reader should see it, within an element or a quoted attribute. */
  static Html text(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(c -> escape(c, escaped));
    return new Html(escaped.toString());
  }

  private static void escape(int c, StringBuilder escaped) {
    switch (c) {
      case '&' -> escaped.append("&amp;");
      case '<' -> escaped.append("&lt;");
      case '>' -> escaped.append("&gt;");
      case '"' -> escaped.append("&quot;");
      case '\'' -> escaped.append("&#39;");
      default -> escaped.appendCodePoint(isUnreadable(c) ? 0xFFFD : c);
    }
  }

  /** Control characters, lone surrogates, and marks that would turn the line around. */
  private static boolean isUnreadable(int c) {
    return (Character.isISOControl(c) && c != '\n' && c != '\t')
        || Character.getType(c) == Character.SURROGATE
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }

  /**
   * {@code template} with each {@code {}} replaced by the next part: HTML as it is, anything else
   * as escaped text.
   *
   * @throws IllegalArgumentException if places and parts differ in number
   */
  static Html of(String template, Object... parts) {
    String[] between = template.split("\\{}", -1);
    if (between.length != parts.length + 1) {
      throw new IllegalArgumentException(
          "%d places for %d parts in: %s".formatted(between.length - 1, parts.length, template));
    }
    StringBuilder markup = new StringBuilder(between[0]);
    for (int i = 0; i < parts.length; i++) {
      Html part = parts[i] instanceof Html html ? html : text(String.valueOf(parts[i]));
      markup.append(part.markup).append(between[i + 1]);
    }
    return new Html(markup.toString());
  }

  /** All parts in order, each on its own line. */
  static Html lines(List<Html> parts) {
    return parts.stream().collect(joined("\n"));
  }

  static Html lines(Html... parts) {
    return lines(List.of(parts));
  }

  static Collector<Html, ?, Html> joined(String separator) {
    return Collectors.collectingAndThen(
        Collectors.mapping(Html::markup, Collectors.joining(separator)), Html::new);
  }

  /**
   * A name from a model: in a fixed-width face, in its own direction, broken where it has joints.
   */
  static Html name(String name) {
    Html breakable = new Html(text(name).markup.replaceAll("([/_.])", "$1<wbr>"));
    return of("<code><bdi>{}</bdi></code>", breakable);
  }
}
