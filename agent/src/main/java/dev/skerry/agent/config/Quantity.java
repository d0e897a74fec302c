package dev.skerry.agent.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with a unit, as people write them: {@code 30 s}, {@code 1.5 GiB}. */
public final class Quantity {
  /** Nanoseconds of each unit of time. */
  public static final Map<String, Long> TIMES = new LinkedHashMap<>();

  /** Bytes of each unit of size. */
  public static final Map<String, Long> SIZES = new LinkedHashMap<>();

  static {
    TIMES.put("us", 1_000L);
    TIMES.put("ms", 1_000_000L);
    TIMES.put("s", 1_000_000_000L);
    TIMES.put("min", 60_000_000_000L);
    TIMES.put("h", 3_600_000_000_000L);
    TIMES.put("d", 86_400_000_000_000L);
    SIZES.put("B", 1L);
    SIZES.put("kB", 1_000L);
    SIZES.put("MB", 1_000_000L);
    SIZES.put("GB", 1_000_000_000L);
    SIZES.put("KiB", 1L << 10);
    SIZES.put("MiB", 1L << 20);
    SIZES.put("GiB", 1L << 30);
  }

  private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([a-zA-Z]+)");

  private Quantity() {}

  /** {@code text} in the smallest unit; empty when it is not a number and one of {@code units}. */
  public static Optional<Long> parse(String text, Map<String, Long> units) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      return Optional.empty();
    }
    Long unit = units.get(form.group(2));
    if (unit == null) {
      return Optional.empty();
    }
    BigDecimal value = new BigDecimal(form.group(1)).multiply(BigDecimal.valueOf(unit));
    return value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
        ? Optional.empty()
        : Optional.of(value.longValue());
  }

  /** A time in the largest unit that makes it a whole number. */
  public static String text(Duration time) {
    return largest(time.toNanos(), TIMES);
  }

  /** A size in the largest unit that makes it a whole number. */
  static String bytes(long bytes) {
    return largest(bytes, SIZES);
  }

  private static String largest(long value, Map<String, Long> units) {
    String text = value + " " + units.keySet().iterator().next();
    long largest = 0;
    for (Map.Entry<String, Long> unit : units.entrySet()) {
      if (value % unit.getValue() == 0 && unit.getValue() > largest && value > 0) {
        largest = unit.getValue();
        text = value / unit.getValue() + " " + unit.getKey();
      }
    }
    return text;
  }
}
