package dev.skerry.fleet.page;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * A moment as people say it.
 *
 * @param exact for machines and whoever points at it, in UTC to the second
 * @param said how long ago, or how long until; two moments are equal whatever is said, so that time
 *     alone makes no page out of date
 */
record When(String exact, String said) {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  /** {@code at} as seen from {@code now}. */
  static When of(Instant at, Instant now) {
    return new When(at.truncatedTo(ChronoUnit.SECONDS).toString(), said(at, now));
  }

  private static String said(Instant at, Instant now) {
    long seconds = ChronoUnit.SECONDS.between(at, now);
    if (Math.abs(seconds) < 5) {
      return "just now";
    }
    if (Math.abs(seconds) >= 30L * 86_400) {
      return DAY.format(at);
    }
    String span = Words.span(Math.abs(seconds));
    return seconds > 0 ? span + " ago" : "in " + span;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof When when && exact.equals(when.exact);
  }

  @Override
  public int hashCode() {
    return exact.hashCode();
  }
}
