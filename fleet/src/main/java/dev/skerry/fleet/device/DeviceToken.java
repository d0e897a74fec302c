package dev.skerry.fleet.device;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a device proves itself with where there is no mutual TLS: {@code skd_DEVICE_SECRET}.
 *
 * @param device id, so that checking it is one read by the primary key
 */
record DeviceToken(String device, String secret) {
  private static final Pattern FORM = Pattern.compile("skd_([A-Za-z0-9.-]{1,80})_([0-9a-f]{64})");

  static String text(String device, String secret) {
    return "skd_%s_%s".formatted(device, secret);
  }

  static Optional<DeviceToken> of(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? Optional.of(new DeviceToken(form.group(1), form.group(2)))
        : Optional.empty();
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "skd_%s_…".formatted(device);
  }
}
