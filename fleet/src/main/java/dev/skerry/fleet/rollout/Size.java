package dev.skerry.fleet.rollout;

import dev.skerry.fleet.problem.FleetException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How far a rollout reaches once a wave has begun, the waves before it included. */
public sealed interface Size {
  /** Parts that a fleet is cut into. */
  int WHOLE = 1_000_000;

  /** The first so many devices that ask. */
  record Count(long devices) implements Size {}

  /**
   * A share of the devices, always the same ones for one rollout.
   *
   * @param millionths of {@link #WHOLE}
   */
  record Share(int millionths) implements Size {}

  Pattern FORM = Pattern.compile("\\s*(\\d{1,9})(\\.\\d{1,4})?\\s*(%)?\\s*");

  /** Reads {@code 10} or {@code 5 %}. */
  static Size parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches()) {
      boolean percent = matcher.group(3) != null;
      String fraction = matcher.group(2) == null ? "" : matcher.group(2);
      BigDecimal number = new BigDecimal(matcher.group(1) + fraction);
      if (percent && number.signum() > 0 && number.compareTo(BigDecimal.valueOf(100)) <= 0) {
        return new Share(number.movePointRight(4).intValueExact());
      }
      if (!percent && fraction.isEmpty() && number.signum() > 0) {
        return new Count(number.longValueExact());
      }
    }
    throw FleetException.badRequest(
        "the size of a wave is '%s', a number of devices such as 1 or a share such as 5 %% was expected"
            .formatted(text));
  }

  /** As {@link #parse} reads it. */
  default String text() {
    return switch (this) {
      case Count count -> Long.toString(count.devices());
      case Share share ->
          BigDecimal.valueOf(share.millionths())
                  .movePointLeft(4)
                  .stripTrailingZeros()
                  .toPlainString()
              + " %";
    };
  }

  /**
   * Where a device stands in a rollout: FNV-1a of both identities, mixed as MurmurHash3 ends, so
   * that another rollout begins with other devices.
   *
   * @return from 0 to {@link #WHOLE} - 1
   */
  static int bucket(long rollout, String device) {
    return (int) Long.remainderUnsigned(hash(rollout, device), WHOLE);
  }

  private static long hash(long rollout, String device) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : (rollout + "/" + device).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}
