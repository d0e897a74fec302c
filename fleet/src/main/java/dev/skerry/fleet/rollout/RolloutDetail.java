package dev.skerry.fleet.rollout;

import dev.skerry.bundle.json.Json;
import dev.skerry.fleet.gate.GateResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * All about a rollout.
 *
 * @param gates what they say of what counts now, in the plan's order
 * @param approved waves that a person said yes to, from 0
 * @param decisions oldest first
 */
public record RolloutDetail(
    Rollout rollout,
    Totals totals,
    List<GateResult> gates,
    Set<Integer> approved,
    List<Decision> decisions) {
  public RolloutDetail {
    gates = List.copyOf(gates);
    approved = Set.copyOf(approved);
    decisions = List.copyOf(decisions);
  }

  /** What a list shows. */
  public static Json.ObjectBuilder summary(Rollout rollout, Totals totals) {
    return Json.object()
        .put("id", rollout.id())
        .put("model", rollout.model())
        .put("counter", rollout.counter())
        .put("state", rollout.state().text())
        .put("wave", rollout.wave() + 1)
        .put("of-waves", rollout.plan().waves().size())
        .put("why", rollout.why())
        .put("needs", rollout.needs())
        .put("selector", rollout.plan().selector().text())
        .put("priority", rollout.plan().priority())
        .put("devices", totals.all().toJson())
        .put("created-at", rollout.createdAt().toString())
        .put("created-by", rollout.createdBy())
        .put("revision", rollout.revision());
  }

  public Json.Obj toJson() {
    List<Json.Obj> waves = new ArrayList<>();
    for (int i = 0; i < totals.waves().size(); i++) {
      Json.ObjectBuilder wave = Json.object();
      rollout.plan().waves().get(i).toJson().members().forEach(wave::put);
      wave.put("state", waveState(i)).put("approved", approved.contains(i));
      totals.of(i).toJson().members().forEach(wave::put);
      waves.add(wave.build());
    }
    return summary(rollout, totals)
        .put("plan", rollout.plan().toJson())
        .put("waves", waves)
        .put("gates", gates.stream().map(GateResult::toJson).toList())
        .put("decisions", decisions.stream().map(Decision::toJson).toList())
        .build();
  }

  /** {@code passed}, {@code current} or {@code ahead}. */
  public String waveState(int wave) {
    boolean over = rollout.state() == State.DONE;
    return over || wave < rollout.wave() ? "passed" : wave == rollout.wave() ? "current" : "ahead";
  }
}
