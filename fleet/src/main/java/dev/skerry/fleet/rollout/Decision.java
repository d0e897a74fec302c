package dev.skerry.fleet.rollout;

import dev.skerry.bundle.json.Json;
import dev.skerry.fleet.gate.Figures;
import dev.skerry.fleet.gate.GateResult;
import java.time.Instant;
import java.util.List;

/**
 * A decision about a rollout, with the numbers that made it.
 *
 * @param revision of the rollout that it made, from 1
 * @param who a person's name, or the fleet
 * @param wave current one after it, from 0
 * @param why for people
 * @param gates as they were; empty when no gate was asked
 * @param figures all that was measured then
 */
public record Decision(
    long rollout,
    long revision,
    Instant at,
    String who,
    Event event,
    State from,
    State to,
    int wave,
    String why,
    List<GateResult> gates,
    Figures figures) {
  /** Who decides when no person does. */
  public static final String FLEET = "fleet";

  public Decision {
    gates = List.copyOf(gates);
  }

  /** Without the sketches, which are long. */
  public Json.Obj toJson() {
    return Json.object()
        .put("rollout", rollout)
        .put("revision", revision)
        .put("at", at.toString())
        .put("who", who)
        .put("event", event.text())
        .put("from", from.text())
        .put("to", to.text())
        .put("wave", wave + 1)
        .put("why", why)
        .put("gates", gates.stream().map(GateResult::toJson).toList())
        .build();
  }
}
