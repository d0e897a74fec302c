package dev.skerry.optimize.compress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.optimize.OptimizationReport.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Whole searches over made-up networks whose loss follows from size and training. */
class PlanTest {
  private static final double GOAL_PP = 0.7;
  private static final double SECONDS = 3600;

  /** A search with a clock of its own. */
  private static final class Search {
    final List<Trial> trials = new ArrayList<>(List.of(Trial.original(-5)));
    final List<Plan.Action> actions = new ArrayList<>();
    final DoubleUnaryOperator asymptote;
    final double seconds;
    double spent;

    /** Points that a network of some size loses however long it trains. */
    Search(double seconds, DoubleUnaryOperator asymptote) {
      this.seconds = seconds;
      this.asymptote = asymptote;
    }

    Plan plan() {
      return new Plan(GOAL_PP, 2, 40, 400, seconds, true, 0.01);
    }

    Search run() {
      while (true) {
        Plan.Action action = plan().next(trials, seconds - spent);
        actions.add(action);
        assertThat(actions.size()).isLessThan(200);
        switch (action) {
          case Plan.Prune(String parent, double keep) -> prune(trial(parent), keep);
          case Plan.Train(String trial, int epochs) -> train(trial(trial), epochs);
          case Plan.Stop _ -> {
            return this;
          }
        }
      }
    }

    private Trial trial(String id) {
      return trials.stream().filter(trial -> trial.id().equals(id)).findFirst().orElseThrow();
    }

    private void prune(Trial parent, double keep) {
      Step repaired = new Step("repaired", 30, 0, 3);
      trials.add(Trial.pruned("trial-" + trials.size(), parent, keep, keep, List.of(repaired), 3));
      spent += 3;
    }

    private void train(Trial trial, int epochs) {
      double each = 10 + 20 * trial.keep();
      double least = asymptote.applyAsDouble(trial.keep());
      double lost = least + 8 / Math.sqrt(trial.epochs() + epochs);
      Trial trained = trial.trained(new Step("trained", lost, epochs, epochs * each), 0, each);
      trials.replaceAll(one -> one.id().equals(trial.id()) ? trained : one);
      spent += epochs * each;
    }

    private Trial smallestWithin(double lostPp) {
      return trials.stream()
          .filter(trial -> trial.lostPp() <= lostPp)
          .min((a, b) -> Double.compare(a.keep(), b.keep()))
          .orElseThrow();
    }
  }

  /** Nothing is lost for ever by what keeps more than {@code border}. */
  private static DoubleUnaryOperator losingBelow(double border) {
    return keep -> keep >= border ? -1.5 : -1.5 + 6 * Math.log(border / keep);
  }

  @Test
  void next_atTheStart_halvesTheOriginal() {
    Search search = new Search(SECONDS, losingBelow(0.1));

    assertThat(search.plan().next(search.trials, SECONDS))
        .isEqualTo(new Plan.Prune("original", 0.5));
  }

  @Test
  void search_endsNearTheSmallestThatHolds_withinItsTime() {
    for (double border : new double[] {0.5, 0.2, 0.07}) {
      Search search = new Search(SECONDS, losingBelow(border)).run();

      Trial found = search.smallestWithin(GOAL_PP);
      assertThat(found.keep()).as("border %s", border).isLessThan(2 * border);
      assertThat(search.spent).isLessThan(SECONDS + 1);
    }
  }

  @Test
  void search_spendsMostOfItsTimeNearTheBorder() {
    Search search = new Search(SECONDS, losingBelow(0.1)).run();

    double near =
        search.trials.stream()
            .filter(trial -> trial.keep() > 0.05 && trial.keep() < 0.25)
            .flatMap(trial -> trial.steps().stream())
            .mapToDouble(Step::seconds)
            .sum();
    assertThat(near).isGreaterThan(0.6 * search.spent);
  }

  @Test
  void search_withMoreTime_goesOnAndFindsNoLarger() {
    Search search = new Search(900, losingBelow(0.1)).run();
    double before = search.smallestWithin(3).keep();
    Search longer = new Search(4 * 3600, losingBelow(0.1));
    longer.trials.clear();
    longer.trials.addAll(search.trials);
    longer.spent = search.spent;

    longer.run();

    assertThat(longer.spent).isGreaterThan(search.spent);
    assertThat(longer.smallestWithin(3).keep()).isLessThanOrEqualTo(before);
  }

  @Test
  void search_whereNothingHolds_triesWhatIsCutLess() {
    Search search = new Search(SECONDS, losingBelow(0.75)).run();

    assertThat(search.trials).anyMatch(trial -> trial.keep() > 0.6 && !trial.isOriginal());
  }

  @Test
  void next_afterAStopInATraining_endsThatTraining() {
    Search search = new Search(SECONDS, losingBelow(0.1));
    search.prune(search.trials.getFirst(), 0.5);
    Trial begun = search.trials.getLast().pending(7);
    search.trials.set(1, begun);

    assertThat(search.plan().next(search.trials, 1)).isEqualTo(new Plan.Train(begun.id(), 7));
  }

  @Test
  void next_whereNothingTrains_cutsUntilTheLossIsOutOfReach() {
    Plan plan = new Plan(GOAL_PP, 2, 40, 400, SECONDS, false, 0);
    List<Trial> trials = new ArrayList<>(List.of(Trial.original(0)));
    trials.add(
        Trial.pruned(
            "trial-1", trials.getFirst(), 0.5, 0.5, List.of(new Step("repaired", 40, 0, 1)), 1));

    assertThat(plan.next(trials.subList(0, 1), SECONDS)).isInstanceOf(Plan.Prune.class);
    assertThat(plan.next(trials, SECONDS)).isInstanceOf(Plan.Stop.class);
  }

  @Test
  void next_withoutTime_stops() {
    Search search = new Search(SECONDS, losingBelow(0.1));

    assertThat(search.plan().next(search.trials, 0)).isInstanceOf(Plan.Stop.class);
  }
}
