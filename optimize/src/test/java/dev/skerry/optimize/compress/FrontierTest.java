package dev.skerry.optimize.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FrontierTest {
  private record Spot(double bytes, double lost) {}

  private static List<Spot> frontier(Spot... spots) {
    return Frontier.of(List.of(spots), Spot::bytes, Spot::lost);
  }

  @Test
  void of_leavesOutWhatAnotherBeatsInBoth() {
    Spot small = new Spot(10, 5);
    Spot beaten = new Spot(20, 6);
    Spot equal = new Spot(30, 2);
    Spot alike = new Spot(30, 2);
    Spot large = new Spot(40, 0);

    assertThat(frontier(large, beaten, equal, small, alike)).containsExactly(small, equal, large);
  }

  @Test
  void around_takesOneThatMissesTheBudgetAndThenSomeUpToTheBest() {
    List<Spot> frontier =
        frontier(new Spot(1, 9), new Spot(2, 5), new Spot(3, 1), new Spot(4, 0.5), new Spot(5, 0));

    assertThat(Frontier.around(frontier, Spot::lost, 1, 3))
        .containsExactly(new Spot(2, 5), new Spot(3, 1), new Spot(5, 0));
    assertThat(Frontier.around(frontier, Spot::lost, 10, 2))
        .containsExactly(new Spot(1, 9), new Spot(5, 0));
    assertThat(Frontier.around(frontier, Spot::lost, -1, 2))
        .containsExactly(new Spot(4, 0.5), new Spot(5, 0));
  }
}
