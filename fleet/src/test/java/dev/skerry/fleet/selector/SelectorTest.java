package dev.skerry.fleet.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.fleet.problem.FleetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTest {
  private static final Attributes DEVICE =
      Attributes.builder()
          .labels(Map.of("site", "berlin", "canary", "false", "line", "7", "spare", ""))
          .put("target", "arm64-dot")
          .put("cores", 4)
          .put("memory", 4L << 30)
          .put("providers", List.of("cpu", "xnnpack"))
          .put("agent", "1.10.0")
          .put("model.bearing-faults", "2.1.0-rc1")
          .put("release.bearing-faults", 7)
          .build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          all                                                                | true
          site = berlin and target in (arm64, arm64-dot) and not canary      | true
          site = munich or site = berlin and cores >= 4                      | true
          (site = munich or site = berlin) and cores > 4                     | false
          canary                                                             | false
          spare                                                              | true
          missing                                                            | false
          has canary                                                         | true
          has missing                                                        | false
          not has missing                                                    | true
          missing != x                                                       | true
          missing = x                                                        | false
          missing < 3                                                        | false
          not missing < 3                                                    | true
          site not in (munich, hamburg)                                      | true
          memory >= 4GiB                                                     | true
          memory > 4096MiB                                                   | false
          memory = 4GiB                                                      | true
          memory < 5GB                                                       | true
          providers = xnnpack                                                | true
          providers != xnnpack                                               | false
          agent >= 1.9.0                                                     | true
          agent < 1.10                                                       | false
          model.bearing-faults < 2.1.0                                       | true
          model.bearing-faults >= 2.1.0-rc1                                  | true
          release.bearing-faults < 8                                         | true
          line < 10                                                          | true
          line = 7.0                                                         | true
          "site" = 'berlin'                                                  | true
          NOT canary AND site = berlin                                       | true
          SITE = berlin                                                      | false
          """)
  void matches_oneDevice(String selector, boolean expected) {
    assertThat(Selector.parse(selector).matches(DEVICE)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          site == berlin               | 7  | a value was expected, found '='
          site =                       | 7  | a value was expected, found the end
          site berlin                  | 6  | '=', '!=', '<', '>', 'in', 'and', 'or' or the end after 'site' was expected, found 'berlin'
          (site = berlin               | 15 | ')' was expected, found the end
          site in berlin               | 9  | '(' was expected, found 'berlin'
          site in (a b)                | 12 | ',' or ')' was expected, found 'b'
          site = berlin)               | 14 | 'and', 'or' or the end was expected, found ')'
          and                          | 1  | the name of an attribute, '(', 'not', 'has' or 'all' was expected, found 'and'
          site = in                    | 8  | 'in' is a word of the language, write "in"
          site ! berlin                | 6  | '!=' was expected
          site = "berlin               | 8  | the quote that begins here does not end
          site = ber#lin               | 11 | '#' was not expected
          sit = berlin                 | 1  | did you mean 'site'?
          targt in (a)                 | 1  | did you mean 'target'?
          xyzzy                        | 1  | no device has an attribute 'xyzzy'; in quotes
          """)
  void parse_badText_pointsAtThePlace(String text, int character, String problem) {
    assertThatThrownBy(() -> Selector.parse(text, _ -> false, Set.of("site", "canary")))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining(problem)
        .hasMessageContaining("here, at character " + character)
        .hasMessageContaining(" ".repeat(character + 1) + "^");
  }

  @Test
  void parse_empty_saysWhatMeansEveryDevice() {
    assertThatThrownBy(() -> Selector.parse(" ")).hasMessageContaining("'all' means every device");
  }

  @Test
  void parse_unknownNameInQuotes_isMeantForDevicesToCome() {
    assertThat(Selector.parse("\"sit\" = x", _ -> false, Set.of("site")).text())
        .isEqualTo("sit = x");
  }

  @Test
  void parse_factsAndModels_areKnownWithoutDevices() {
    assertThat(
            Selector.parse("cores > 2 and model.x < 2 and release.x = 1", _ -> false, Set.of())
                .names())
        .containsExactly("cores", "model.x", "release.x");
  }

  @Test
  void parse_tooDeepOrTooLong_saysTheLimit() {
    assertThatThrownBy(() -> Selector.parse("(".repeat(1000) + "a" + ")".repeat(1000)))
        .hasMessageContaining("more than 50 conditions inside one another");
    assertThatThrownBy(() -> Selector.parse("not ".repeat(1000) + "a"))
        .hasMessageContaining("more than 50");
    assertThatThrownBy(() -> Selector.parse("a or ".repeat(1000) + "a"))
        .hasMessageContaining("at most 4096 are allowed");
  }

  @Test
  void text_ofAnySelector_parsesBackToIt() {
    RandomGenerator random = seeded(1);
    for (int i = 0; i < 5_000; i++) {
      Selector selector = random(random, 4);

      assertThat(Selector.parse(selector.text())).as(selector.text()).isEqualTo(selector);
    }
  }

  @Test
  void parse_anyText_parsesOrSaysWhere() {
    RandomGenerator random = seeded(2);
    List<String> pieces =
        List.of(
            "site", "and", "or", "not", "in", "has", "all", "(", ")", ",", "=", "!=", "<", ">=",
            "\"", "'", "\\", "ü", "😀", "\0", "\n", " ", "7", "1.2.3", "%", "!", "-", "\ud800");
    int parsed = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder();
      IntStream.range(0, random.nextInt(9))
          .forEach(_ ->
              text.append(pieces.get(random.nextInt(pieces.size())))
                  .append(random.nextInt(3) > 0 ? " " : ""));
      try {
        Selector selector = Selector.parse(text.toString());
        assertThat(Selector.parse(selector.text())).isEqualTo(selector);
        selector.matches(DEVICE);
        parsed++;
      } catch (FleetException e) {
        assertThat(e).hasMessageContaining("here, at character");
      }
    }
    assertThat(parsed).isGreaterThan(500);
  }

  @Test
  void not_ofAndOr_followsDeMorgan() {
    RandomGenerator random = seeded(3);
    for (int i = 0; i < 5_000; i++) {
      Selector a = random(random, 3);
      Selector b = random(random, 3);
      Attributes device = randomDevice(random);

      assertThat(new Selector.Not(new Selector.And(List.of(a, b))).matches(device))
          .isEqualTo(
              new Selector.Or(List.of(new Selector.Not(a), new Selector.Not(b))).matches(device));
      assertThat(new Selector.Not(new Selector.Or(List.of(a, b))).matches(device))
          .isEqualTo(
              new Selector.And(List.of(new Selector.Not(a), new Selector.Not(b))).matches(device));
      assertThat(new Selector.Not(new Selector.Not(a)).matches(device))
          .isEqualTo(a.matches(device));
    }
  }

  private static RandomGenerator seeded(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private static final List<String> NAMES =
      List.of("site", "canary", "cores", "a b", "in", "x\"y\\z", "model.m", "ü");
  private static final List<String> VALUES =
      List.of("berlin", "false", "4", "1.10.0", "", "not", "'quoted'", "4GiB", "-1");

  private static Selector random(RandomGenerator random, int depth) {
    String name = NAMES.get(random.nextInt(NAMES.size()));
    String value = VALUES.get(random.nextInt(VALUES.size()));
    return switch (random.nextInt(depth > 0 ? 8 : 5)) {
      case 0 -> Selector.ALL;
      case 1 -> new Selector.Has(name);
      case 2 -> new Selector.Flag(name);
      case 3 ->
          new Selector.Compare(
              name,
              Selector.Operator.values()[random.nextInt(Selector.Operator.values().length)],
              value);
      case 4 -> new Selector.In(name, random.nextBoolean(), List.of(value, "berlin"));
      case 5 -> new Selector.Not(random(random, depth - 1));
      case 6 -> new Selector.And(parts(random, depth));
      default -> new Selector.Or(parts(random, depth));
    };
  }

  /** An "and" in an "and" prints in parentheses, and comes back the same. */
  private static List<Selector> parts(RandomGenerator random, int depth) {
    List<Selector> parts = new ArrayList<>();
    IntStream.range(0, 2 + random.nextInt(2)).forEach(_ -> parts.add(random(random, depth - 1)));
    return parts;
  }

  private static Attributes randomDevice(RandomGenerator random) {
    Attributes.Builder device = Attributes.builder();
    NAMES.stream()
        .filter(_ -> random.nextBoolean())
        .forEach(name -> device.put(name, VALUES.get(random.nextInt(VALUES.size()))));
    return device.build();
  }
}
