package dev.skerry.agent.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.schedule.Admission.Task;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final Admission one = new Admission(1);

  private static Task task(
      String name, Importance importance, int deadline, int period, double cost, double blocking) {
    Terms terms =
        Terms.USUAL
            .with(importance)
            .withDeadline(Duration.ofMillis(deadline))
            .withPeriod(Duration.ofMillis(period));
    return new Task(name, terms, cost * 1e3, blocking * 1e3);
  }

  private static Task background(double cost, double blocking) {
    return new Task("bg", Terms.USUAL.with(Importance.BEST_EFFORT), cost * 1e3, blocking * 1e3);
  }

  @Test
  void alone_takesItsCost() {
    assertThat(one.responses(List.of(task("a", Importance.CRITICAL, 10, 33, 4, 1))))
        .singleElement()
        .satisfies(response -> assertThat(response.response()).isEqualTo(4000));
  }

  @Test
  void aWorseClass_blocksForItsLongestNode_notForItsRun() {
    Task critical = task("a", Importance.CRITICAL, 10, 33, 4, 1);
    assertThat(one.obstacle(List.of(critical, background(500, 5)))).isEmpty();
    assertThat(one.obstacle(List.of(critical, background(500, 7))))
        .contains("a takes up to 11.0 ms of 10.0 ms (runs 4.0 ms)");
  }

  @Test
  void thoseThatGoFirst_countAsOftenAsTheyCanCome() {
    Task first = task("a", Importance.CRITICAL, 5, 10, 3, 1);
    Task second = task("b", Importance.NORMAL, 25, 100, 12, 1);
    // 12 + 2 * 3 within 20: two requests of a
    assertThat(one.responses(List.of(second, first)))
        .extracting(Admission.Response::response)
        .containsExactly(4000.0, 18000.0);
    assertThat(one.obstacle(List.of(first, task("b", Importance.NORMAL, 17, 100, 12, 1))))
        .isPresent();
    assertThat(
            new Admission(2).obstacle(List.of(first, task("b", Importance.NORMAL, 17, 100, 12, 1))))
        .isEmpty();
  }

  @Test
  void tooMuchForTheCore_isRefused() {
    Task first = task("a", Importance.CRITICAL, 10, 10, 6, 0);
    Task second = task("b", Importance.CRITICAL, 10, 10, 6, 0);
    assertThat(one.obstacle(List.of(first, second))).isPresent();
  }
}
