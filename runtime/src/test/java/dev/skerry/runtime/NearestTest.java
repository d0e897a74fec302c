package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  @Test
  void distance_countsEdits() {
    assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Nearest.distance("", "abc")).isEqualTo(3);
    assertThat(Nearest.distance("same", "same")).isZero();
  }

  @Test
  void to_findsATypingErrorButNotAnotherWord() {
    assertThat(Nearest.to("Thread", List.of("providers", "threads"))).contains("threads");
    assertThat(Nearest.to("colour", List.of("providers", "threads"))).isEmpty();
    assertThat(Nearest.suggestion("x", List.of())).isEmpty();
  }
}
