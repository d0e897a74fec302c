package dev.skerry.fleet.device;

import dev.skerry.wire.Facts;
import java.util.Map;

/**
 * A device to let in.
 *
 * @param claim id of the claim token
 * @param keyHash SHA-256 of its public key
 * @param tokenHash SHA-256 of its token's secret
 * @param ownLabels that it gives itself
 * @param setLabels that people set
 */
public record NewDevice(
    String id,
    String claim,
    String keyHash,
    String tokenHash,
    Map<String, String> ownLabels,
    Map<String, String> setLabels,
    Facts facts) {
  public NewDevice {
    ownLabels = Map.copyOf(ownLabels);
    setLabels = Map.copyOf(setLabels);
  }
}
