package dev.skerry.fleet.page;

import java.util.List;
import java.util.Optional;

/**
 * One device.
 *
 * @param lead how it is, in words
 * @param seen absent before the first poll
 * @param facts what the device says of itself
 * @param labels set by people or by the device
 * @param events newest first
 */
record DeviceView(
    String id,
    Badge state,
    String lead,
    Optional<When> seen,
    List<Fact> facts,
    List<Label> labels,
    List<Model> models,
    List<Event> events) {

  /** A property and its value. */
  record Fact(String name, String value) {}

  /**
   * A label.
   *
   * @param fixed whether the device sets it, so that people cannot
   */
  record Label(String name, String value, boolean fixed) {}

  /**
   * How the device is with one model.
   *
   * @param desired what it should run and who says so
   * @param slots active, candidate and fallback
   * @param quality figures of what it runs and ran, newest first
   * @param refused releases that it will not try again
   */
  record Model(
      String name,
      Badge state,
      String doing,
      When since,
      String desired,
      Optional<String> rollout,
      List<Slot> slots,
      List<Quality> quality,
      List<Refusal> refused) {}

  /**
   * A place for an installed release.
   *
   * @param release such as {@code 1.2.0 (release 3)}; absent when the slot is empty
   */
  record Slot(String place, Optional<String> release, String variant) {}

  /** What was measured of one release on this device. */
  record Quality(
      String release,
      String side,
      String requests,
      String failed,
      String p50,
      String p95,
      String agreement,
      String memory) {}

  /** A release that the device will not try again, and why. */
  record Refusal(String release, String reason, String evidence, When at) {}

  /** Something that happened on the device. */
  record Event(When at, String name, String text, String about, Tone tone) {}
}
