package dev.skerry.agent.backend;

import dev.skerry.agent.slot.Slot;
import dev.skerry.bundle.release.Choice;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.bundle.release.Variant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Has the backends of a device tried on a release one after the other, and keeps what came of it.
 *
 * <p>That a trial begins is on disk before it does. A driver that takes the process with it is
 * therefore found guilty at the next start, and the backend is left alone.
 */
public final class Trials {
  /** A backend whose trial the process did not survive this often is not tried again. */
  private static final int MOST_BEGINNINGS = 2;

  private final Backends backends;
  private final Measurements measurements;

  public Trials(Backends backends, Measurements measurements) {
    this.backends = backends;
    this.measurements = measurements;
  }

  private Contest contest(Receipt receipt) {
    return measurements
        .contest(receipt)
        .filter(known -> known.conditions().equals(backends.conditions()))
        .orElseGet(() -> Contest.fresh(receipt, backends.conditions()));
  }

  /**
   * What to install next: a variant for a backend that was not tried yet; when there is none, the
   * one of the best.
   *
   * @param why gets a line for each backend that cannot be tried
   * @return empty if no backend can run this release
   */
  public Optional<Slot> next(Receipt receipt, List<Ladder> ladders, List<String> why) {
    if (backends.isSingle()) {
      return untried(receipt, ladders, backends.names().getFirst(), why);
    }
    Contest contest = contest(receipt);
    Optional<Slot> found = Optional.empty();
    for (String backend : backends.names()) {
      Optional<Trial> known = contest.trial(backend);
      if (found.isPresent() || known.filter(Trial::isOver).isPresent()) {
        continue;
      }
      found = untried(receipt, ladders, backend, why);
      if (found.isEmpty()) {
        contest = contest.with(Trial.unfit(backend, why.getLast()));
      }
    }
    keep(receipt, contest);
    Contest known = contest;
    return found.or(() -> known.leader().map(trial -> slot(receipt, trial)));
  }

  /**
   * What to go on with after {@code tried} was refused or measured; empty when that stays, or
   * nothing else is left.
   */
  public Optional<Slot> instead(Slot tried, List<Ladder> ladders) {
    return backends.isSingle()
        ? Optional.empty()
        : next(tried.receipt(), ladders, new ArrayList<>()).filter(next -> !next.equals(tried));
  }

  private Optional<Slot> untried(
      Receipt receipt, List<Ladder> ladders, String backend, List<String> why) {
    Optional<String> absence = backends.absence().apply(backend);
    if (absence.isPresent()) {
      why.add(absence.get());
      return Optional.empty();
    }
    Choice choice = backends.choice().apply(ladders, backend);
    if (choice.taken().isEmpty()) {
      why.add(String.join("; ", choice.explanation()));
    }
    return choice.taken().map(taken -> slot(receipt, taken.variant(), backend));
  }

  /** The next rung that {@code tried}'s backend can take, of these ladders. */
  public Optional<Slot> below(Slot tried, List<Ladder> rest) {
    return backends
        .choice()
        .apply(rest, tried.backend())
        .taken()
        .map(taken -> slot(tried.receipt(), taken.variant(), tried.backend()));
  }

  private static Slot slot(Receipt receipt, Variant variant, String backend) {
    return new Slot(receipt, variant.name(), variant.file().digest(), backend);
  }

  private static Slot slot(Receipt receipt, Trial trial) {
    Trial.Rung rung = trial.variant().orElseThrow();
    return new Slot(receipt, rung.name(), rung.file(), trial.backend());
  }

  /** Writes down that {@code slot} is about to be tried; says why it must not be. */
  public Optional<String> begin(Slot slot) {
    Contest contest = contest(slot.receipt());
    Trial trial = trial(contest, slot);
    boolean isSafe = slot.backend().equals(Backends.PROCESSOR) || trial.isOver();
    if (isSafe || backends.isSingle()) {
      return Optional.empty();
    }
    if (trial.begun() >= MOST_BEGINNINGS) {
      return Optional.of("the process ended %d times while it was tried".formatted(trial.begun()));
    }
    keep(slot.receipt(), contest.with(trial.begun(rung(slot))));
    return Optional.empty();
  }

  /** The process has survived an attempt at {@code slot}, whatever came of it. */
  public void survived(Slot slot) {
    Contest contest = contest(slot.receipt());
    contest
        .trial(slot.backend())
        .filter(trial -> trial.begun() > 0 && !trial.isOver())
        .ifPresent(trial -> keep(slot.receipt(), contest.with(trial.unharmed())));
  }

  private static Trial trial(Contest contest, Slot slot) {
    return contest.trial(slot.backend()).orElseGet(() -> Trial.of(slot.backend(), rung(slot)));
  }

  private static Trial.Rung rung(Slot slot) {
    return new Trial.Rung(slot.variant(), slot.file());
  }

  /** It cannot be chosen. */
  public void refused(Slot slot, String why) {
    if (backends.isSingle()) {
      return; // the release is refused as a whole
    }
    Contest contest = contest(slot.receipt());
    Contest changed = contest.with(trial(contest, slot).with(rung(slot)).refused(why));
    keep(
        slot.receipt(),
        changed.best().filter(slot.backend()::equals).isPresent()
            ? changed.withBest(secondBest(changed))
            : changed);
  }

  private static Optional<String> secondBest(Contest contest) {
    return contest.trials().stream()
        .filter(trial -> trial.p50Micros().isPresent())
        .min(Comparator.comparingDouble(trial -> trial.p50Micros().orElseThrow()))
        .map(Trial::backend);
  }

  /**
   * What the measured {@code slot} has to be compared with: the best before it, unless it is that
   * or was compared already.
   */
  public Optional<Slot> rival(Slot slot) {
    Contest contest = contest(slot.receipt());
    boolean isKnown = contest.trial(slot.backend()).filter(Trial::isOver).isPresent();
    return isKnown ? Optional.empty() : contest.leader().map(trial -> slot(slot.receipt(), trial));
  }

  /**
   * It answers rightly and keeps all limits.
   *
   * @param isBest whether it is faster than its {@link #rival}
   */
  public void measured(Slot slot, double p50Micros, boolean isBest) {
    Contest contest = contest(slot.receipt());
    Contest changed = contest.with(trial(contest, slot).with(rung(slot)).measured(p50Micros));
    keep(slot.receipt(), isBest ? changed.withBest(Optional.of(slot.backend())) : changed);
  }

  private void keep(Receipt receipt, Contest changed) {
    if (measurements.contest(receipt).filter(changed::equals).isEmpty()) {
      measurements.keep(changed);
    }
  }
}
