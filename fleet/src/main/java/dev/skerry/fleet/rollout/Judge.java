package dev.skerry.fleet.rollout;

import dev.skerry.fleet.gate.Evaluation;
import dev.skerry.fleet.gate.Figures;
import dev.skerry.fleet.gate.Gate;
import dev.skerry.fleet.gate.GateResult;
import dev.skerry.fleet.gate.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides what becomes of a rollout, from what was counted. Pure. */
final class Judge {
  /** Every device that is on asks within so many poll intervals, jitter included. */
  private static final int POLLS = 2;

  private final Rollout rollout;
  private final Totals totals;
  private final Environment environment;
  private final List<GateResult> gates;

  /**
   * The world around the decision.
   *
   * @param poll interval in which devices ask
   * @param approved waves that a person said yes to
   * @param turnedAway when a device was last refused because of the rate limit
   */
  record Environment(Instant now, Duration poll, Set<Integer> approved, Instant turnedAway) {}

  private Judge(Rollout rollout, Totals totals, Environment environment) {
    this.rollout = rollout;
    this.totals = totals;
    this.environment = environment;
    this.gates = gates(rollout, totals);
  }

  static Outcome judge(Rollout rollout, Totals totals, Environment environment) {
    return new Judge(rollout, totals, environment).outcome();
  }

  /**
   * What the gates say of what counts. After a person resumed a rollout that was held, a gate fails
   * on what is new only, and does not wait for a sample that may never come.
   */
  static List<GateResult> gates(Rollout rollout, Totals totals) {
    List<GateResult> results =
        Evaluation.of(rollout.plan().gates(), totals.all().figures().minus(rollout.forgiven()));
    return rollout.forgiven().equals(Figures.NONE)
        ? results
        : results.stream().map(Judge::resumed).toList();
  }

  private static GateResult resumed(GateResult result) {
    return result.verdict() == Verdict.UNDECIDED
        ? result.with(Verdict.PASSED, result.words() + "; a person let it go on")
        : result;
  }

  private Outcome outcome() {
    return switch (rollout.state()) {
      case WAITING -> failure().orElseGet(this::waiting);
      case RUNNING -> failure().orElseGet(this::running);
      case PAUSED -> failure().orElseGet(() -> stay(rollout.why(), rollout.needs()));
      case HELD -> held();
      case ROLLING_BACK -> rollingBack();
      case ROLLED_BACK, DONE, CANCELLED -> stay(rollout.why(), rollout.needs());
    };
  }

  /** Stops at once when a gate failed; the harder action of several wins. */
  private Optional<Outcome> failure() {
    return failed(Gate.Action.ROLL_BACK)
        .map(gate -> move(Event.FELL, rollout.wave(), "rolled back at", gate.words()))
        .or(() ->
            failed(Gate.Action.HOLD)
                .map(gate -> move(Event.STOPPED, rollout.wave(), "held at", gate.words())));
  }

  private Optional<GateResult> failed(Gate.Action action) {
    for (int i = 0; i < gates.size(); i++) {
      if (gates.get(i).verdict() == Verdict.FAILED
          && rollout.plan().gates().get(i).action() == action) {
        return Optional.of(gates.get(i));
      }
    }
    return Optional.empty();
  }

  private Outcome held() {
    Optional<GateResult> back = failed(Gate.Action.ROLL_BACK);
    if (back.isPresent()) {
      return move(Event.FELL, rollout.wave(), "rolled back at", back.get().words());
    }
    return stay(rollout.why(), rollout.needs());
  }

  private Outcome waiting() {
    if (needsApproval()) {
      return stay(approvalWords(), approvalNeeds());
    }
    if (!rollout.plan().isOpen(environment.now())) {
      return stay(closedWords(), "");
    }
    return move(Event.BEGUN, rollout.wave(), "running", "devices may join");
  }

  private boolean needsApproval() {
    return rollout.currentWave().approval()
        && !environment.approved().contains(rollout.wave())
        && !rollout.waveBegan().isAfter(Rollout.NEVER);
  }

  private String approvalWords() {
    return "waiting at %s for an approval".formatted(rollout.waveWords());
  }

  private String approvalNeeds() {
    return "approve " + rollout.waveWords();
  }

  private String closedWords() {
    return "waiting at %s for a window: the next one opens at %s"
        .formatted(
            rollout.waveWords(),
            rollout.plan().windows().stream()
                .map(window -> window.opensAfter(environment.now()))
                .min(Comparator.comparing(ZonedDateTime::toInstant))
                .map(time -> time.toLocalDateTime() + " " + time.getZone())
                .orElse("no time"));
  }

  private Outcome running() {
    if (needsApproval()) {
      return new Outcome.Move(
          Event.BLOCKED, rollout.wave(), approvalWords(), approvalNeeds(), List.of());
    }
    if (!rollout.plan().isOpen(environment.now())) {
      return new Outcome.Move(Event.BLOCKED, rollout.wave(), closedWords(), "", List.of());
    }
    Duration age = Duration.between(rollout.waveBegan(), environment.now());
    boolean late = age.compareTo(rollout.currentWave().timeout()) >= 0;
    Optional<String> missing = missing(age, late);
    if (missing.isPresent()) {
      return stay("at %s: %s".formatted(rollout.waveWords(), missing.get()), lateNeeds(late));
    }
    Instant ready =
        rollout.waveReady().isAfter(Rollout.NEVER) ? rollout.waveReady() : environment.now();
    Instant until = ready.plus(rollout.currentWave().soak());
    if (until.isAfter(environment.now())) {
      return new Outcome.Stay(
          "at %s: watching until %s"
              .formatted(rollout.waveWords(), until.truncatedTo(ChronoUnit.SECONDS)),
          "",
          true);
    }
    return afterSoak(late);
  }

