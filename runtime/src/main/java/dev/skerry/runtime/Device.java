package dev.skerry.runtime;

import java.util.Map;

/**
 * A piece of hardware together with a provider that can run models on it.
 *
 * @param provider as {@link Provider} names it
 * @param kind {@code cpu}, {@code gpu} or {@code npu}
 * @param vendor who made the hardware; empty when unknown
 * @param facts what the provider says about the hardware, such as its bus address
 */
public record Device(String provider, String kind, String vendor, Map<String, String> facts) {
  public Device {
    facts = Map.copyOf(facts);
  }
}
