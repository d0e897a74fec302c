package dev.skerry.fleet.selector;

import dev.skerry.fleet.problem.FleetException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which devices are meant. Immutable; equal when the canonical text is equal.
 *
 * <p>A device that lacks an attribute fails every condition on it, so that {@code site != berlin},
 * which is {@code not (site = berlin)}, holds for a device without a site.
 */
public sealed interface Selector {
  /** How two values are compared. */
  enum Operator {
    EQUAL("="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final String sign;

    Operator(String sign) {
      this.sign = sign;
    }

    public String sign() {
      return sign;
    }
  }

  /** {@code all}: every device. */
  record All() implements Selector {}

  /** {@code has NAME}: the device has the attribute, whatever its value. */
  record Has(String name) implements Selector {}

  /** {@code NAME}: the device has the attribute, and its value is not {@code false}. */
  record Flag(String name) implements Selector {}

  /** {@code NAME < VALUE} and the like; with several values, one of them is enough. */
  record Compare(String name, Operator operator, String value) implements Selector {}

  /** {@code NAME in (VALUE, VALUE)} or {@code NAME not in (…)}. */
  record In(String name, boolean negated, List<String> values) implements Selector {
    public In {
      values = List.copyOf(values);
    }
  }

  /** {@code not …}. */
  record Not(Selector inner) implements Selector {}

  /** {@code … and …}; two or more. */
  record And(List<Selector> parts) implements Selector {
    public And {
      parts = List.copyOf(parts);
    }
  }

  /** {@code … or …}; two or more. */
  record Or(List<Selector> parts) implements Selector {
    public Or {
      parts = List.copyOf(parts);
    }
  }

  /** Every device. */
  Selector ALL = new All();

  /** Words that must be quoted to be a name or a value. */
  Set<String> KEYWORDS = Set.of("and", "or", "not", "in", "has", "all");

  /**
   * Reads {@code text}; any attribute name is allowed.
   *
   * @throws FleetException BAD_REQUEST, with the place and what was expected
   */
  static Selector parse(String text) {
    return new SelectorParser(text, _ -> true, Set.of()).parse();
  }

  /**
   * Reads {@code text} and refuses names that no device has, naming the nearest one of {@code
   * known}. A quoted name is allowed always: it is meant for devices still to come.
   *
   * @param exists whether some device has a label of this name
   */
  static Selector parse(String text, Predicate<String> exists, Set<String> known) {
    return new SelectorParser(
            text,
            name -> Attributes.isFact(name) || known.contains(name) || exists.test(name),
            known)
        .parse();
  }

  default boolean matches(Attributes device) {
    return switch (this) {
      case All _ -> true;
      case Has has -> device.has(has.name());
      case Flag flag ->
          device.of(flag.name()).stream().anyMatch(value -> !value.equalsIgnoreCase("false"));
      case Compare compare -> compares(compare, device);
      case In in -> in.negated() != isIn(in, device);
      case Not not -> !not.inner().matches(device);
      case And and -> and.parts().stream().allMatch(part -> part.matches(device));
      case Or or -> or.parts().stream().anyMatch(part -> part.matches(device));
    };
  }

  private static boolean compares(Compare test, Attributes device) {
    if (test.operator() == Operator.NOT_EQUAL) {
      return !compares(new Compare(test.name(), Operator.EQUAL, test.value()), device);
    }
    return device.of(test.name()).stream().anyMatch(value -> holds(test, value));
  }

  private static boolean holds(Compare test, String found) {
    String name = test.name();
    String limit = test.value();
    return switch (test.operator()) {
      case EQUAL -> Values.same(name, found, limit);
      case NOT_EQUAL -> !Values.same(name, found, limit);
      case LESS -> Values.compare(name, found, limit) < 0;
      case LESS_OR_EQUAL -> Values.compare(name, found, limit) <= 0;
      case GREATER -> Values.compare(name, found, limit) > 0;
      case GREATER_OR_EQUAL -> Values.compare(name, found, limit) >= 0;
    };
  }

  private static boolean isIn(In in, Attributes device) {
    return device.of(in.name()).stream()
        .anyMatch(found ->
            in.values().stream().anyMatch(wanted -> Values.same(in.name(), found, wanted)));
  }

  /** Names of the attributes that decide, in the order in which they appear. */
  default SequencedSet<String> names() {
    SequencedSet<String> names = new LinkedHashSet<>();
    collect(names);
    return names;
  }

  private void collect(SequencedSet<String> names) {
    switch (this) {
      case All _ -> {}
      case Has has -> names.add(has.name());
      case Flag flag -> names.add(flag.name());
      case Compare compare -> names.add(compare.name());
      case In in -> names.add(in.name());
      case Not not -> not.inner().collect(names);
      case And and -> and.parts().forEach(part -> part.collect(names));
      case Or or -> or.parts().forEach(part -> part.collect(names));
    }
  }

  /** The canonical text: parsing it gives an equal selector. */
  default String text() {
    return switch (this) {
      case All _ -> "all";
      case Has has -> "has " + quoted(has.name());
      case Flag flag -> quoted(flag.name());
      case Compare(String name, Operator operator, String value) ->
          "%s %s %s".formatted(quoted(name), operator.sign(), quoted(value));
      case In(String name, boolean negated, List<String> values) ->
          values.stream()
              .map(Selector::quoted)
              .collect(
                  Collectors.joining(", ", quoted(name) + (negated ? " not in (" : " in ("), ")"));
      case Not not -> "not " + inner(not.inner());
      case And and ->
          and.parts().stream().map(Selector::inner).collect(Collectors.joining(" and "));
      case Or or ->
          or.parts().stream()
              .map(part -> part instanceof Or ? inner(part) : part.text())
              .collect(Collectors.joining(" or "));
    };
  }

  /** In parentheses when what is around it binds closer. */
  private static String inner(Selector part) {
    return part instanceof Or || part instanceof And ? "(" + part.text() + ")" : part.text();
  }

  private static String quoted(String word) {
    return WORD.matcher(word).matches() && !KEYWORDS.contains(word.toLowerCase(Locale.ROOT))
        ? word
        : "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** What needs no quotes. */
  Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.:/@+%-]*");
}
