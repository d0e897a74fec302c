package dev.skerry.fleet.page;

/** Commands that pages offer to copy. */
final class Commands {
  /** Makes a token that lets devices enrol. */
  static final String CLAIM = "skerry fleet tokens create --device --uses 100 --expires 7d";

  /** Enrols a device. */
  static final String ENROL = "skerry agent enroll https://FLEET:8443 --token TOKEN";

  /** Makes a token for a person. */
  static final String TOKEN = "skerry fleet tokens create --name ada --scope operator";

  private Commands() {}

  static String rollOut(String model, long counter) {
    return "skerry fleet rollouts create --model %s --release %d".formatted(model, counter);
  }
}
