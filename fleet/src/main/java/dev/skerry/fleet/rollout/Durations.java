package dev.skerry.fleet.rollout;

import dev.skerry.fleet.problem.FleetException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 90 s}, {@code 10 m}, {@code 2 h}, {@code 7 d}. */
final class Durations {
  private static final Pattern FORM = Pattern.compile("\\s*(\\d{1,7})\\s*(s|m|h|d)\\s*");

  private Durations() {}

  static Duration parse(String place, String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw FleetException.badRequest(
          "%s is '%s', a time such as '30 s', '10 m', '2 h' or '7 d' was expected"
              .formatted(place, text));
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  /** In the largest unit that it is a whole number of; rounded up to seconds. */
  static String text(Duration duration) {
    long seconds = duration.plusMillis(999).toSeconds();
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + " s";
    }
    if (seconds % 3600 != 0) {
      return seconds / 60 + " m";
    }
    return seconds % 86400 != 0 ? seconds / 3600 + " h" : seconds / 86400 + " d";
  }
}
