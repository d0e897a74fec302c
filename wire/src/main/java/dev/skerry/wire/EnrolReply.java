package dev.skerry.wire;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;

/**
 * The fleet lets a device in.
 *
 * @param device its name in the fleet, the common name of its certificate
 * @param certificates PEM: the device's certificate, then those between it and the CA's, if any
 * @param ca PEM: the certificate of the fleet's CA, the only one that the device trusts
 * @param deviceToken proves who the device is where there is no mutual TLS
 * @param repository absolute address of the releases
 * @param root JSON of the repository's root metadata (TUF) that the device trusts to begin with
 * @param pollSeconds between two questions
 */
public record EnrolReply(
    String device,
    String certificates,
    String ca,
    String deviceToken,
    String repository,
    String root,
    int pollSeconds) {
  private static final int LONGEST_PEM = 64 << 10;
  private static final int LONGEST_ROOT = 512 << 10;
  private static final int LONGEST_ADDRESS = 2000;

  public Json.Obj toJson() {
    return Json.object()
        .put("device", device)
        .put("certificates", certificates)
        .put("ca", ca)
        .put("device-token", deviceToken)
        .put("repository", repository)
        .put("root", root)
        .put("poll-seconds", pollSeconds)
        .build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static EnrolReply of(JsonObject json) {
    return new EnrolReply(
        Limits.text(json, "device"),
        Limits.text(json, "certificates", LONGEST_PEM),
        Limits.text(json, "ca", LONGEST_PEM),
        Limits.text(json, "device-token"),
        Limits.text(json, "repository", LONGEST_ADDRESS),
        Limits.text(json, "root", LONGEST_ROOT),
        Desired.pollSeconds(json));
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "EnrolReply[device=%s, repository=%s]".formatted(device, repository);
  }
}
