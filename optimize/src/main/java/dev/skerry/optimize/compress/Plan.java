package dev.skerry.optimize.compress;

import dev.skerry.optimize.OptimizationReport.Step;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides what a search does next, from nothing but what was found and the time that is left; so a
 * search that was stopped goes on as if it had not been.
 *
 * <p>First it halves the network until the last half is out of reach. Then the smallest trial whose
 * loss is forecast to come within the goal takes a share of the time that is left, most of it where
 * that is no more than a thorough training takes: its learning rate falls to zero only once, and
 * ten short trainings do not make a long one. One that misses falls back behind a larger one that
 * may come close. A trial that is within the goal is cut further, towards the next smaller one that
 * is not. So most of the time goes to the trials at the border of the budget.
 *
 * @param goalPp points that a trial may lose on samples held out
 * @param unit epochs of a first training
 * @param thorough epochs after which little is left to learn
 * @param mostEpochs of one trial
 * @param seconds of the whole search
 * @param trains whether the model can be trained
 * @param floor share below which nothing more could be cut; 0 when that was not met
 */
record Plan(
    double goalPp,
    int unit,
    int thorough,
    int mostEpochs,
    double seconds,
    boolean trains,
    double floor) {
  /** What a trial is cut to at first, of its parent. */
  private static final double HALF = 0.5;

  /** Trials that differ by less in what is left are not told apart. */
  private static final double GAP = 1.25;

  /** Trials that keep more than this of the original are not worth a training. */
  private static final double MOST_KEPT = 0.9;

  /**
   * The power of the epochs by which losses fall after a first training, before any training has
   * shown it. A hopeful guess: 8 % of vgg-cifar10 came from 6.7 points to 1.0 with 45 times the
   * epochs, which is a power of 0.5.
   */
  private static final double USUAL_POWER = 0.65;

  private static final double LEAST_POWER = 0.5;

  /** Of the time that is left, what one training takes at least, after the first. */
  private static final double LEAST_OF_REST = 0.15;

  /** Of the time that is left, what one training takes at most, where that is enough for two. */
  private static final double MOST_OF_REST = 0.6;

  /** Of all time, what halving may take. */
  private static final double SCOUTING = 0.25;

  /** Points beyond the goal at which a network is out of reach. */
  private static final double OUT_OF_REACH_PP = 20;

  /** Points beyond the goal of a forecast that is close. */
  private static final double CLOSE_PP = 0.5;

  /** Points that a trial may lose more than the best one and still be where losses begin. */
  private static final double BEND_PP = 2;

  sealed interface Action {}

  /**
   * @param keep share of the original
   */
  record Prune(String parent, double keep) implements Action {}

  record Train(String trial, int epochs) implements Action {}

  record Stop(String reason) implements Action {}

  /**
   * The next action.
   *
   * @param trials the first is the original
   * @param left seconds
   */
  Action next(List<Trial> trials, double left) {
    for (Trial trial : trials) {
      if (trial.pendingEpochs() > 0) {
        return new Train(trial.id(), trial.pendingEpochs());
      }
    }
    if (left <= 0) {
      return new Stop("the time is over");
    }
    List<Trial> sorted = trials.stream().sorted(Comparator.comparingDouble(Trial::keep)).toList();
    if (!trains) {
      return untrained(sorted);
    }
    for (Trial trial : trials) {
      if (trial.epochs() == 0 && !trial.isOriginal()) {
        return train(trial, sorted, left);
      }
    }
    Trial smallest = sorted.getFirst();
    boolean scouting = left > (1 - SCOUTING) * seconds;
    if (scouting && canBeCut(smallest) && smallest.lostPp() <= goalPp + OUT_OF_REACH_PP) {
      return cut(smallest, smallest.keep() * HALF);
    }
    return refine(sorted, left);
  }

  /** Halves while repair alone keeps the loss in sight, then goes towards the border once. */
  private Action untrained(List<Trial> sorted) {
    Trial smallest = sorted.getFirst();
    if (canBeCut(smallest) && smallest.lostPp() <= goalPp + OUT_OF_REACH_PP && sorted.size() < 8) {
      return cut(smallest, smallest.keep() * (smallest.lostPp() <= goalPp ? HALF : MOST_KEPT));
    }
    return new Stop("what is smaller loses too much without training");
  }

  private Action refine(List<Trial> sorted, double left) {
    Optional<Trial> reaching =
        sorted.stream()
            .filter(trial -> !trial.isOriginal())
            .filter(trial -> forecast(trial, left * MOST_OF_REST, sorted) <= goalPp)
            .findFirst();
    if (reaching.isPresent() && reaching.get().lostPp() > goalPp) {
      return train(reaching.get(), sorted, left);
    }
    boolean known = sorted.stream().anyMatch(trial -> slope(trial).isPresent());
    if (reaching.isEmpty() && !known) {
      return bend(sorted, left);
    }
    double most = reaching.map(Trial::keep).orElse(1.0);
    Optional<Trial> close = close(sorted, left, most);
    if (close.isPresent()) {
      Trial trial = close.get();
      return train(trial, mostEpochs, affordable(trial, sorted, left));
    }
    return reaching.map(trial -> below(trial, sorted, left)).orElseGet(() -> gentler(sorted, left));
  }

  /**
   * A trial that keeps less than {@code most}, may come close to the goal in all the time that is
   * left, and has not learned what it can.
   */
  private Optional<Trial> close(List<Trial> sorted, double left, double most) {
    return sorted.stream()
        .filter(trial -> trial.keep() < most && trial.lostPp() > goalPp)
        .filter(trial -> trial.epochs() < Math.min(mostEpochs, thorough / 2))
        .filter(trial -> forecast(trial, left, sorted) <= goalPp + CLOSE_PP)
        .findFirst();
  }

  /** What comes after a trial that is within the goal: a smaller one. */
  private Action below(Trial border, List<Trial> sorted, double left) {
    int at = sorted.indexOf(border);
    double below = at == 0 ? border.keep() * HALF : sorted.get(at - 1).keep();
    double gap = border.keep() / below;
    if (gap > GAP && canBeCut(border)) {
      return cut(border, border.keep() / Math.sqrt(gap));
    }
    if (at > 0 && sorted.get(at - 1).epochs() < mostEpochs) {
      Trial missing = sorted.get(at - 1);
      return train(missing, sorted, left);
    }
    return new Stop("nothing smaller comes within the goal");
  }

  /**
   * Nothing is known yet of what training passes: the smallest trial that loses little more than
   * the best one shows it.
   */
  private Action bend(List<Trial> sorted, double left) {
    List<Trial> cut = sorted.stream().filter(trial -> !trial.isOriginal()).toList();
    double least = cut.stream().mapToDouble(Trial::lostPp).min().orElse(0);
    return cut.stream()
        .filter(trial -> trial.lostPp() <= least + BEND_PP)
        .findFirst()
        .map(trial -> train(trial, sorted, left))
        .orElseGet(() -> gentler(sorted, left));
  }

  /** No trial is forecast to reach the goal: one that is cut less may. */
  private Action gentler(List<Trial> sorted, double left) {
    int original = sorted.size() - 1;
    Trial largest = original == 0 ? sorted.getFirst() : sorted.get(original - 1);
    double keep = Math.sqrt(largest.keep());
    if (!largest.isOriginal() && keep < MOST_KEPT && canBeCut(sorted.get(original))) {
      return cut(sorted.get(original), keep);
    }
    if (!largest.isOriginal() && largest.epochs() < mostEpochs) {
      return train(largest, sorted, left);
    }
    return new Stop("nothing that is smaller comes within the goal");
  }

  private boolean canBeCut(Trial trial) {
    return trial.keep() > floor;
  }

  private static Action cut(Trial parent, double keep) {
    return new Prune(parent.id(), keep);
  }

  private Action train(Trial trial, List<Trial> sorted, double left) {
    double affordable = affordable(trial, sorted, left);
    double wanted =
        trial.epochs() == 0
            ? first(trial, sorted)
            : Math.max(thorough, Math.max(2.0 * trial.lastEpochs(), LEAST_OF_REST * affordable));
    if (wanted > MOST_OF_REST * affordable) {
      wanted = affordable <= 4.0 * unit ? affordable : MOST_OF_REST * affordable;
    }
    return train(trial, wanted, affordable);
  }

  private Action train(Trial trial, double wanted, double affordable) {
    if (affordable < 1) {
      return new Stop("the time is over");
    }
    double possible = Math.max(1, Math.min(affordable, mostEpochs - trial.epochs()));
    return new Train(trial.id(), (int) Math.clamp(wanted, 1, possible));
  }

  private static double affordable(Trial trial, List<Trial> sorted, double left) {
    return Math.floor(left / epochSeconds(trial, sorted));
  }

  /** Epochs of a first training: as many as take the time that the slowest network's took. */
  private double first(Trial trial, List<Trial> sorted) {
    double slowest = sorted.stream().mapToDouble(Trial::epochSeconds).max().orElse(0);
    return unit * Math.max(1, slowest / epochSeconds(trial, sorted));
  }

  /** What an epoch of {@code trial} takes, or, until that is known, of the nearest one. */
  private static double epochSeconds(Trial trial, List<Trial> sorted) {
    return nearest(trial, sorted.stream().filter(one -> one.epochSeconds() > 0).toList())
        .map(Trial::epochSeconds)
        .orElse(1e-9);
  }

  /** The one of {@code some} that keeps about as much as {@code trial}; itself if it is there. */
  private static Optional<Trial> nearest(Trial trial, List<Trial> some) {
    return some.stream()
        .min(Comparator.comparingDouble(one -> Math.abs(Math.log(one.keep() / trial.keep()))));
  }

  /**
   * Points that {@code trial} will lose after training for so many more seconds. Where two
   * trainings show it, what passes goes with the root of the epochs; else the loss falls by the
   * power of the epochs that the nearest trial with two trainings shows.
   */
  double forecast(Trial trial, double more, List<Trial> sorted) {
    double epochs = Math.min(mostEpochs - trial.epochs(), more / epochSeconds(trial, sorted));
    if (trial.epochs() == 0 || epochs < 1) {
      return trial.lostPp();
    }
    double before = trial.epochs() / (trial.epochs() + epochs);
    Optional<Double> slope = slope(trial);
    if (slope.isPresent()) {
      double passing = slope.get() / Math.sqrt(trial.epochs());
      return trial.lostPp() - passing * (1 - Math.sqrt(before));
    }
    double power =
        nearest(trial, sorted.stream().filter(one -> slope(one).isPresent()).toList())
            .map(Plan::power)
            .orElse(USUAL_POWER);
    return trial.lostPp() > 0 ? trial.lostPp() * Math.pow(before, power) : trial.lostPp();
  }

  /** How losses fell with epochs from a trial's first training to its last. */
  private static double power(Trial trial) {
    List<Step> trained = trainings(trial);
    Step first = trained.getFirst();
    double share = trained.getLast().lostPp() / first.lostPp();
    if (first.lostPp() <= 0 || share <= 0) {
      return USUAL_POWER;
    }
    double power = -Math.log(share) / Math.log((double) trial.epochs() / first.epochs());
    return Math.clamp(power, LEAST_POWER, 1);
  }

  /** Points times the root of epochs, from the last two trainings where there are two. */
  private static Optional<Double> slope(Trial trial) {
    List<Step> trained = trainings(trial);
    if (trained.size() < 2) {
      return Optional.empty();
    }
    double before = trained.get(trained.size() - 2).lostPp();
    double last = trained.getLast().lostPp();
    int earlier = trial.epochs() - trained.getLast().epochs();
    return Optional.of(
        Math.max(0, before - last) / (1 / Math.sqrt(earlier) - 1 / Math.sqrt(trial.epochs())));
  }

  private static List<Step> trainings(Trial trial) {
    return trial.steps().stream().filter(step -> step.epochs() > 0).toList();
  }
}