  /** What the wave still waits for before its soak begins. */
  private Optional<String> missing(Duration age, boolean late) {
    Wave wave = rollout.currentWave();
    long settled = totals.sum(Totals.OfWave::settled);
    long unsettled = totals.sum(Totals.OfWave::joined) - settled;
    if (!late && room() > 0) {
      return Optional.of("%s still to ask".formatted(devices(room())));
    }
    if (settled < wave.minReports()) {
      return Optional.of(
          "%d of %d reports; %s on the way%s"
              .formatted(
                  settled,
                  wave.minReports(),
                  devices(unsettled),
                  late ? ", silent for " + Durations.text(wave.timeout()) : ""));
    }
    if (isShare() && age.compareTo(environment.poll().multipliedBy(POLLS)) < 0) {
      return Optional.of("devices join as they ask");
    }
    if (isTurningAway()) {
      return Optional.of("devices join at %d a minute".formatted(rollout.plan().ratePerMinute()));
    }
    if (unsettled > 0 && !late) {
      return Optional.of(
          "%s on the way, %d of %d settled"
              .formatted(devices(unsettled), settled, settled + unsettled));
    }
    return Optional.empty();
  }

  /** Places of a wave of a number of devices that nobody has taken. */
  private long room() {
    return rollout.currentWave().size() instanceof Size.Count count
        ? Math.max(0, count.devices() - rollout.claimed())
        : 0;
  }

  /** Nobody knows how many devices a share means until each of them had the time to ask. */
  private boolean isShare() {
    return rollout.currentWave().size() instanceof Size.Share;
  }

  private boolean isTurningAway() {
    return rollout.plan().ratePerMinute() > 0
        && environment
            .now()
            .isBefore(environment.turnedAway().plus(environment.poll().multipliedBy(POLLS)));
  }

  private String lateNeeds(boolean late) {
    long unsettled = totals.all().joined() - totals.all().settled();
    return late
        ? "%s did not settle within %s: look at %s, pause or cancel the rollout"
            .formatted(
                devices(unsettled),
                Durations.text(rollout.currentWave().timeout()),
                unsettled == 1 ? "it" : "them")
        : "";
  }

  private Outcome afterSoak(boolean late) {
    List<GateResult> open =
        gates.stream().filter(gate -> gate.verdict() == Verdict.UNDECIDED).toList();
    if (!open.isEmpty()) {
      String words = open.stream().map(GateResult::words).collect(Collectors.joining("; "));
      boolean cannotTell = late && isBeyondWithEnough();
      return cannotTell
          ? move(Event.STOPPED, rollout.wave(), "held at", "time is up and " + words)
          : new Outcome.Stay(
              "at %s: %s".formatted(rollout.waveWords(), words),
              late ? "the gates have too little to decide on; wait, or pause the rollout" : "",
              true);
    }
    String words = passed();
    if (rollout.isLastWave()) {
      return move(Event.FINISHED, rollout.wave(), "done after", words);
    }
    return move(Event.ADVANCED, rollout.wave() + 1, "passed", words);
  }

  /** Whether an undecided gate has its sample and still is not within its limit. */
  private boolean isBeyondWithEnough() {
    for (int i = 0; i < gates.size(); i++) {
      GateResult result = gates.get(i);
      if (result.verdict() == Verdict.UNDECIDED
          && result.sample() >= rollout.plan().gates().get(i).minSample()) {
        return true;
      }
    }
    return false;
  }

  private String passed() {
    Totals.OfWave all = totals.all();
    String counts =
        "%d of %s run release %d".formatted(all.active(), devices(all.joined()), rollout.counter());
    return gates.isEmpty()
        ? counts
        : counts + "; " + gates.stream().map(GateResult::words).collect(Collectors.joining("; "));
  }

  private Outcome rollingBack() {
    Totals.OfWave all = totals.all();
    Duration age = Duration.between(rollout.waveBegan(), environment.now());
    boolean late = age.compareTo(rollout.currentWave().timeout()) >= 0;
    if (all.out() > 0 && !late) {
      return stay(
          "%s; %s on the way back".formatted(rollout.cause(), devices(all.out())), strandedNeeds());
    }
    return new Outcome.Move(
        Event.RETURNED, rollout.wave(), rolledBackWords(), strandedNeeds(), gates);
  }

  private String rolledBackWords() {
    Totals.OfWave all = totals.all();
    return "%s; %d of %s back%s%s"
        .formatted(
            rollout.cause(),
            all.back(),
            devices(all.joined()),
            all.failed() > 0 ? ", %d never ran it".formatted(all.failed()) : "",
            all.out() > 0 ? ", %d silent".formatted(all.out()) : "");
  }

  private String strandedNeeds() {
    long stranded = totals.all().stranded();
    return stranded == 0
        ? ""
        : "%s cannot go back: the fallback slot does not hold the release before, and no newer release has its files; 'skerry release rollback' publishes one, with nothing to download"
            .formatted(devices(stranded));
  }

  private Outcome stay(String why, String needs) {
    return new Outcome.Stay(why, needs, false);
  }

  private Outcome move(Event event, int wave, String verb, String words) {
    String why = "%s %s: %s".formatted(verb, rollout.waveWords(), words);
    boolean stopped = event == Event.STOPPED;
    return new Outcome.Move(event, wave, why, stopped ? "resume or roll back" : "", gates);
  }

  private static String devices(long number) {
    return number == 1 ? "1 device" : number + " devices";
  }
}
