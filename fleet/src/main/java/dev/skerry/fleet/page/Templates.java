package dev.skerry.fleet.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.Map;

/** The templates, compiled with the code: view records in, HTML out. */
final class Templates {
  private static final TemplateEngine ENGINE =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Templates.class.getClassLoader(), "dev.skerry.fleet.page");

  /** What stands for a character that would deceive the eye. */
  private static final int UNREADABLE = 0xFFFD;

  private Templates() {}

  /** The page that {@code template} makes of {@code view}. */
  static String render(String template, Frame frame, Object view) {
    StringOutput output = new StringOutput(16_384);
    ENGINE.render(template + ".jte", Map.of("frame", frame, "view", view), output);
    return readable(output.toString());
  }

  /**
   * {@code html} without what would deceive the eye. Texts come from devices, and templates escape
   * them; control characters, lone surrogates and marks that turn a line around have no business in
   * any page and are replaced here, where none is forgotten.
   */
  static String readable(String html) {
    if (html.codePoints().noneMatch(Templates::isUnreadable)) {
      return html;
    }
    StringBuilder safe = new StringBuilder(html.length());
    html.codePoints().forEach(c -> safe.appendCodePoint(isUnreadable(c) ? UNREADABLE : c));
    return safe.toString();
  }

  private static boolean isUnreadable(int c) {
    return (Character.isISOControl(c) && c != '\n' && c != '\t' && c != '\r')
        || Character.getType(c) == Character.SURROGATE
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
