package dev.skerry.fleet.rollout;

import dev.skerry.fleet.problem.FleetException;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When devices may join a rollout, such as {@code mon-fri 22:00-05:00 Europe/Berlin}. A window that
 * ends before it begins ends the next day, and belongs to the day on which it begins; one that
 * begins and ends at the same time lasts a day. Where clocks are put forward or back, the local
 * times count.
 *
 * @param text as it was written
 */
public record Window(String text, Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {
  private static final Pattern FORM =
      Pattern.compile(
          "\\s*([a-z,-]+)\\s+(\\d{1,2}:\\d{2})\\s*-\\s*(\\d{1,2}:\\d{2})\\s+(\\S+)\\s*");
  private static final List<String> NAMES =
      List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
  private static final int WEEK = 7;

  public Window {
    days = Set.copyOf(days);
  }

  public static Window parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw wrong(text, "days, times and a time zone", null);
    }
    try {
      return new Window(
          text.strip(),
          days(text, matcher.group(1).toLowerCase(Locale.ROOT)),
          time(matcher.group(2)),
          time(matcher.group(3)),
          ZoneId.of(matcher.group(4)));
    } catch (DateTimeException e) {
      throw wrong(text, "a time and a zone that exist (" + e.getMessage() + ")", e);
    }
  }

  private static LocalTime time(String text) {
    if (text.equals("24:00")) {
      return LocalTime.MIDNIGHT;
    }
    return LocalTime.parse(text.length() == 4 ? "0" + text : text);
  }

  private static Set<DayOfWeek> days(String text, String list) {
    if (list.equals("daily")) {
      return EnumSet.allOf(DayOfWeek.class);
    }
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String part : list.split(",", -1)) {
      String[] ends = part.split("-", -1);
      int first = NAMES.indexOf(ends[0]);
      int last = NAMES.indexOf(ends[ends.length - 1]);
      if (ends.length > 2 || first < 0 || last < 0) {
        throw wrong(text, "days such as mon-fri, sat,sun or daily", null);
      }
      for (int day = first; ; day = (day + 1) % WEEK) {
        days.add(DayOfWeek.of(day + 1));
        if (day == last) {
          break;
        }
      }
    }
    return days;
  }

  private static FleetException wrong(
      String text, String expected, @org.jspecify.annotations.Nullable Throwable cause) {
    return new FleetException(
        FleetException.Kind.BAD_REQUEST,
        "the window '%s' cannot be read: %s were expected, such as 'mon-fri 22:00-05:00 Europe/Berlin'"
            .formatted(text, expected),
        cause);
  }

  public boolean isOpen(Instant now) {
    LocalDate today = now.atZone(zone).toLocalDate();
    return isWithin(today, now) || isWithin(today.minusDays(1), now);
  }

  private boolean isWithin(LocalDate day, Instant now) {
    return days.contains(day.getDayOfWeek())
        && !now.isBefore(begin(day).toInstant())
        && now.isBefore(end(day).toInstant());
  }

  /** When it opens next, after {@code now}. */
  public ZonedDateTime opensAfter(Instant now) {
    LocalDate day = now.atZone(zone).toLocalDate();
    while (!days.contains(day.getDayOfWeek()) || !begin(day).toInstant().isAfter(now)) {
      day = day.plusDays(1);
    }
    return begin(day);
  }

  private ZonedDateTime begin(LocalDate day) {
    return day.atTime(from).atZone(zone);
  }

  private ZonedDateTime end(LocalDate day) {
    return (to.isAfter(from) ? day : day.plusDays(1)).atTime(to).atZone(zone);
  }
}
