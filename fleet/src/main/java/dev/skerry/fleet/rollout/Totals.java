package dev.skerry.fleet.rollout;

import dev.skerry.bundle.json.Json;
import dev.skerry.fleet.gate.Figures;
import java.util.List;
import java.util.function.ToLongFunction;

/** What was counted of a rollout, wave by wave, as its devices reported. */
public record Totals(List<OfWave> waves) {
  public Totals {
    waves = List.copyOf(waves);
  }

  /**
   * Devices that joined in one wave.
   *
   * @param settled of the joined: they run the release, or will not
   * @param active of the joined: run the release now
   * @param failed of the joined: will not
   * @param back of the joined: run again what they ran before
   * @param stranded of the joined: cannot
   * @param figures what they measured
   */
  public record OfWave(
      long joined,
      long settled,
      long active,
      long failed,
      long back,
      long stranded,
      Figures figures) {
    static final OfWave NONE = new OfWave(0, 0, 0, 0, 0, 0, Figures.NONE);

    OfWave plus(OfWave other) {
      return new OfWave(
          joined + other.joined,
          settled + other.settled,
          active + other.active,
          failed + other.failed,
          back + other.back,
          stranded + other.stranded,
          figures.plus(other.figures));
    }

    /** Has the release, or may get it still, though it is to go back. */
    long out() {
      return joined - failed - back - stranded;
    }

    public Json.Obj toJson() {
      return Json.object()
          .put("joined", joined)
          .put("settled", settled)
          .put("active", active)
          .put("failed", failed)
          .put("back", back)
          .put("stranded", stranded)
          .build();
    }
  }

  public OfWave all() {
    return waves.stream().reduce(OfWave.NONE, OfWave::plus);
  }

  public OfWave of(int wave) {
    return waves.get(wave);
  }

  long sum(ToLongFunction<OfWave> count) {
    return waves.stream().mapToLong(count).sum();
  }
}
