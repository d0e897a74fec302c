package dev.skerry.fleet.rollout;

import dev.skerry.bundle.json.Json;
import dev.skerry.fleet.gate.Gate;
import dev.skerry.fleet.selector.Selector;
import java.time.Instant;
import java.util.List;

/**
 * What a rollout is to do; it does not change once the rollout exists.
 *
 * @param counter of the release
 * @param selector which devices
 * @param waves at least one; each reaches further than the one before
 * @param gates that must pass before the next wave; held against all devices of the rollout
 * @param windows when devices may join; always when empty
 * @param ratePerMinute devices that may join in a minute, 0 without a limit
 * @param priority the rollout with the higher one wins where several want a device
 * @param note for people
 */
public record Plan(
    String model,
    long counter,
    Selector selector,
    List<Wave> waves,
    List<Gate> gates,
    List<Window> windows,
    int ratePerMinute,
    int priority,
    String note) {
  public Plan {
    waves = List.copyOf(waves);
    gates = List.copyOf(gates);
    windows = List.copyOf(windows);
  }

  public boolean isOpen(Instant now) {
    return windows.isEmpty() || windows.stream().anyMatch(window -> window.isOpen(now));
  }

  public Json.Obj toJson() {
    return Json.object()
        .put("model", model)
        .put("counter", counter)
        .put("selector", selector.text())
        .put("waves", waves.stream().map(Wave::toJson).toList())
        .put("gates", gates.stream().map(Gate::toJson).toList())
        .put("windows", Json.texts(windows.stream().map(Window::text).toList()))
        .put("rate-per-minute", ratePerMinute)
        .put("priority", priority)
        .put("note", note)
        .build();
  }
}
