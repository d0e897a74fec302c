package dev.skerry.fleet.selector;

import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.selector.Selector.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Reads a selector by recursive descent; {@code not} binds closest, then {@code and}, then {@code
 * or}.
 */
final class SelectorParser {
  /** Characters of a selector. */
  static final int LENGTH_LIMIT = 4096;

  /** Parentheses and negations inside one another. */
  static final int DEPTH_LIMIT = 50;

  private final String text;
  private final Predicate<String> allowed;
  private final Set<String> known;
  private final List<Token> tokens;
  private int at;

  SelectorParser(String text, Predicate<String> allowed, Set<String> known) {
    this.text = text;
    this.allowed = allowed;
    this.known = known;
    if (text.length() > LENGTH_LIMIT) {
      throw Complaint.at(
          text.substring(0, 40) + "…",
          40,
          "the selector has %d characters, at most %d are allowed"
              .formatted(text.length(), LENGTH_LIMIT));
    }
    this.tokens = Tokenizer.tokens(text);
  }

  Selector parse() {
    if (peek().kind() == Token.Kind.END) {
      throw wrong("a condition", "; 'all' means every device");
    }
    Selector found = or(0);
    if (peek().kind() != Token.Kind.END) {
      throw wrong("'and', 'or' or the end", "");
    }
    return found;
  }

  private Selector or(int depth) {
    return joined("or", () -> and(depth), Selector.Or::new);
  }

  private Selector and(int depth) {
    return joined("and", () -> not(depth), Selector.And::new);
  }

  private Selector joined(
      String keyword, Supplier<Selector> part, Function<List<Selector>, Selector> join) {
    List<Selector> parts = new ArrayList<>();
    parts.add(part.get());
    while (peek().is(Token.Kind.KEYWORD, keyword)) {
      at++;
      parts.add(part.get());
    }
    return parts.size() == 1 ? parts.getFirst() : join.apply(parts);
  }

  private Selector not(int depth) {
    if (depth > DEPTH_LIMIT) {
      throw Complaint.at(
          text,
          peek().position(),
          "more than %d conditions inside one another".formatted(DEPTH_LIMIT));
    }
    if (peek().is(Token.Kind.KEYWORD, "not")) {
      at++;
      return new Selector.Not(not(depth + 1));
    }
    return primary(depth);
  }

  private Selector primary(int depth) {
    Token token = peek();
    if (token.is(Token.Kind.MARK, "(")) {
      at++;
      Selector inner = or(depth + 1);
      expect(")");
      return inner;
    }
    if (token.is(Token.Kind.KEYWORD, "all")) {
      at++;
      return Selector.ALL;
    }
    if (token.is(Token.Kind.KEYWORD, "has")) {
      at++;
      return new Selector.Has(name());
    }
    return condition(name());
  }

  private Selector condition(String name) {
    Token token = peek();
    if (token.kind() == Token.Kind.OPERATOR) {
      at++;
      return new Selector.Compare(name, operator(token), value());
    }
    if (token.is(Token.Kind.KEYWORD, "in")) {
      at++;
      return new Selector.In(name, false, values());
    }
    if (token.is(Token.Kind.KEYWORD, "not") && tokens.get(at + 1).is(Token.Kind.KEYWORD, "in")) {
      at += 2;
      return new Selector.In(name, true, values());
    }
    if (token.kind() == Token.Kind.WORD || token.kind() == Token.Kind.QUOTED) {
      throw wrong("'=', '!=', '<', '>', 'in', 'and', 'or' or the end after '" + name + "'", "");
    }
    return new Selector.Flag(name);
  }

  private static Operator operator(Token token) {
    return Arrays.stream(Operator.values())
        .filter(operator -> operator.sign().equals(token.text()))
        .findFirst()
        .orElseThrow();
  }

  private List<String> values() {
    expect("(");
    List<String> values = new ArrayList<>();
    values.add(value());
    while (peek().is(Token.Kind.MARK, ",")) {
      at++;
      values.add(value());
    }
    if (!peek().is(Token.Kind.MARK, ")")) {
      throw wrong("',' or ')'", "");
    }
    at++;
    return values;
  }

  private String name() {
    Token token = peek();
    if (token.kind() == Token.Kind.QUOTED) {
      at++;
      return token.text();
    }
    if (token.kind() != Token.Kind.WORD) {
      throw wrong("the name of an attribute, '(', 'not', 'has' or 'all'", keywordHint(token));
    }
    if (!allowed.test(token.text())) {
      throw Complaint.at(
          text,
          token.position(),
          "no device has an attribute '%s'%s; in quotes it is allowed"
              .formatted(
                  token.text(),
                  nearest(token.text()).map(n -> ", did you mean '" + n + "'?").orElse("")));
    }
    at++;
    return token.text();
  }

  private String value() {
    Token token = peek();
    if (token.kind() == Token.Kind.WORD || token.kind() == Token.Kind.QUOTED) {
      at++;
      return token.text();
    }
    throw wrong("a value", keywordHint(token));
  }

  private static String keywordHint(Token token) {
    return token.kind() == Token.Kind.KEYWORD
        ? "; '%s' is a word of the language, write \"%s\" to mean a name or value"
            .formatted(token.text(), token.text())
        : "";
  }

  private void expect(String mark) {
    if (!peek().is(Token.Kind.MARK, mark)) {
      throw wrong("'" + mark + "'", "");
    }
    at++;
  }

  private Token peek() {
    return tokens.get(at);
  }

  private FleetException wrong(String expected, String hint) {
    return Complaint.at(
        text,
        peek().position(),
        "%s was expected, found %s%s".formatted(expected, peek().shown(), hint));
  }

  private Optional<String> nearest(String name) {
    return Stream.concat(Attributes.FACTS.stream(), new TreeSet<>(known).stream())
        .filter(candidate -> distance(name, candidate) <= Math.max(1, name.length() / 3))
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)));
  }

  /** Levenshtein's: insertions, deletions and replacements that make one word of the other. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int above = row[j];
        int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), replaced);
        diagonal = above;
      }
    }
    return row[right.length()];
  }
}
