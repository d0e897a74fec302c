package dev.skerry.fleet.page;

/** Commands that pages offer to copy. */
final class Commands {
  /** Makes a token that lets devices enrol. */
  static final String CLAIM = "skerry fleet token create --claim --uses 100";

  /** Enrols a device. */
  static final String ENROL = "skerry agent enroll https://FLEET:8443 --token TOKEN";

  /** Makes a release of optimized variants. */
  static final String BUILD =
      "skerry release build model.toml --optimized out/ --out MODEL.release";

  /** Puts a release into the fleet's repository. */
  static final String PUBLISH = "skerry release publish MODEL.release --repo repo/";

  /** Makes a token for a person. */
  static final String TOKEN = "skerry fleet token create --owner ada --scope operator";

  private Commands() {}

  static String rollOut(String model, long counter) {
    return "skerry fleet rollouts create --model %s --release %d".formatted(model, counter);
  }
}
