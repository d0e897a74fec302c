package dev.skerry.agent.backend;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.util.Optional;

/**
 * What came of one backend that was considered for a release.
 *
 * @param variant that it was tried with, and the variant's file; empty when it was not tried
 * @param begun how often it was begun and the process did not come back from it
 * @param p50Micros median time of a run, when it answered rightly and kept all limits
 * @param refusal why it cannot be chosen; empty when it can, or is still being tried
 */
public record Trial(
    String backend, Optional<Rung> variant, int begun, Optional<Double> p50Micros, String refusal) {

  /** A variant and its file. */
  public record Rung(String name, Digest file) {}

  static Trial unfit(String backend, String why) {
    return new Trial(backend, Optional.empty(), 0, Optional.empty(), why);
  }

  static Trial of(String backend, Rung rung) {
    return new Trial(backend, Optional.of(rung), 0, Optional.empty(), "");
  }

  Trial with(Rung rung) {
    return new Trial(backend, Optional.of(rung), begun, p50Micros, refusal);
  }

  Trial begun(Rung rung) {
    return new Trial(backend, Optional.of(rung), begun + 1, p50Micros, refusal);
  }

  Trial unharmed() {
    return new Trial(backend, variant, 0, p50Micros, refusal);
  }

  Trial measured(double micros) {
    return new Trial(backend, variant, begun, Optional.of(micros), "");
  }

  Trial refused(String why) {
    return new Trial(backend, variant, begun, Optional.empty(), why);
  }

  /** Whether nothing more is to be found out about it. */
  public boolean isOver() {
    return p50Micros.isPresent() || !refusal.isEmpty();
  }

  Json.Obj toJson() {
    Json.ObjectBuilder json = Json.object().put("backend", backend).put("begun", begun);
    variant.ifPresent(rung -> json.put("variant", rung.name()).put("file", rung.file().hex()));
    p50Micros.ifPresent(micros -> json.put("p50-micros", micros));
    return json.put("refusal", refusal).build();
  }

  static Trial of(JsonObject json) {
    return new Trial(
        json.text("backend"),
        json.has("variant")
            ? Optional.of(new Rung(json.text("variant"), new Digest(json.text("file"))))
            : Optional.empty(),
        (int) json.integer("begun", 0),
        json.optionalNumber("p50-micros"),
        json.text("refusal"));
  }
}
