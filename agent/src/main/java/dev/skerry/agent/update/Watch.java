package dev.skerry.agent.update;

import dev.skerry.agent.traffic.Traffic;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Judges live figures. A limit on a share counts against the wanted number of requests as long as
 * there are fewer, so that a bad release is stopped as soon as it cannot pass any more, and a good
 * one is not stopped by the first odd answer.
 */
final class Watch {
  /**
   * How often figures are looked at; with the switch, well below the second that a return may take.
   */
  static final Duration LOOK = Duration.ofMillis(100);

  /** Fewest requests whose median says something. */
  private static final long LEAST_FOR_MEDIAN = 50;

  private Watch() {}

  /** What the shadow's figures say, {@code passed} after it began. */
  static Step shadow(long counter, Traffic.Shadowed found, Policy.Shadow limits, Duration passed) {
    long total = found.compared() + found.failed();
    long wrong = total - found.agreed();
    if (isTooMany(wrong, total, limits.samples(), limits.maxDisagreement())) {
      return Step.refused(
          Event.DISAGREED,
          counter,
          Refusal.Reason.DISAGREEMENT,
          "%d of %d live requests answered otherwise, %d of them not at all; at most %s may be"
              .formatted(wrong, total, found.failed(), percent(limits.maxDisagreement())));
    }
    String so =
        "%d of %d requests compared, %d answered otherwise"
            .formatted(total, limits.samples(), wrong);
    if (total >= limits.samples()) {
      return slow(found.candidateP50Micros(), found.activeP50Micros(), limits.maxLatencyRatio())
          .<Step>map(why -> Step.refused(Event.DISAGREED, counter, Refusal.Reason.LATENCY, why))
          .orElseGet(() -> Step.happened(Event.AGREED, counter, so));
    }
    if (passed.compareTo(limits.timeLimit()) < 0) {
      return Step.waits(LOOK, so);
    }
    String idle = "%s in %s".formatted(so, spoken(limits.timeLimit()));
    return switch (limits.whenIdle()) {
      case PROCEED -> Step.happened(Event.AGREED, counter, idle + "; golden vectors are enough");
      case WAIT -> Step.waits(LOOK, idle + "; waits for more");
      case REFUSE -> Step.refused(Event.DISAGREED, counter, Refusal.Reason.NO_TRAFFIC, idle);
    };
  }

  /**
   * What the figures of probation say.
   *
   * @param backwards pairs of answers of the new release, which serves, and of the one before
   * @param baselineMicros median time of the one before while it served
   */
  static Step probation(
      long counter,
      Traffic.Served served,
      Traffic.Shadowed backwards,
      Optional<Double> baselineMicros,
      Policy policy,
      Duration passed) {
    Policy.Probation limits = policy.probation();
    if (isTooMany(served.failed(), served.requests(), limits.requests(), limits.maxErrorRate())) {
      return Step.refused(
          Event.DISAPPOINTED,
          counter,
          Refusal.Reason.ERRORS,
          "%d of %d requests failed; at most %s may"
              .formatted(served.failed(), served.requests(), percent(limits.maxErrorRate())));
    }
    long otherwise = backwards.compared() - backwards.agreed();
    Policy.Shadow shadow = policy.shadow();
    if (isTooMany(otherwise, backwards.compared(), shadow.samples(), shadow.maxDisagreement())) {
      return Step.refused(
          Event.DISAPPOINTED,
          counter,
          Refusal.Reason.DISAGREEMENT,
          "%d of %d live requests answered otherwise than by the release before; at most %s may be"
              .formatted(otherwise, backwards.compared(), percent(shadow.maxDisagreement())));
    }
    Optional<String> slow =
        served.requests() < LEAST_FOR_MEDIAN
            ? Optional.empty()
            : baselineMicros.flatMap(
                micros -> slow(served.p50Micros(), micros, limits.maxLatencyRatio()));
    if (slow.isPresent()) {
      return Step.refused(Event.DISAPPOINTED, counter, Refusal.Reason.LATENCY, slow.get());
    }
    String so = "%d requests, %d failed".formatted(served.requests(), served.failed());
    boolean longEnough = passed.compareTo(limits.time()) >= 0;
    boolean over = passed.compareTo(limits.timeLimit()) >= 0;
    return over || (longEnough && served.requests() >= limits.requests())
        ? Step.happened(Event.HELD, counter, so)
        : Step.waits(
            LOOK, "%s; wants %d, and %s".formatted(so, limits.requests(), spoken(limits.time())));
  }

  /** Whether {@code bad} of {@code total} is more than {@code share} of what is wanted at least. */
  private static boolean isTooMany(long bad, long total, long wanted, double share) {
    return bad > share * Math.max(total, wanted);
  }

  private static Optional<String> slow(double micros, double before, double limit) {
    return before > 0 && micros > limit * before
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "the median request takes %.0f µs, and %.0f µs with the release before; at most"
                    + " %.2f times is allowed",
                micros,
                before,
                limit))
        : Optional.empty();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3g %%", 100 * share);
  }

  private static String spoken(Duration time) {
    return time.toSeconds() % 60 == 0 ? time.toMinutes() + " min" : time.toMillis() / 1e3 + " s";
  }
}
