package dev.skerry.fleet.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;

/** Cuts a selector's text into tokens. */
final class Tokenizer {
  private static final String OPERATORS = "=!<>";

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Tokenizer(String text) {
    this.text = text;
  }

  /** The tokens of {@code text}; an END comes last. */
  static List<Token> tokens(String text) {
    Tokenizer tokenizer = new Tokenizer(text);
    while (tokenizer.at < text.length()) {
      tokenizer.next();
    }
    tokenizer.tokens.add(new Token(Token.Kind.END, "", text.length()));
    return tokenizer.tokens;
  }

  private void next() {
    char first = text.charAt(at);
    if (Character.isWhitespace(first)) {
      at++;
    } else if ("(),".indexOf(first) >= 0) {
      add(Token.Kind.MARK, String.valueOf(first), at + 1);
    } else if (OPERATORS.indexOf(first) >= 0) {
      operator(first);
    } else if (first == '"' || first == '\'') {
      quoted(first);
    } else {
      word();
    }
  }

  private void operator(char first) {
    boolean two = at + 1 < text.length() && text.charAt(at + 1) == '=' && first != '=';
    if (first == '!' && !two) {
      throw Complaint.at(text, at, "'!=' was expected; 'not' negates a condition");
    }
    add(Token.Kind.OPERATOR, text.substring(at, at + (two ? 2 : 1)), at + (two ? 2 : 1));
  }

  private void quoted(char quote) {
    StringBuilder value = new StringBuilder();
    for (int i = at + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        value.append(text.charAt(++i));
      } else if (c == quote) {
        add(Token.Kind.QUOTED, value.toString(), i + 1);
        return;
      } else {
        value.append(c);
      }
    }
    throw Complaint.at(text, at, "the quote that begins here does not end");
  }

  private void word() {
    Matcher word = Selector.WORD.matcher(text).region(at, text.length());
    if (!word.lookingAt()) {
      throw Complaint.at(
          text,
          at,
          "'%s' was not expected; values with such characters need quotes"
              .formatted(Character.toString(text.codePointAt(at))));
    }
    String lower = word.group().toLowerCase(Locale.ROOT);
    boolean keyword = Selector.KEYWORDS.contains(lower);
    add(keyword ? Token.Kind.KEYWORD : Token.Kind.WORD, keyword ? lower : word.group(), word.end());
  }

  private void add(Token.Kind kind, String value, int end) {
    tokens.add(new Token(kind, value, at));
    at = end;
  }
}
