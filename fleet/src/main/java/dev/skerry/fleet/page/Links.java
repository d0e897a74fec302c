package dev.skerry.fleet.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Addresses of pages; names in them come from devices and manifests. */
final class Links {
  private Links() {}

  static String device(String id) {
    return "/devices/" + part(id);
  }

  static String labels(String device) {
    return device(device) + "/labels";
  }

  static String devices(String selector) {
    return selector.isEmpty() ? "/devices" : "/devices?selector=" + part(selector);
  }

  static String devicesAfter(String selector, String last) {
    return "/devices?selector=" + part(selector) + "&after=" + part(last);
  }

  /** Devices whose active release of {@code model} is {@code counter}. */
  static String devicesRunning(String model, long counter) {
    return devices("release.%s = %d".formatted(model, counter));
  }

  static String release(String model, long counter) {
    return "/releases/" + part(model) + "/" + counter;
  }

  static String rollout(long id) {
    return "/rollouts/" + id;
  }

  /** Devices that joined a rollout. */
  static String devicesOf(long rollout) {
    return rollout(rollout) + "/devices";
  }

  static String devicesOfAfter(long rollout, String last) {
    return devicesOf(rollout) + "?after=" + part(last);
  }

  static String audit(String query) {
    return query.isEmpty() ? "/audit" : "/audit?query=" + part(query);
  }

  static String auditBefore(String query, String last) {
    return "/audit?query=" + part(query) + "&before=" + part(last);
  }

  /** {@code text} as one part of a path or one value of a query. */
  static String part(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
