package dev.skerry.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.fleet.selector.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
  private static Plan read(String json) {
    return PlanReader.read(
        JsonReader.readObject("plan", json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)),
        Selector::parse);
  }

  @Test
  void read_theLeast_takesTheUsualWaves() {
    Plan plan = read("{'model': 'm', 'counter': 3}");

    assertThat(plan.selector()).isEqualTo(Selector.ALL);
    assertThat(plan.waves().stream().map(wave -> wave.size().text()))
        .containsExactly("1", "5 %", "25 %", "100 %");
    assertThat(plan.waves().getFirst().soak()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void toJson_readsBack() {
    Plan plan =
        read(
            """
            {'model': 'm', 'counter': 3, 'selector': 'a = b and not c', 'priority': -5,
             'waves': ['1', 10, {'size': '0.5 %', 'soak': '90 s', 'timeout': '2 h',
                                 'min-reports': 5, 'approval': true}],
             'gates': ['error-rate <= 1 %',
                       {'expression': 'validation-failures(probe) == 0', 'min-sample': 7,
                        'confidence': 0.99, 'action': 'roll back'}],
             'windows': ['sat,sun 00:00-24:00 UTC'], 'rate-per-minute': 100, 'note': 'why'}
            """);

    assertThat(PlanReader.read(JsonObject.of("plan", plan.toJson()), Selector::parse))
        .isEqualTo(plan);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'wave': []                                   | plan.wave is not known; counter, gates, model
          'waves': []                                  | the plan has no wave
          'waves': ['5 %', '1']                        | numbers of devices before shares
          'waves': ['1', '1']                          | wave 1 is 1 and wave 2 is 1
          'waves': ['50 %', '20 %']                    | each must reach further
          'waves': ['0']                               | a number of devices such as 1 or a share such as 5 %
          'waves': ['101 %']                           | a number of devices such as 1 or a share
          'waves': [{'size': '1', 'soak': '5'}]        | plan.waves[0].soak is '5', a time such as
          'waves': [{'size': '1', 'sook': '5 s'}]      | plan.waves[0].sook is not known
          'gates': ['errors <= 1 %']                   | there is no metric 'errors'
          'gates': [{'expression': 'error-rate <= 1 %', 'confidence': 1}] | below 1 was expected
          'gates': [{'expression': 'error-rate <= 1 %', 'action': 'stop'}] | 'hold' or 'roll back'
          'windows': ['22:00-05:00']                   | such as 'mon-fri 22:00-05:00 Europe/Berlin'
          'windows': ['mon 22:00-05:00 Berlin']        | a zone that exist
          'windows': ['mo 22:00-05:00 UTC']            | days such as mon-fri
          'selector': 'site =='                        | a value was expected
          'priority': 1001                             | from -1000 to 1000
          """)
  void read_aBadPlan_saysWhatWasExpected(String part, String problem) {
    assertThatThrownBy(() -> read("{'model': 'm', 'counter': 3, %s}".formatted(part)))
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mon-fri 22:00-05:00 Europe/Berlin | 2026-03-02T21:00:00Z | true  | 2026-03-03T21:00:00Z
          mon-fri 22:00-05:00 Europe/Berlin | 2026-03-02T20:59:59Z | false | 2026-03-02T21:00:00Z
          mon-fri 22:00-05:00 Europe/Berlin | 2026-03-07T03:59:00Z | true  | 2026-03-09T21:00:00Z
          mon-fri 22:00-05:00 Europe/Berlin | 2026-03-07T04:00:00Z | false | 2026-03-09T21:00:00Z
          mon-fri 22:00-05:00 Europe/Berlin | 2026-03-02T02:00:00Z | false | 2026-03-02T21:00:00Z
          sat,sun 08:00-09:00 UTC           | 2026-03-07T08:30:00Z | true  | 2026-03-08T08:00:00Z
          fri-mon 08:00-09:00 UTC           | 2026-03-02T08:30:00Z | true  | 2026-03-06T08:00:00Z
          daily 00:00-24:00 UTC             | 2026-03-02T23:59:59Z | true  | 2026-03-03T00:00:00Z
          daily 01:30-02:30 Europe/Berlin   | 2026-03-29T01:15:00Z | true  | 2026-03-29T23:30:00Z
          daily 02:30-02:45 Europe/Berlin   | 2026-10-25T00:35:00Z | true  | 2026-10-26T01:30:00Z
          """)
  void window_isOpenByLocalTime(String text, Instant now, boolean open, Instant next) {
    Window window = Window.parse(text);

    assertThat(window.isOpen(now)).isEqualTo(open);
    assertThat(window.opensAfter(now).toInstant()).isEqualTo(next);
  }

  @Test
  void bucket_isEvenAndOfEachRolloutItsOwn() {
    int[] counts = new int[10];
    int same = 0;
    for (int i = 0; i < 100_000; i++) {
      int bucket = Size.bucket(7, "device-" + i);
      counts[bucket / (Size.WHOLE / 10)]++;
      same +=
          bucket / (Size.WHOLE / 10) == Size.bucket(8, "device-" + i) / (Size.WHOLE / 10) ? 1 : 0;
    }

    assertThat(IntStream.of(counts)).allMatch(count -> Math.abs(count - 10_000) < 400);
    assertThat(same).isBetween(9_500, 10_500);
  }
}
