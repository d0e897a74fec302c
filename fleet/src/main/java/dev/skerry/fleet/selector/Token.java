package dev.skerry.fleet.selector;

/**
 * A piece of a selector's text.
 *
 * @param text without quotes
 * @param position of its first character
 */
record Token(Kind kind, String text, int position) {
  enum Kind {
    /** A name or a value without quotes. */
    WORD,
    /** A name or a value in quotes. */
    QUOTED,
    /** {@code and}, {@code or}, {@code not}, {@code in}, {@code has}, {@code all}. */
    KEYWORD,
    /** {@code = != < <= > >=}. */
    OPERATOR,
    /** {@code ( ) ,}. */
    MARK,
    /** After the last one. */
    END
  }

  boolean is(Kind kind, String text) {
    return this.kind == kind && this.text.equals(text);
  }

  /** As messages name it. */
  String shown() {
    return kind == Kind.END ? "the end" : "'" + text + "'";
  }
}
